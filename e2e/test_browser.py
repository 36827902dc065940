"""The main job by clicking: the sandbox chat and the mini app in a real Chromium."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from e2e.stage import Stage
from e2e.windows import Window, button, message, opened, reply_button, say

pytestmark = pytest.mark.browser

CHATS = [Window("phone", "ru", "light"), Window("desktop", "en", "dark")]
DESKS = [Window("phone", "ru", "dark"), Window("desktop", "ru", "light")]
WORDS = {
    "ru": {
        "gift": "Дарим ⚡50",
        "create": "Создать изображение",
        "describe": "✍️ Опишите картинку",
        "prompt": "рыжий кот на луне",
        "press": "✨ Создать ·",
        "ready": "Готово",
        "original": "Оригинал",
        "edit": "Изменить",
        "ask": "Что изменить",
        "change": "надень красный шлем",
        "balance": "Баланс: ⚡168.40",
        "my balance": "Мой баланс",
        "top up": "Пополнить баланс",
        "shop": "Открыть страницу оплаты",
        "package": "100 токенов",
        "back": "чат",
        "received": "Оплата получена",
    },
    "en": {
        "gift": "⚡50 are yours",
        "create": "Create image",
        "describe": "✍️ Describe the picture",
        "prompt": "a ginger cat on the moon",
        "press": "✨ Create ·",
        "ready": "Ready",
        "original": "Original",
        "edit": "Edit",
        "ask": "What should be changed",
        "change": "put on a red helmet",
        "balance": "Balance: ⚡168.40",
        "my balance": "My balance",
        "top up": "Top up",
        "shop": "Open the payment page",
        "package": "100 tokens",
        "back": "chat",
        "received": "Payment received",
    },
}


@pytest.mark.parametrize("window", CHATS, ids=str)
def test_a_person_clicks_from_start_to_an_edited_picture(
    stage: Stage, browser: Browser, window: Window
) -> None:
    words = WORDS[window.language]
    person = stage.newcomer("Лена", language_code=window.language)
    with opened(browser, window) as context:
        page = context.new_page()
        page.goto(f"{stage.sandbox}/?user={person.id}")
        page.get_by_test_id("start").click()
        expect(message(page, words["gift"])).to_be_visible()
        window.shoot(page, "1-welcome")

        buy_tokens(page, context, window)

        make_a_picture(page, window)

        button(message(page, words["ready"]), words["edit"]).click()
        expect(message(page, words["ask"])).to_be_visible()
        say(page, words["change"])
        expect(message(page, words["balance"])).to_be_visible()
        expect(message(page, words["original"])).to_have_count(2)
        window.shoot(page, "6-edited")

        reply_button(page, words["my balance"])
        expect(message(page, words["balance"]).last).to_be_visible()
        window.shoot(page, "7-balance")


@pytest.mark.parametrize("window", DESKS, ids=str)
def test_an_operator_sees_the_day(stage: Stage, browser: Browser, window: Window) -> None:
    with opened(browser, window) as context:
        page = context.new_page()
        page.goto(f"{stage.web}/dashboard/")
        page.get_by_label("Имя пользователя").fill("admin")
        page.get_by_label("Пароль").fill(stage.options.admin_password)
        page.keyboard.press("Enter")

        page.wait_for_url(f"{stage.web}/dashboard/")
        window.shoot(page, "8-dashboard")
        page.goto(f"{stage.web}/admin/botapp/genrequest/")
        expect(page.get_by_role("heading", name="Заказы")).to_be_visible()
        window.shoot(page, "9-admin")


def make_a_picture(page: Page, window: Window) -> None:
    words = WORDS[window.language]
    reply_button(page, words["create"])
    button(page, "🍌 Nano Banana ·").click()
    expect(message(page, words["describe"])).to_be_visible()
    say(page, words["prompt"])
    button(page, words["press"]).click()
    expect(message(page, words["ready"]).locator("img").first).to_be_visible()
    expect(message(page, words["original"])).to_be_visible()
    window.shoot(page, "5-picture")


def buy_tokens(page: Page, context: BrowserContext, window: Window) -> None:
    words = WORDS[window.language]
    reply_button(page, words["top up"])
    button(page, words["shop"]).click()
    shop = page.frame_locator("[data-testid=webapp-frame]")
    expect(shop.get_by_text(words["package"]).first).to_be_visible()
    shop.get_by_label(re.compile("почта|E-mail", re.IGNORECASE)).fill("lena@example.org")
    window.shoot(page, "2-shop")
    with context.expect_page() as checkout:
        page.get_by_test_id("webapp-main-button").click()
    pay(checkout.value, window)
    expect(shop.get_by_text(re.compile("⚡170")).first).to_be_visible()
    window.shoot(page, "4-paid")
    leave(page, words["back"])
    expect(message(page, words["received"])).to_be_visible()


def pay(checkout: Page, window: Window) -> None:
    pay_button = checkout.get_by_role("button", name=re.compile("^(Оплатить|Pay)"))
    expect(pay_button).to_be_visible()
    window.shoot(checkout, "3-checkout")
    pay_button.click()
    checkout.wait_for_load_state()
    checkout.close()


def leave(page: Page, label: str) -> None:
    main_button = page.get_by_test_id("webapp-main-button")
    expect(main_button).to_contain_text(label)
    main_button.click()
    expect(page.get_by_test_id("webapp-frame")).to_have_count(0)
