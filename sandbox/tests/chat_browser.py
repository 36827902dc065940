"""A real Chromium on the chat page; every page must stay free of script errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
)

from sandbox.tests.telegram_play import Play

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
# What a page is told when a request is refused or the connection is cut, as some tests ask for.
_EXPECTED_NOISE = ("Failed to load resource",)


@contextmanager
def window(browser: Browser, base_url: str, **options: Any) -> Iterator[BrowserContext]:
    """A browser of one person; at its end no script error may have happened in it."""
    options = {"viewport": DESKTOP, "color_scheme": "light"} | options
    context = browser.new_context(base_url=base_url, **options)
    context.set_default_timeout(8000)
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(_EXPECTED_NOISE):
            errors.append(message.text)

    context.on("console", note)
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context
    context.close()
    assert not errors, errors


class ChatPage:
    """The page as a person sees it; names are the data-testid values."""

    def __init__(self, context: BrowserContext, user_id: int) -> None:
        self.page: Page = context.new_page()
        self.page.goto(f"/?user={user_id}")

    def part(self, name: str) -> Locator:
        return self.page.get_by_test_id(name)

    def message(self, text: str) -> Locator:
        return self.part("message").filter(has_text=text)

    def button(self, text: str) -> Locator:
        return self.part("inline-button").filter(has_text=text)

    def type(self, text: str) -> None:
        self.part("composer").fill(text)
        self.part("composer").press("Enter")


def say(bot: Play, text: str, **more: object) -> int:
    """The bot writes; gives the message's id."""
    return int(bot.call("sendMessage", chat_id=bot.user_id, text=text, **more)["message_id"])
