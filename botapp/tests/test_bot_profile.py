"""What a deployment tells Telegram."""

import json

import pytest
import respx
from django.conf import settings
from django.core.management import CommandError, call_command

API = f"{settings.TELEGRAM_API_BASE_URL}/bot{settings.TELEGRAM_BOT_TOKEN}"


@pytest.fixture
def telegram():
    with respx.mock(base_url=API) as mock:
        mock.post(path__regex=".*").respond(json={"ok": True, "result": True})
        yield mock


def sent(telegram, method):
    calls = [c.request for c in telegram.calls if c.request.url.path.endswith(f"/{method}")]
    return [json.loads(request.content) for request in calls]


def test_the_webhook_carries_the_secret_and_the_kinds_of_updates(telegram):
    call_command("set_webhook")

    (webhook,) = sent(telegram, "setWebhook")
    assert webhook["url"] == "https://bot.example.test/api/telegram/webhook"
    assert webhook["secret_token"] == settings.TG_WEBHOOK_SECRET
    assert webhook["allowed_updates"] == ["message", "callback_query", "my_chat_member"]


def test_commands_are_described_in_both_languages(telegram):
    call_command("set_webhook")

    russian, english = sent(telegram, "setMyCommands")
    assert (russian["language_code"], english.get("language_code")) == ("ru", None)
    assert {"command": "balance", "description": "Баланс и цены"} in russian["commands"]
    assert {"command": "balance", "description": "Balance and prices"} in english["commands"]


def test_the_menu_button_opens_the_mini_app(telegram):
    call_command("set_webhook")

    [called] = sent(telegram, "setChatMenuButton")
    assert called["menu_button"] == {
        "type": "web_app",
        "text": "Студия",
        "web_app": {"url": "https://bot.example.test/miniapp/?screen=create"},
    }


def test_a_refusal_fails_the_deployment_without_showing_the_token():
    with respx.mock(base_url=API) as telegram:
        telegram.post("/setWebhook").respond(
            400, json={"ok": False, "description": "Bad Request: bad webhook"}
        )

        with pytest.raises(CommandError, match="bad webhook") as refused:
            call_command("set_webhook")

    assert settings.TELEGRAM_BOT_TOKEN not in str(refused.value)
