"""One work on the page: what is said while it is made, and which of its pictures is meant."""

import re

import pytest
from playwright.sync_api import expect

from lavatop.tests.miniapp.answers import result, work
from lavatop.tests.miniapp.findings import findings
from lavatop.tests.miniapp.opened import MiniApp

pytest_plugins = ("lavatop.tests.miniapp.browser",)
pytestmark = pytest.mark.browser

COME_BACK = "document.dispatchEvent(new Event('visibilitychange'))"


def open_work(mini: MiniApp) -> None:
    mini.open("?screen=gallery")
    mini.page.get_by_role("button", name="кот номер 3").click()


def test_a_refused_cancel_is_explained_until_the_end(mini: MiniApp) -> None:
    mini.api.works = [work(3, "processing")]
    mini.api.refusals["generations/3/cancel"] = (409, "too_late", "Модель уже за работой.")
    mini.page.on("dialog", lambda dialog: dialog.accept())
    open_work(mini)
    mini.page.get_by_role("button", name="Отменить").click()
    refusal = mini.page.get_by_role("alert")
    expect(refusal).to_have_text("Модель уже за работой.")

    mini.api.works = [work(3, "processing", status_text="дорисовываем", can_cancel=False)]
    mini.page.evaluate(COME_BACK)

    expect(mini.page.get_by_text("дорисовываем")).to_be_visible()
    expect(refusal).to_have_text("Модель уже за работой.")
    assert findings(mini, "refused cancel") == {}


def test_of_several_pictures_the_person_says_which(mini: MiniApp) -> None:
    mini.api.works = [work(3, results=[result(number, index=number) for number in range(4)])]
    mini.api.prices["veo"] = "8.00"
    open_work(mini)
    expect(mini.page.get_by_text("Оригиналы без сжатия — в чате.")).to_be_visible()
    choice = mini.page.get_by_role("radiogroup", name="Какую картинку взять")
    expect(choice.get_by_role("radio", name="Результат 1")).to_be_checked()
    assert findings(mini, "choice in light") == {}

    choice.get_by_role("radio", name="Результат 1").press("ArrowRight")
    choice.get_by_role("radio", name="Результат 3").click()
    expect(choice.get_by_role("radio", checked=True)).to_have_count(1)
    mini.page.get_by_role("button", name="Оживить выбранную картинку").click()
    mini.page.get_by_label("Описание").fill("кот моргает")
    expect(mini.main).to_contain_text("Создать за ⚡8")
    mini.main.click()

    expect(mini.heading("Создаём")).to_be_visible()
    (order,) = mini.api.bodies("POST generations")
    assert order["inputs"] == [{"role": "first_frame", "generation_id": 3, "result_index": 2}]


def test_a_picture_is_brought_to_life_as_it_is_unless_something_else_is_wanted(
    mini: MiniApp,
) -> None:
    mini.api.works = [work(3)]
    mini.api.prices["veo"] = "8.00"
    open_work(mini)
    mini.page.get_by_role("button", name="Оживить эту картинку").click()
    field = mini.page.get_by_label("Описание")
    invitation = mini.page.get_by_text("Опишите, что движется, или создавайте как есть.")
    expect(field).to_have_value("кот номер 3")
    expect(field).to_have_accessible_description(re.compile("создавайте как есть"))
    expect(mini.main).to_contain_text("Создать за ⚡8")
    assert findings(mini, "invitation") == {}

    mini.main.click()

    expect(mini.heading("Создаём")).to_be_visible()
    (order,) = mini.api.bodies("POST generations")
    assert (order["prompt"], order["params"]["aspect_ratio"]) == ("кот номер 3", "16:9")
    mini.back.click()
    field.fill("кот моргает")
    expect(invitation).to_have_count(0)


def test_a_picture_is_changed_by_new_words(mini: MiniApp) -> None:
    mini.api.works = [work(3)]
    open_work(mini)

    mini.page.get_by_role("button", name="Изменить эту картинку").click()

    field = mini.page.get_by_label("Описание")
    expect(field).to_have_value("")
    expect(field).not_to_have_accessible_description(re.compile("создавайте как есть"))


def test_of_the_only_picture_nothing_is_asked(mini: MiniApp) -> None:
    mini.api.works = [work(3)]
    open_work(mini)

    expect(mini.page.get_by_role("button", name="Оживить эту картинку")).to_be_visible()
    expect(mini.page.get_by_text("Оригинал без сжатия — в чате.")).to_be_visible()
    expect(mini.page.get_by_role("radio")).to_have_count(0)
