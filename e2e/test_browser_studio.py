"""The mini app's form by clicking: both languages, both themes, a phone and a desktop."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from e2e.stage import Stage
from e2e.test_browser import STEP_TIMEOUT_MS, browser, message, shoot

__all__ = ["browser"]  # a fixture of this module as well

pytestmark = pytest.mark.browser

WINDOWS = {
    "phone-en-dark": ((390, 844), "en", "dark"),
    "desktop-ru-light": ((1280, 800), "ru", "light"),
}
WORDS = {
    "ru": {"make": "Создать за", "ready": "Готово", "works": "Мои работы"},
    "en": {"make": "Create for", "ready": "Ready", "works": "My works"},
}


@pytest.fixture(params=WINDOWS)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    (width, height), language, scheme = WINDOWS[request.param]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale={"ru": "ru-RU", "en": "en-US"}[language],
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(STEP_TIMEOUT_MS)
    expect.set_options(timeout=STEP_TIMEOUT_MS)
    yield context.new_page()
    context.close()


def test_a_picture_is_made_in_the_form_and_kept_in_the_gallery(
    stage: Stage, page: Page, request: pytest.FixtureRequest
) -> None:
    window = request.node.callspec.params["page"]
    language = WINDOWS[window][1]
    words = WORDS[language]
    person = stage.newcomer("Инна", language_code=language)
    person.say("/start")
    person.wait_for("⚡50")
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))

    page.goto(f"{stage.sandbox}/?user={person.id}")
    studio = open_studio(page)
    studio.locator("textarea").first.fill("a ginger cat on the moon")
    make = page.get_by_test_id("webapp-main-button")
    expect(make).to_contain_text(words["make"])
    shoot(page, window, "studio-1-form")
    make.click()
    expect(studio.locator("img[src*='/api/files/']").first).to_be_visible()
    shoot(page, window, "studio-2-result")

    # The chat has it as well: the form is only another way to the same order.
    expect(message(page, words["ready"]).first).to_be_attached()
    page.reload()
    studio = open_studio(page)
    studio.get_by_text(words["works"]).last.click()
    expect(studio.locator("img").first).to_be_visible()
    shoot(page, window, "studio-3-gallery")
    assert failures == []
    assert person.balance() == "49.20"


def open_studio(page: Page) -> FrameLocator:
    hide_keyboard(page)
    page.get_by_text(re.compile("^(Студия|Studio)$")).last.click()
    return page.frame_locator("[data-testid=webapp-frame]")


def hide_keyboard(page: Page) -> None:
    """While it is open on a phone, the menu button is folded away."""
    expect(page.get_by_test_id("composer")).to_be_visible()
    if page.get_by_test_id("reply-keyboard").is_visible():
        page.get_by_test_id("keyboard-toggle").click()
