"""Mini apps in the chat page: our script on the page's side, Telegram's protocol in between."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from aiogram.utils.web_app import safe_parse_webapp_init_data
from aiohttp import web
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Locator, expect

from sandbox.tests.chat_browser import PHONE, ChatPage, window
from sandbox.tests.conftest import RunningSandbox, serve
from sandbox.tests.telegram_play import ALICE, Play, buttons

pytest_plugins = ("sandbox.tests.chat_browser_fixtures",)
pytestmark = pytest.mark.browser

_PAGE = """<!doctype html><html><head><meta charset="utf-8">
<script src="{script}"></script></head>
<body style="background: var(--tg-theme-bg-color)">
<p id="out"></p><a id="again" href="/second">дальше</a></body></html>"""


@dataclass
class MiniApp:
    """A page of another origin that loads the script as any mini app does."""

    url: str
    origin: str


@pytest.fixture
def mini_app(sandbox: RunningSandbox) -> Iterator[MiniApp]:
    html = _PAGE.format(script=f"{sandbox.base_url}/js/telegram-web-app.js")

    async def page(_: web.Request) -> web.Response:
        return web.Response(text=html, content_type="text/html")

    app = web.Application()
    app.router.add_get("/{name:.*}", page)
    with serve(app) as origin:
        yield MiniApp(url=f"{origin}/pay?plan=7#section", origin=origin)


@pytest.fixture
def chat(context: BrowserContext, bot: Play, mini_app: MiniApp) -> ChatPage:
    """Alice's chat with the mini app opened by an inline button."""
    offer(bot, mini_app)
    return opened_by_inline_button(context)


def offer(bot: Play, mini_app: MiniApp) -> None:
    markup = buttons([{"text": "Открыть", "web_app": {"url": mini_app.url}}])
    bot.call("sendMessage", chat_id=ALICE, text="Оплата", reply_markup=markup)


def opened_by_inline_button(context: BrowserContext) -> ChatPage:
    chat = ChatPage(context, ALICE)
    chat.button("Открыть").click()
    inside(chat)
    return chat


def inside(chat: ChatPage) -> FrameLocator:
    frame = chat.page.frame_locator("[data-testid=webapp-frame]")
    expect(frame.locator("#again")).to_be_visible()
    return frame


def run(chat: ChatPage, script: str) -> object:
    """Run a script in the mini app, where `app` is Telegram.WebApp."""
    code = f"() => {{ const app = Telegram.WebApp; {script} }}"
    return inside(chat).locator("body").evaluate(code)


def said(chat: ChatPage) -> Locator:
    return inside(chat).locator("#out")


def test_the_page_gets_signed_proof_of_who_opened_it(
    chat: ChatPage, sandbox: RunningSandbox
) -> None:
    init_data = str(run(chat, "return app.initData"))

    proof = safe_parse_webapp_init_data(sandbox.config.bot_token, init_data)
    assert proof.user is not None
    assert proof.user.id == ALICE
    assert run(chat, "return app.initDataUnsafe.user.first_name") == "Алиса"
    assert run(chat, "return location.search") == "?plan=7"
    assert run(chat, "return app.isVersionAtLeast('6.10') && !app.isVersionAtLeast('99.0')")


def test_the_proof_survives_a_reload_and_a_page_change(chat: ChatPage) -> None:
    init_data = run(chat, "return app.initData")

    inside(chat).locator("#again").click()
    chat.page.wait_for_timeout(300)

    assert run(chat, "return location.pathname + location.hash") == "/second"
    assert run(chat, "return app.initData") == init_data


def test_the_main_button_is_drawn_by_the_chat_and_tells_the_page(chat: ChatPage) -> None:
    main = chat.part("webapp-main-button")
    expect(main).to_be_hidden()
    run(
        chat,
        "app.MainButton.setText('Оплатить 199 ₽').show()"
        ".onClick(() => { out.textContent += 'нажата '; });",
    )

    main.click()
    expect(said(chat)).to_have_text("нажата ")
    run(chat, "app.MainButton.showProgress()")
    expect(main).to_be_disabled()
    expect(main).to_have_attribute("aria-busy", "true")

    run(chat, "app.MainButton.hideProgress().setParams({ text: 'Готово', color: '#112233' })")
    expect(main).to_be_enabled()
    expect(main).to_have_text("Готово")
    expect(main).to_have_css("background-color", "rgb(17, 34, 51)")
    run(chat, "app.MainButton.hide()")
    expect(main).to_be_hidden()


def test_the_secondary_button_has_its_own_click(chat: ChatPage) -> None:
    run(
        chat,
        "app.MainButton.show().onClick(() => { out.textContent = 'main'; });"
        "app.SecondaryButton.setText('Звёзды').show()"
        ".onClick(() => { out.textContent = 'secondary'; });",
    )

    chat.part("webapp-secondary-button").click()

    expect(said(chat)).to_have_text("secondary")


def test_the_back_button_replaces_close_and_tells_the_page(chat: ChatPage) -> None:
    run(chat, "app.BackButton.show().onClick(() => { app.BackButton.hide(); })")

    chat.part("webapp-back").click()

    expect(chat.part("webapp-close")).to_be_visible()
    chat.part("webapp-close").click()
    expect(chat.part("webapp-frame")).to_have_count(0)


def test_popups_are_drawn_by_the_chat_and_answer_the_page(chat: ChatPage) -> None:
    run(chat, "app.showConfirm('Оплатить?', (yes) => { out.textContent = `да: ${yes}`; })")
    expect(chat.part("webapp-popup")).to_contain_text("Оплатить?")
    chat.part("popup-button").filter(has_text="OK").click()
    expect(said(chat)).to_have_text("да: true")

    run(chat, "app.showAlert('<b>Готово</b>', () => { out.textContent = 'закрыто'; })")
    expect(chat.part("webapp-popup")).to_contain_text("<b>Готово</b>")
    chat.page.keyboard.press("Escape")

    expect(said(chat)).to_have_text("закрыто")


