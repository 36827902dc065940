"""The form equal to the chat: a better prompt, and the files of an earlier work given again."""

import pytest
from playwright.sync_api import Locator, expect

from lavatop.tests.miniapp.answers import work, written
from lavatop.tests.miniapp.findings import findings
from lavatop.tests.miniapp.opened import MiniApp

pytest_plugins = ("lavatop.tests.miniapp.browser",)
pytestmark = pytest.mark.browser

BETTER = "Рыжий кот на Луне, мягкий свет"
COME_BACK = "document.dispatchEvent(new Event('visibilitychange'))"
TAPS = "(button) => { button.click(); button.click(); }"


def test_a_better_prompt_is_asked_for_once_and_taken(mini: MiniApp) -> None:
    mini.open("?screen=create")
    field = mini.page.get_by_label("Описание")
    improve = mini.page.get_by_role("button", name="Улучшить")
    field.fill("кот")
    expect(mini.main).to_contain_text("Создать за")
    mini.api.refusals["texts"] = (429, "free_texts_used_up", "Приходите завтра.")
    improve.click()
    expect(mini.page.get_by_text("Приходите завтра.")).to_be_visible()
    improve.evaluate(TAPS)
    draft = suggested(mini)
    expect(field).to_have_value("кот")
    mini.page.get_by_role("radio", name="изменить фото").check()
    expect(draft).to_be_visible()

    mini.api.text = written("error", message="Модель отказалась.")
    draft.get_by_role("button", name="Ещё вариант").click()
    expect(mini.page.get_by_text("Модель отказалась.")).to_be_visible()
    draft.get_by_role("button", name="Взять").click()

    expect(field).to_have_value(BETTER)
    expect(draft).to_have_count(0)
    refused, first, another = mini.api.bodies("POST texts")
    assert refused["client_request_id"] != first.pop("client_request_id")
    assert first == {
        "model": "nano-banana",
        "prompt": "кот",
        "earlier_id": None,
        "is_safer": False,
    }
    assert (another["prompt"], another["earlier_id"]) == ("кот", 5)


def suggested(mini: MiniApp) -> Locator:
    """The answer comes, and shuts nobody out."""
    expect(mini.page.get_by_text("Улучшаю")).to_be_visible()
    assert findings(mini, "waiting", "color-contrast") == {}
    mini.api.text = written("done", BETTER)
    mini.page.evaluate(COME_BACK)
    draft = mini.page.get_by_role("group", name="такой промт")
    expect(draft.get_by_text(BETTER)).to_be_visible()
    assert findings(mini, "suggestion") == {}
    for width in (320, 390):
        mini.page.set_viewport_size({"width": width, "height": 844})
        assert mini.page.evaluate("document.documentElement.scrollWidth") == width
    return draft


def test_the_files_of_a_repeated_work_are_given_again_or_asked_for(mini: MiniApp) -> None:
    banana = {"slug": "nano-banana", "name": "Nano Banana"}
    mini.api.works = [work(3, model=banana, mode="image_to_image")]
    source = {"index": 1, "role": "image", "kind": "image", "url": "/api/files/3"}
    mini.api.sources = {"sources": [source], "is_complete": False}
    mini.open("?screen=gallery")
    mini.page.get_by_role("button", name="кот номер 3").click()
    mini.page.get_by_role("button", name="Повторить").click()

    gone = mini.page.get_by_text("Не все файлы той работы сохранились")
    expect(gone).to_be_visible()
    expect(mini.page.get_by_role("button", name="Файл 1 из 1: файл прошлой работы")).to_be_visible()
    expect(mini.main).to_contain_text("Создать за")
    mini.main.click()

    expect(mini.heading("Создаём")).to_be_visible()
    (order,) = mini.api.bodies("POST generations")
    assert order["inputs"] == [{"role": "image", "generation_id": 3, "source_index": 1}]
    mini.back.click()
    mini.page.get_by_role("button", name="Убрать файл прошлой работы").click()
    expect(gone).to_have_count(0)


def test_a_saved_reference_is_put_into_the_form_once(mini: MiniApp) -> None:
    mini.api.references = [{"id": 7, "name": "Лиса " * 8, "pictures": ["/api/files/7", None]}]
    mini.open("?screen=create")
    mini.page.get_by_role("radio", name="изменить фото").check()
    fox = mini.page.get_by_role("group", name="Мои образцы").get_by_role("button")

    fox.click()
    fox.click()

    expect(mini.page.get_by_role("button", name="Файл 2 из 2")).to_be_visible()
    mini.page.get_by_label("Описание").fill("в шляпе")
    expect(mini.main).to_contain_text("Создать за")
    assert findings(mini, "references") == {}
    mini.page.set_viewport_size({"width": 320, "height": 844})
    assert mini.page.evaluate("document.documentElement.scrollWidth") == 320
    mini.main.click()

    expect(mini.heading("Создаём")).to_be_visible()
    (order,) = mini.api.bodies("POST generations")
    assert order["inputs"] == [
        {"role": "image", "reference_id": 7, "source_index": index} for index in (0, 1)
    ]


def test_after_a_refusal_the_same_is_one_tap_away_with_another_model(mini: MiniApp) -> None:
    mini.api.works = [work(4, "error")]
    journey = {"slug": "journey", "label": "Midjourney · ⚡1 (−2.20)"}
    mini.api.alternatives = [journey]
    mini.open("?screen=gallery")
    mini.page.get_by_role("button", name="кот номер 4").click()

    mini.page.get_by_role("button", name="То же с Midjourney · ⚡1 (−2.20)").click()

    expect(mini.page.get_by_label("Описание")).to_have_value("кот номер 4")
    expect(mini.page.get_by_role("button", name="Midjourney")).to_be_visible()
    assert mini.api.bodies("POST generations") == []


def test_refused_words_are_put_differently_at_once(mini: MiniApp) -> None:
    mini.api.works = [work(4, "error", can_soften=True)]
    mini.open("?screen=gallery")
    mini.page.get_by_role("button", name="кот номер 4").click()

    mini.page.get_by_role("button", name="Переформулировать").click()
    mini.api.text = written("done", BETTER)
    mini.page.get_by_role("button", name="Взять").click()

    expect(mini.page.get_by_label("Описание")).to_have_value(BETTER)
    (asked,) = mini.api.bodies("POST texts")
    assert (asked["prompt"], asked["is_safer"]) == ("кот номер 4", True)
