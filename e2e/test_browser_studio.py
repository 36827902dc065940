"""The mini app's form by clicking: both languages, both themes, a phone and a desktop."""

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from e2e.stage import Stage
from e2e.windows import Window, hide_keyboard, message, opened

pytestmark = pytest.mark.browser

WINDOWS = [Window("phone", "en", "dark"), Window("desktop", "ru", "light")]
WORDS = {
    "ru": {
        "studio": "Студия",
        "make": "Создать за",
        "ready": "Готово",
        "works": "Мои работы",
        "films": "Видео",
        "no films": "Видео пока нет",
    },
    "en": {
        "studio": "Studio",
        "make": "Create for",
        "ready": "Ready",
        "works": "My works",
        "films": "Videos",
        "no films": "No videos here yet",
    },
}


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_a_picture_is_made_in_the_form_and_kept_in_the_gallery(
    stage: Stage, browser: Browser, window: Window
) -> None:
    words = WORDS[window.language]
    person = stage.newcomer("Инна", language_code=window.language)
    person.say("/start")
    person.wait_for("⚡50")
    failures: list[str] = []
    with opened(browser, window) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: failures.append(str(error)))

        page.goto(f"{stage.sandbox}/?user={person.id}")
        studio = open_studio(page, words["studio"])
        studio.locator("textarea").first.fill("a ginger cat on the moon")
        make = page.get_by_test_id("webapp-main-button")
        expect(make).to_contain_text(words["make"])
        window.shoot(page, "studio-1-form")
        make.click()
        expect(studio.locator("img[src*='/api/files/']").first).to_be_visible()
        window.shoot(page, "studio-2-result")

        # The chat has it as well: the form is only another way to the same order.
        expect(message(page, words["ready"]).first).to_be_attached()
        page.reload()
        studio = open_studio(page, words["studio"])
        open_works(studio, words)
        window.shoot(page, "studio-3-gallery")
        look_for_films(studio, words)
    assert failures == []
    assert person.balance() == "49.20"


def open_studio(page: Page, label: str) -> FrameLocator:
    hide_keyboard(page)
    page.get_by_text(label, exact=True).last.click()
    return page.frame_locator("[data-testid=webapp-frame]")


def open_works(studio: FrameLocator, words: dict[str, str]) -> None:
    studio.get_by_text(words["works"]).last.click()
    expect(studio.locator("img").first).to_be_visible()


def look_for_films(studio: FrameLocator, words: dict[str, str]) -> None:
    """Among the works of somebody who has made only pictures."""
    studio.get_by_label(words["films"]).check(force=True)
    expect(studio.get_by_text(words["no films"])).to_be_visible()
