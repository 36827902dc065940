"""The page as a person sees it."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from lavatop.tests.miniapp.answers import Api

ORIGIN = "http://mini.test"


@dataclass
class MiniApp:
    page: Page
    api: Api

    def open(self, query: str = "") -> None:
        self.page.goto(f"{ORIGIN}/miniapp/{query}")

    @property
    def main(self) -> Locator:
        return self.page.get_by_test_id("main")

    @property
    def back(self) -> Locator:
        return self.page.get_by_test_id("back")

    def heading(self, text: str) -> Locator:
        return self.page.get_by_role("heading", name=text, level=1)
