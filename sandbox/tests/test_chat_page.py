"""The chat in the browser, clicked through: messages, entities, buttons and keyboards."""

import pytest
from playwright.sync_api import BrowserContext, expect

from sandbox.tests.chat_browser import ChatPage, say
from sandbox.tests.conftest import RunningSandbox
from sandbox.tests.telegram_play import ALICE, BORIS, Play, buttons

pytest_plugins = ("sandbox.tests.chat_browser_fixtures",)
pytestmark = pytest.mark.browser


def test_an_empty_chat_offers_start_and_shows_the_answer(
    context: BrowserContext, sandbox: RunningSandbox
) -> None:
    chat = ChatPage(context, ALICE)
    expect(chat.part("composer")).to_be_hidden()

    chat.part("start").click()
    expect(chat.message("/start")).to_have_attribute("data-direction", "out")
    say(Play(sandbox), "Привет!")

    expect(chat.message("Привет!")).to_have_attribute("data-direction", "in")
    expect(chat.part("composer")).to_be_visible()


def test_a_start_link_hands_its_parameter_to_the_bot(
    context: BrowserContext, sandbox: RunningSandbox
) -> None:
    chat = ChatPage(context, BORIS)
    chat.page.goto(f"/?user={BORIS}&start=ref_A1")

    chat.part("start").click()

    expect(chat.message("/start ref_A1")).to_be_visible()


def test_entities_stand_where_utf16_offsets_say(context: BrowserContext, bot: Play) -> None:
    say(bot, "🍌👨‍👩‍👧 <b>жирный <i>и курсив</i></b> <code>x &lt; y</code>", parse_mode="HTML")

    text = ChatPage(context, ALICE).message("жирный").get_by_test_id("text")

    expect(text.locator("strong")).to_have_text("жирный и курсив")
    expect(text.locator("strong em")).to_have_text("и курсив")
    expect(text.locator("code")).to_have_text("x < y")


def test_markup_in_a_message_is_shown_and_not_run(context: BrowserContext, bot: Play) -> None:
    evil = '<img src=x onerror="document.title=1">'
    say(bot, evil, reply_markup=buttons([{"text": evil, "callback_data": "x"}]))
    chat = ChatPage(context, ALICE)

    expect(chat.message(evil)).to_be_visible()

    expect(chat.button(evil)).to_be_visible()
    expect(chat.part("message").locator("img")).to_have_count(0)


def test_a_spoiler_opens_on_click_and_a_command_is_sent(context: BrowserContext, bot: Play) -> None:
    say(bot, "<tg-spoiler>BANANA</tg-spoiler> или /help", parse_mode="HTML")
    chat = ChatPage(context, ALICE)
    spoiler = chat.message("BANANA").locator(".spoiler")
    expect(spoiler).to_have_css("color", "rgba(0, 0, 0, 0)")

    spoiler.click()
    chat.part("bot-command").filter(has_text="/help").click()

    expect(spoiler).not_to_have_css("color", "rgba(0, 0, 0, 0)")
    expect(chat.part("message").last).to_contain_text("/help")
    assert bot.messages()[-1]["text"] == "/help"


def test_a_pressed_button_waits_until_the_bot_answers(context: BrowserContext, bot: Play) -> None:
    say(bot, "Модель?", reply_markup=buttons([{"text": "Kling", "callback_data": "kling"}]))
    chat = ChatPage(context, ALICE)

    with chat.page.expect_response("**/press") as pressed:
        chat.button("Kling").click()
    expect(chat.button("Kling")).to_have_attribute("aria-busy", "true")
    query_id = pressed.value.json()["callback_query_id"]
    bot.call("answerCallbackQuery", callback_query_id=query_id, text="Выбрано")

    expect(chat.part("toast")).to_have_text("Выбрано")
    expect(chat.button("Kling")).not_to_have_attribute("aria-busy", "true")


def test_an_alert_answer_is_a_dialog(context: BrowserContext, bot: Play) -> None:
    say(bot, "Модель?", reply_markup=buttons([{"text": "Kling", "callback_data": "kling"}]))
    chat = ChatPage(context, ALICE)

    with chat.page.expect_response("**/press") as pressed:
        chat.button("Kling").click()
    query_id = pressed.value.json()["callback_query_id"]
    bot.call("answerCallbackQuery", callback_query_id=query_id, text="Мало токенов", show_alert=1)

    expect(chat.part("alert")).to_contain_text("Мало токенов")
    chat.part("popup-button").click()
    expect(chat.part("alert")).to_have_count(0)


