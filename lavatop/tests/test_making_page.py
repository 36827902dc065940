"""Making on the page, by clicking in a real Chromium: what is asked, said and sent once."""

import re

import pytest
from playwright.sync_api import Dialog, FilePayload, Route, expect

from lavatop.tests.miniapp.answers import work
from lavatop.tests.miniapp.findings import findings
from lavatop.tests.miniapp.opened import MiniApp

pytest_plugins = ("lavatop.tests.miniapp.browser",)
pytestmark = pytest.mark.browser

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def describe(mini: MiniApp, prompt: str) -> None:
    mini.page.get_by_label("Описание").fill(prompt)


def chosen(name: str, mime_type: str = "image/png") -> FilePayload:
    return {"name": name, "mimeType": mime_type, "buffer": PNG}


def test_a_picture_is_ordered_once_and_followed_to_its_result(mini: MiniApp) -> None:
    mini.open("?screen=create")
    expect(mini.main).to_have_text("Создать за ⚡1.60 · у вас ⚡50")
    mini.main.click()
    expect(mini.page.get_by_text("Опишите словами, что нужно.")).to_be_visible()
    assert mini.api.bodies("POST generations") == []

    mini.page.get_by_role("radio", name="16:9").check()
    mini.page.get_by_role("button", name="На одну больше").click()
    expect(mini.main).to_have_text("Создать за ⚡3.20 · у вас ⚡50")
    describe(mini, "рыжий кот")
    mini.main.evaluate("(button) => { button.click(); button.click(); }")

    expect(mini.heading("Создаём")).to_be_visible()
    expect(mini.page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "40")
    (order,) = mini.api.bodies("POST generations")
    assert len(order.pop("client_request_id")) == 32
    assert order == {
        "model": "nano-banana",
        "mode": "text_to_image",
        "prompt": "рыжий кот",
        "params": {"aspect_ratio": "16:9"},
        "quantity": 2,
        "inputs": [],
        "price": "3.20",
        "is_confirmed": False,
    }
    mini.api.works[0] = work(7)
    mini.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(mini.heading("Готово")).to_be_visible()
    expect(mini.page.get_by_alt_text("кот номер 7")).to_be_visible()
    mini.main.click()
    assert mini.page.evaluate("window.isClosed")
    assert mini.api.authorizations == {"tma signed"}


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        ((502, "unreadable", ""), "Нет связи"),
        ((503, "unavailable", "Короткая заминка"), "Короткая заминка"),
        ((500, "internal", "Что-то сломалось"), "Что-то сломалось"),
    ],
)
def test_a_lost_answer_is_asked_for_again_with_the_same_id(
    mini: MiniApp, refusal: tuple[int, str, str], said: str
) -> None:
    mini.open("?screen=create")
    describe(mini, "кот")
    expect(mini.main).to_contain_text("Создать за")
    mini.api.refusals["generations"] = refusal
    mini.main.click()
    expect(mini.page.get_by_text(said)).to_be_visible()

    mini.main.click()

    expect(mini.heading("Создаём")).to_be_visible()
    first, second = mini.api.bodies("POST generations")
    assert first["client_request_id"] == second["client_request_id"]


def test_files_are_checked_sent_put_in_order_and_removed(mini: MiniApp) -> None:
    mini.open("?screen=create&model=nano-banana")
    mini.page.get_by_role("radio", name="изменить фото").check()
    chooser = mini.page.get_by_label("Выбрать файл: Фото")
    chooser.set_input_files(chosen("x.txt", "text/plain"))
    expect(mini.page.get_by_text("Этот файл не подходит: модель берёт PNG")).to_be_visible()
    assert mini.api.bodies("POST uploads") == []
    mini.page.get_by_role("button", name="Убрать x.txt").click()

    chooser.set_input_files(chosen("a.png"))
    expect(mini.main).to_contain_text("Создать за")
    chooser.set_input_files([chosen(name) for name in ("b.png", "c.png")])
    faces = mini.page.get_by_role("button", name="Файл ")
    expect(faces).to_have_count(3)
    expect(mini.main).to_contain_text("Создать за")
    faces.nth(2).press("ArrowLeft")
    faces.nth(0).drag_to(faces.nth(1))
    expect(faces.nth(0)).to_have_accessible_name(re.compile("^Файл 1 из 3: c.png"))
    mini.page.get_by_role("button", name="Убрать b.png").click()
    describe(mini, "надень шлем")
    expect(mini.main).to_contain_text("Создать за")
    mini.main.click()

    expect(mini.heading("Создаём")).to_be_visible()
    (order,) = mini.api.bodies("POST generations")
    third, first = (one["upload_id"] for one in order["inputs"])
    # The second and the third travel side by side: either may arrive first.
    assert first == "upload-1"
    assert third in ("upload-2", "upload-3")


def test_too_little_money_leads_to_the_shop_and_back(mini: MiniApp) -> None:
    mini.open("?screen=create&model=veo")
    expect(mini.page.get_by_text("токенов пока не хватает")).to_be_visible()
    describe(mini, "кот бежит")

    mini.main.click()

    expect(mini.heading("Пополнение")).to_be_visible()
    mini.page.get_by_role("button", name="Создать").click()
    expect(mini.page.get_by_label("Описание")).to_have_value("кот бежит")


