"""One work on the page: what is said while it is made, and which of its pictures is meant."""

import pytest
from playwright.sync_api import expect

from lavatop.tests.miniapp.answers import work
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
