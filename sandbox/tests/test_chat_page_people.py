"""Several people, phones and lost connections: the chat page around the messages."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, expect

from sandbox.tests.chat_browser import PHONE, ChatPage, say, window
from sandbox.tests.conftest import RunningSandbox
from sandbox.tests.telegram_play import ALICE, BORIS, Play

pytest_plugins = ("sandbox.tests.chat_browser_fixtures",)
pytestmark = pytest.mark.browser


def test_each_person_has_a_chat_and_a_draft_of_their_own(
    context: BrowserContext, bot: Play
) -> None:
    boris = Play(bot.sandbox, user_id=BORIS).start()
    chat = ChatPage(context, ALICE)
    second = ChatPage(context, BORIS)
    chat.part("composer").fill("черновик Алисы")

    second.type("я Борис")
    say(boris, "Привет, Борис")
    expect(second.message("Привет, Борис")).to_be_visible()
    chat.part(f"user-{BORIS}").click()
    expect(chat.message("я Борис")).to_be_visible()
    expect(chat.part("composer")).to_have_value("")
    chat.part(f"user-{ALICE}").click()

    expect(chat.message("я Борис")).to_have_count(0)
    expect(chat.part("composer")).to_have_value("черновик Алисы")


def test_messages_for_another_person_are_counted_in_the_list(
    context: BrowserContext, bot: Play
) -> None:
    boris = Play(bot.sandbox, user_id=BORIS).start()
    chat = ChatPage(context, ALICE)

    say(boris, "Раз")
    say(boris, "Два")

    expect(chat.part(f"user-{BORIS}").locator(".badge")).to_have_text("2")
    chat.part(f"user-{BORIS}").click()
    expect(chat.part(f"user-{BORIS}").locator(".badge")).to_be_hidden()


def test_a_blocked_bot_gets_nothing_until_it_is_unblocked(
    context: BrowserContext, bot: Play
) -> None:
    chat = ChatPage(context, ALICE)
    expect(chat.message("/start")).to_be_visible()

    chat.part("chat-menu").click()
    chat.page.get_by_role("menuitem", name="Заблокировать бота").click()
    expect(chat.part("composer")).to_be_hidden()
    assert "blocked" in bot.refusal("sendMessage", chat_id=ALICE, text="?")

    chat.part("unblock").click()
    chat.type("я вернулась")
    expect(chat.message("я вернулась")).to_be_visible()


def test_what_was_missed_while_the_connection_was_lost_comes_after_it_returns(
    context: BrowserContext, bot: Play
) -> None:
    kept, gone = say(bot, "Было так"), say(bot, "Лишнее")
    chat = ChatPage(context, ALICE)
    expect(chat.message("Лишнее")).to_be_visible()
    is_cut = True

    def cut(route: Route) -> None:
        route.abort() if is_cut else route.continue_()

    chat.page.route("**/events", cut)
    chat.part(f"user-{BORIS}").click()
    chat.part(f"user-{ALICE}").click()
    expect(chat.part("status")).to_have_text("соединение")
    bot.call("editMessageText", chat_id=ALICE, message_id=kept, text="Стало так")
    bot.call("deleteMessage", chat_id=ALICE, message_id=gone)
    say(bot, "Пропущенное")
    expect(chat.message("Пропущенное")).to_have_count(0)
    is_cut = False

    expect(chat.message("Пропущенное")).to_be_visible()
    expect(chat.message("Стало так")).to_be_visible()
    expect(chat.message("Лишнее")).to_have_count(0)
    expect(chat.part("status")).to_have_text("бот")


def test_new_messages_are_counted_while_the_person_reads_further_up(
    context: BrowserContext, bot: Play
) -> None:
    bot.sandbox.client.post("/chat/api/settings", json={"rate_limits": "off"})
    for number in range(30):
        say(bot, f"Сообщение {number}")
    chat = ChatPage(context, ALICE)
    expect(chat.message("Сообщение 29")).to_be_in_viewport()

    chat.part("log").hover()
    chat.page.mouse.wheel(0, -900)
    expect(chat.part("scroll-down")).to_be_visible()
    say(bot, "Свежее")
    expect(chat.part("scroll-down")).to_have_text("1")
    expect(chat.message("Свежее")).not_to_be_in_viewport()
    chat.part("scroll-down").click()

    expect(chat.message("Свежее")).to_be_in_viewport()
    expect(chat.part("scroll-down")).to_be_hidden()


def test_on_a_phone_the_list_and_the_chat_are_two_screens(
    browser: Browser, sandbox: RunningSandbox, bot: Play
) -> None:
    keyboard = [[{"text": "🎨 Создать изображение"}, {"text": "💰 Мой баланс (цены)"}]]
    say(bot, "w" * 300, reply_markup={"keyboard": keyboard})
    with window(browser, sandbox.base_url, viewport=PHONE, has_touch=True, is_mobile=True) as phone:
        chat = ChatPage(phone, ALICE)
        expect(chat.part("reply-button")).to_have_count(2)
        width_px = chat.page.evaluate("document.scrollingElement.scrollWidth")
        expect(chat.part("send")).to_be_in_viewport(ratio=1)

        chat.part("back").click()

        assert width_px == PHONE["width"]
        expect(chat.part("composer")).to_be_hidden()
        chat.part(f"user-{BORIS}").click()
        expect(chat.part("start")).to_be_visible()


def test_the_theme_is_kept_for_the_next_visit(context: BrowserContext, bot: Play) -> None:
    chat = ChatPage(context, ALICE)
    chat.part("theme-toggle").click()
    expect(chat.page.locator("html")).to_have_attribute("data-theme", "dark")

    chat.page.reload()

    expect(chat.page.locator("html")).to_have_attribute("data-theme", "dark")
