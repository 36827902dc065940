"""Windows of a real Chromium, a hand on the sandbox chat's buttons, and a camera.

Between them the windows show both languages and both themes at both sizes, at no more runs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from devkit.demo_environment import ROOT

SCREENSHOTS = ROOT / "screenshots"
SIZES = {"phone": (390, 844), "desktop": (1280, 800)}
LOCALES = {"ru": "ru-RU", "en": "en-US"}
STEP_TIMEOUT_MS = 30_000


@dataclass(frozen=True)
class Window:
    """What a person looks at, and in which language."""

    size: Literal["phone", "desktop"]
    language: Literal["ru", "en"]
    scheme: Literal["light", "dark"]

    def __str__(self) -> str:
        return f"{self.size}-{self.language}-{self.scheme}"

    def shoot(self, page: Page, name: str) -> None:
        SCREENSHOTS.mkdir(exist_ok=True)
        path: Path = SCREENSHOTS / f"{self}-{name}.png"
        page.screenshot(path=path)


@contextmanager
def opened(browser: Browser, window: Window) -> Iterator[BrowserContext]:
    width, height = SIZES[window.size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale=LOCALES[window.language],
        color_scheme=window.scheme,
        reduced_motion="reduce",
    )
    context.set_default_timeout(STEP_TIMEOUT_MS)
    expect.set_options(timeout=STEP_TIMEOUT_MS)
    yield context
    context.close()


def message(page: Page, text: str) -> Locator:
    return page.get_by_test_id("message").filter(has_text=text)


def button(place: Page | Locator, text: str) -> Locator:
    return place.get_by_test_id("inline-button").filter(has_text=text).last


def reply_button(page: Page, text: str) -> None:
    """The reply keyboard may be folded on a phone."""
    key = page.get_by_test_id("reply-button").filter(has_text=text)
    if not key.is_visible():
        page.get_by_test_id("keyboard-toggle").click()
    key.click()


def hide_keyboard(page: Page) -> None:
    """While it is open on a phone, the menu button is folded away."""
    expect(page.get_by_test_id("composer")).to_be_visible()
    if page.get_by_test_id("reply-keyboard").is_visible():
        page.get_by_test_id("keyboard-toggle").click()


def say(page: Page, text: str) -> None:
    page.get_by_test_id("composer").fill(text)
    page.get_by_test_id("composer").press("Enter")