def test_closing_asks_first_when_the_page_wants_it(chat: ChatPage) -> None:
    run(chat, "app.enableClosingConfirmation()")

    chat.part("webapp-close").click()
    chat.part("popup-button").filter(has_text="Отмена").click()
    expect(chat.part("webapp-frame")).to_be_visible()
    chat.part("webapp-close").click()
    chat.part("popup-button").filter(has_text="Закрыть").click()

    expect(chat.part("webapp-frame")).to_have_count(0)


def test_the_page_closes_itself(chat: ChatPage) -> None:
    run(chat, "app.close()")

    expect(chat.part("webapp-frame")).to_have_count(0)
    expect(chat.button("Открыть")).to_be_focused()


def test_a_new_theme_of_the_chat_reaches_the_page(chat: ChatPage) -> None:
    run(chat, "app.onEvent('themeChanged', () => { out.textContent = app.colorScheme; })")
    assert run(chat, "return app.colorScheme") == "light"

    chat.page.emulate_media(color_scheme="dark")

    expect(said(chat)).to_have_text("dark")
    expect(inside(chat).locator("body")).to_have_css("background-color", "rgb(23, 33, 43)")


def test_the_page_knows_its_viewport(chat: ChatPage) -> None:
    expect(chat.part("webapp-frame")).to_have_css("width", "420px")

    assert run(chat, "return app.viewportStableHeight - innerHeight") == 0
    assert run(chat, "return app.isExpanded") is True


def test_a_link_opens_a_tab_that_cannot_reach_back(chat: ChatPage, mini_app: MiniApp) -> None:
    run(chat, f"document.onclick = () => app.openLink('{mini_app.origin}/receipt');")

    with chat.page.context.expect_page() as opened:
        inside(chat).locator("p#out").evaluate("(node) => { node.textContent = 'чек'; }")
        inside(chat).locator("#out").click()

    assert opened.value.url == f"{mini_app.origin}/receipt"
    assert opened.value.evaluate("window.opener") is None


def test_a_link_to_the_bot_closes_the_page_and_starts_the_bot(chat: ChatPage, bot: Play) -> None:
    username = bot.call("getMe")["username"]

    run(chat, f"app.openTelegramLink('https://t.me/{username}?start=promo_X')")

    expect(chat.part("webapp-frame")).to_have_count(0)
    expect(chat.message("/start promo_X")).to_be_visible()


def test_a_keyboard_app_has_no_proof_and_sends_data_to_the_bot(
    context: BrowserContext, bot: Play, mini_app: MiniApp
) -> None:
    keyboard = [[{"text": "Форма", "web_app": {"url": mini_app.url}}]]
    bot.call("sendMessage", chat_id=ALICE, text="Меню", reply_markup={"keyboard": keyboard})
    chat = ChatPage(context, ALICE)
    chat.part("reply-button").click()
    assert run(chat, "return app.initData") == ""

    run(chat, """app.sendData('{"plan": 7}')""")

    expect(chat.message("Форма").last).to_contain_text("передали")
    sent = bot.messages()[-1]["web_app_data"]
    assert sent == {"data": '{"plan": 7}', "button_text": "Форма"}


def test_an_inline_app_cannot_send_data(chat: ChatPage, bot: Play) -> None:
    run(chat, "app.sendData('x')")
    run(chat, "app.close()")

    expect(chat.part("webapp-frame")).to_have_count(0)
    assert all("web_app_data" not in message for message in bot.messages())


def test_the_menu_button_opens_the_bots_app(
    context: BrowserContext, bot: Play, mini_app: MiniApp
) -> None:
    button = {"type": "web_app", "text": "Магазин", "web_app": {"url": mini_app.url}}
    bot.call("setChatMenuButton", menu_button=button)
    chat = ChatPage(context, ALICE)

    expect(chat.part("menu-button")).to_have_text("Магазин")
    chat.part("menu-button").click()

    assert "query_id=" in str(run(chat, "return app.initData"))


def test_messages_of_a_page_from_elsewhere_are_ignored(
    chat: ChatPage, sandbox: RunningSandbox
) -> None:
    elsewhere = f"{sandbox.base_url.replace('127.0.0.1', 'localhost')}/__health"
    run(chat, f"setTimeout(() => {{ location.href = '{elsewhere}'; }})")
    chat.page.wait_for_timeout(500)
    foreign = chat.page.frames[-1]
    assert foreign.url == elsewhere

    close = """parent.postMessage('{"eventType": "web_app_close", "eventData": {}}', '*')"""
    foreign.evaluate(close)
    chat.page.evaluate(close)
    chat.page.wait_for_timeout(300)

    expect(chat.part("webapp-frame")).to_be_visible()


def test_on_a_phone_the_page_is_a_sheet_that_can_expand(
    browser: Browser, sandbox: RunningSandbox, bot: Play, mini_app: MiniApp
) -> None:
    offer(bot, mini_app)
    with window(browser, sandbox.base_url, viewport=PHONE, has_touch=True, is_mobile=True) as phone:
        chat = opened_by_inline_button(phone)
        assert run(chat, "return app.isExpanded") is False
        sheet = chat.part("webapp")
        expect(sheet).to_have_css("width", "390px")

        run(chat, "app.onEvent('viewportChanged', () => { out.textContent = app.isExpanded; });")
        run(chat, "app.expand()")

        expect(said(chat)).to_have_text("true")