def test_a_work_of_the_gallery_is_repeated_with_all_its_settings(mini: MiniApp) -> None:
    mini.api.works = [work(3), work(2, "error")]
    mini.open("?screen=gallery")
    mini.page.get_by_role("button", name="кот номер 3").click()
    mini.back.click()
    mini.page.get_by_role("button", name="кот номер 3").click()

    mini.page.get_by_role("button", name="Повторить").click()

    expect(mini.page.get_by_label("Описание")).to_have_value("кот номер 3")
    expect(mini.page.get_by_label("16:9")).to_be_checked()
    expect(mini.page.get_by_label("Странность")).to_have_value("500")
    expect(mini.page.get_by_role("switch")).to_be_checked()
    expect(mini.page.get_by_label("Чего не должно быть")).to_have_value("собаки")
    expect(mini.main).to_contain_text("Создать за ⚡3.20")


def test_a_result_becomes_the_input_of_a_film(mini: MiniApp) -> None:
    mini.api.works = [work(3)]
    mini.api.prices["veo"] = "8.00"
    mini.open("?screen=gallery")
    mini.page.get_by_role("button", name="кот номер 3").click()
    mini.page.get_by_role("button", name="Оживить").click()
    describe(mini, "кот моргает")
    expect(mini.main).to_contain_text("Создать за ⚡8")
    mini.main.click()

    expect(mini.heading("Создаём")).to_be_visible()
    (order,) = mini.api.bodies("POST generations")
    assert order["inputs"] == [{"role": "first_frame", "generation_id": 3, "result_index": 0}]


def test_an_english_speaker_cancels_and_has_the_tokens_back(mini: MiniApp) -> None:
    mini.api.language = "en"
    mini.api.works = [work(1, "processing")]
    mini.open("?screen=gallery")
    mini.page.get_by_role("button", name="кот номер 1").click()
    expect(mini.heading("Making it")).to_be_visible()
    mini.api.works[0] = work(1, "cancelled", refunded="3.20", net="0.00")

    mini.page.on("dialog", lambda dialog: dialog.accept())
    mini.page.get_by_role("button", name="Cancel and get the tokens back").click()

    expect(mini.page.get_by_text("Returned ⚡3.20, your balance is ⚡46.80")).to_be_visible()
    assert mini.api.bodies("POST generations/1/cancel") == [{}]


def test_who_wants_to_be_asked_before_a_high_price_is_asked(mini: MiniApp) -> None:
    mini.api.confirm_above = "1.50"
    questions: list[str] = []
    answers = iter(["dismiss", "accept"])

    def answer(dialog: Dialog) -> None:
        questions.append(dialog.message)
        getattr(dialog, next(answers))()

    mini.page.on("dialog", answer)
    mini.open("?screen=create")
    describe(mini, "кот")
    expect(mini.main).to_contain_text("Создать за ⚡1.60")
    mini.main.click()
    assert mini.api.bodies("POST generations") == []

    mini.main.click()

    expect(mini.heading("Создаём")).to_be_visible()
    assert questions == ["Это стоит ⚡1.60. Создаём?"] * 2
    assert mini.api.bodies("POST generations")[0]["is_confirmed"] is True


def test_a_wish_to_be_asked_that_is_newer_than_the_page_is_kept(mini: MiniApp) -> None:
    mini.page.on("dialog", lambda dialog: dialog.accept())
    mini.open("?screen=create")
    describe(mini, "кот")
    expect(mini.main).to_contain_text("Создать за ⚡1.60")
    mini.api.refusals["generations"] = (409, "confirmation_needed", "Это дороже обычного.")

    mini.main.click()

    expect(mini.heading("Создаём")).to_be_visible()
    asked = [body["is_confirmed"] for body in mini.api.bodies("POST generations")]
    assert asked == [False, True]


def test_the_tabs_are_not_replaced_under_a_finger(mini: MiniApp) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    mini.page.route("**/api/miniapp/models", hold)
    mini.open("?screen=create")
    tab = mini.page.get_by_role("button", name="Мои работы").element_handle()

    held[0].fallback()
    expect(mini.main).to_contain_text("Создать за")

    assert mini.page.evaluate("button => button.isConnected", tab)


def test_a_changed_price_is_shown_before_it_is_paid(mini: MiniApp) -> None:
    mini.open("?screen=create")
    describe(mini, "кот")
    expect(mini.main).to_contain_text("Создать за ⚡1.60")
    mini.api.refusals["generations"] = (409, "price_changed", "Цена изменилась.")
    mini.api.prices["nano-banana"] = "2.00"

    mini.main.click()

    expect(mini.page.get_by_text("Цена изменилась.")).to_be_visible()
    expect(mini.main).to_contain_text("Создать за ⚡2")
    mini.main.click()
    expect(mini.heading("Создаём")).to_be_visible()
    first, second = mini.api.bodies("POST generations")
    assert (first["price"], second["price"]) == ("1.60", "2.00")
    assert first["client_request_id"] != second["client_request_id"]


def test_no_screen_shuts_anybody_out(mini: MiniApp) -> None:
    mini.api.works = [work(3), work(2, "error"), work(1, "processing")]
    found: dict[str, list[str]] = {}

    def look(screen: str, text: str) -> None:
        expect(mini.heading(text)).to_be_visible()
        found.update(findings(mini, f"{screen} in light"))
        mini.page.emulate_media(color_scheme="dark")
        found.update(findings(mini, f"{screen} in dark", "color-contrast"))
        mini.page.emulate_media(color_scheme="light")

    mini.open("?screen=shop")
    look("shop", "Пополнение")
    mini.open("?screen=create&model=journey")
    look("create", "Новая работа")
    mini.page.get_by_role("button", name="Модель: ").click()
    look("picker", "Выберите модель")
    mini.open("?screen=gallery")
    look("gallery", "Мои работы")
    for number, text in ((1, "Создаём"), (2, "Не получилось"), (3, "Готово")):
        mini.page.get_by_role("button", name=f"кот номер {number}").click()
        look(text, text)
        mini.back.click()
    assert found == {}
