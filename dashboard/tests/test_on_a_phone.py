"""The operators' pages on a telephone, in a real Chromium."""

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from botapp.models import ChatMessage, ChatThread, TgUser, UserBalance
from dashboard.chats import History

pytestmark = pytest.mark.browser

STYLE = settings.BASE_DIR / "dashboard/static/dashboard/dashboard.css"
WIDTH = 390
BUTTONS = ("🔁 Ещё раз", "✏️ Описание", "⬆️ В высоком качестве · +⚡1.50")


def test_a_chat_with_long_buttons_is_not_wider_than_the_screen(browser):
    page = browser.new_page(viewport={"width": WIDTH, "height": 844})

    page.set_content(render_to_string("dashboard/chat.html", chat_with(BUTTONS)))
    page.add_style_tag(path=STYLE)

    assert page.get_by_text("Ещё раз").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == WIDTH
    page.close()


def chat_with(buttons):
    """Nothing of it is in the database, which a test that clicks does not ask."""
    user = TgUser(pk=1, chat_id=1001, first_name="Алиса")
    UserBalance(pk=1, user=user)
    said = ChatMessage(
        pk=1,
        direction="outgoing",
        message_type="text",
        text="✅ Готово",
        message_date=timezone.now(),
        payload={"keyboard": [[{"text": text} for text in buttons]]},
    )
    history = History(messages=[said], older_than=None)
    return {"chat": ChatThread(pk=1, user=user), "history": history, "order_of": {}}
