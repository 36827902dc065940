"""Going elsewhere while something is under way: the screen that is shown keeps its own button."""

import pytest
from playwright.sync_api import Route, expect

from lavatop.tests.miniapp.opened import MiniApp

pytest_plugins = ("lavatop.tests.miniapp.browser",)
pytestmark = pytest.mark.browser

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
PAY = "Оплатить $5"
ADD_AND_PRESS = """(field) => {
  const given = new DataTransfer();
  given.items.add(new File(['x'], 'a.png', { type: 'image/png' }));
  field.files = given.files;
  field.dispatchEvent(new Event('change'));
  document.querySelector('[data-testid=main]').click();
}"""


def hold(mini: MiniApp, path: str) -> list[Route]:
    """Requests that are not answered until the test does it."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    mini.page.route(f"**/api/miniapp/{path}", keep)
    return held


def tab(mini: MiniApp, name: str) -> None:
    mini.page.get_by_role("navigation").get_by_role("button", name=name, exact=True).click()


def start_from_photo(mini: MiniApp) -> None:
    mini.open("?screen=create")
    mini.page.get_by_role("radio", name="изменить фото").check()
    mini.page.get_by_label("Описание").fill("кот")
    expect(mini.main).to_contain_text("Создать за")


def test_a_file_that_arrives_later_leaves_the_button_of_another_screen(mini: MiniApp) -> None:
    held = hold(mini, "uploads*")
    start_from_photo(mini)
    chooser = mini.page.get_by_label("Выбрать файл: Фото")
    chooser.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": PNG})
    expect(mini.main).to_have_text("Отправляем файл…")
    tab(mini, "Токены")
    expect(mini.main).to_contain_text(PAY)
    quoted = len(mini.api.bodies("POST quotes"))

    held[0].fallback()
    # Longer than the page waits before it asks for a price.
    mini.page.wait_for_timeout(600)

    expect(mini.main).to_contain_text(PAY)
    assert len(mini.api.bodies("POST quotes")) == quoted
    tab(mini, "Создать")
    expect(mini.main).to_contain_text("Создать за")


def test_nothing_is_ordered_while_a_file_is_looked_at(mini: MiniApp) -> None:
    start_from_photo(mini)

    mini.page.get_by_label("Выбрать файл: Фото").evaluate(ADD_AND_PRESS)

    expect(mini.main).to_contain_text("Создать за")
    assert mini.api.bodies("POST generations") == []


def test_an_invoice_that_comes_late_does_not_pull_anybody_away(mini: MiniApp) -> None:
    held = hold(mini, "payments")
    mini.open("?screen=shop")
    mini.main.click()
    tab(mini, "Создать")
    expect(mini.main).to_contain_text("Создать за")

    held[0].fulfill(status=503, json={"error": {"code": "not_sent", "message": "Нет счёта."}})
    tab(mini, "Токены")
    mini.main.click()
    tab(mini, "Создать")
    expect(mini.main).to_contain_text("Создать за")
    held[1].fulfill(status=201, json={"id": "p", "status": "pending", "payment_url": "https://p"})
    mini.page.wait_for_timeout(300)

    expect(mini.heading("Новая работа")).to_be_visible()


def test_a_package_that_has_changed_is_shown_anew(mini: MiniApp) -> None:
    mini.api.refusals["payments"] = (409, "package_changed", "Другое.")
    mini.open("?screen=shop")
    mini.main.click()
    expect(mini.page.get_by_text("Другое.")).to_be_visible()
    asked = len(mini.api.bodies("GET packages"))

    mini.main.click()

    expect(mini.main).to_contain_text(PAY)
    assert len(mini.api.bodies("GET packages")) == asked + 1
    (sent,) = mini.api.bodies("POST payments")
    assert (sent["price_usd"], sent["tokens"]) == ("5.00", "100")