def test_a_url_button_opens_a_tab_that_cannot_reach_back(
    context: BrowserContext, bot: Play, sandbox: RunningSandbox
) -> None:
    address = f"{sandbox.base_url}/__health"
    say(bot, "Оплата", reply_markup=buttons([{"text": "Оплатить", "url": address}]))
    chat = ChatPage(context, ALICE)

    with context.expect_page() as opened:
        chat.button("Оплатить").click()

    assert opened.value.url == address
    assert opened.value.evaluate("window.opener") is None


def test_an_edited_message_changes_in_place_and_a_deleted_one_goes(
    context: BrowserContext, bot: Play
) -> None:
    progress = say(bot, "Рисую…")
    other = say(bot, "Подождите")
    chat = ChatPage(context, ALICE)
    expect(chat.message("Рисую…")).to_be_visible()

    bot.call("editMessageText", chat_id=ALICE, message_id=progress, text="Готово")
    bot.call("deleteMessage", chat_id=ALICE, message_id=other)

    expect(chat.message("Подождите")).to_have_count(0)
    edited = chat.message("Готово")
    expect(edited).to_have_attribute("data-message-id", str(progress))
    expect(edited).to_contain_text("изменено")


def test_the_header_says_what_the_bot_is_doing(context: BrowserContext, bot: Play) -> None:
    chat = ChatPage(context, ALICE)
    expect(chat.part("status")).to_have_text("бот")

    bot.call("sendChatAction", chat_id=ALICE, action="upload_photo")
    expect(chat.part("status")).to_have_text("отправляет фото")

    say(bot, "Вот")
    expect(chat.part("status")).to_have_text("бот")


def test_the_reply_keyboard_types_for_the_person(context: BrowserContext, bot: Play) -> None:
    keyboard = [[{"text": "💰 Мой баланс"}, {"text": "🏠 Главное меню"}]]
    say(bot, "Меню", reply_markup={"keyboard": keyboard, "resize_keyboard": True})
    chat = ChatPage(context, ALICE)

    chat.part("reply-button").filter(has_text="Мой баланс").click()
    expect(chat.message("💰 Мой баланс")).to_have_attribute("data-direction", "out")
    chat.part("keyboard-toggle").click()
    expect(chat.part("reply-keyboard")).to_be_hidden()

    say(bot, "Убираю", reply_markup={"remove_keyboard": True})
    expect(chat.part("keyboard-toggle")).to_be_hidden()


def test_the_menu_button_lists_commands_and_a_slash_filters_them(
    context: BrowserContext, bot: Play
) -> None:
    commands = [("balance", "Баланс"), ("help", "Помощь")]
    told = [{"command": name, "description": text} for name, text in commands]
    bot.call("setMyCommands", commands=told)
    chat = ChatPage(context, ALICE)

    chat.part("menu-button").click()
    expect(chat.part("command")).to_have_count(2)
    chat.part("composer").fill("/he")
    expect(chat.part("command")).to_have_count(1)
    chat.part("composer").press("Enter")

    expect(chat.part("message").last).to_contain_text("/help")


def test_enter_sends_and_shift_enter_breaks_the_line(context: BrowserContext, bot: Play) -> None:
    chat = ChatPage(context, ALICE)
    composer = chat.part("composer")
    one_line_px = composer.bounding_box()["height"]  # type: ignore[index]

    composer.type("строка 1")
    composer.press("Shift+Enter")
    composer.type("строка 2")
    assert composer.bounding_box()["height"] > one_line_px  # type: ignore[index]
    composer.press("Enter")

    expect(chat.message("строка 2")).to_be_visible()
    assert bot.messages()[-1]["text"] == "строка 1\nстрока 2"
    expect(composer).to_have_value("")


def test_a_reply_quotes_the_message_it_answers(context: BrowserContext, bot: Play) -> None:
    asked = say(bot, "Какой размер?")
    chat = ChatPage(context, ALICE)

    chat.message("Какой размер?").hover()
    chat.message("Какой размер?").get_by_test_id("quick-reply").click()
    chat.type("16:9")

    expect(chat.message("16:9").get_by_test_id("quote")).to_contain_text("Какой размер?")
    assert bot.messages()[-1]["reply_to_message"]["message_id"] == asked


def test_a_document_that_came_as_html_cannot_run_here(context: BrowserContext, bot: Play) -> None:
    script = b"<script>fetch('/chat/api/users')</script>"
    files = {"document": ("evil.html", script, "text/html")}
    sent = bot.call("sendDocument", chat_id=ALICE, files=files)
    chat = ChatPage(context, ALICE)

    link = chat.part("document")

    expect(link).to_have_attribute("download", "evil.html")
    answer = bot.sandbox.client.get(f"/chat/file/{sent['document']['file_id']}")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_the_page_allows_no_foreign_scripts(bot: Play) -> None:
    answer = bot.sandbox.client.get("/")

    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "frame-src http: https:" in policy
    assert "unsafe" not in policy
