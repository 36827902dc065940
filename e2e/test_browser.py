"""The main job by clicking: the sandbox chat and the mini app in a real Chromium."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from devkit.browser import find_chromium
from devkit.demo_environment import ROOT
from e2e.stage import Stage

pytestmark = pytest.mark.browser

SCREENSHOTS = ROOT / "screenshots"
SIZES = {"phone": (390, 844), "desktop": (1280, 800)}
STEP_TIMEOUT_MS = 30_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=str(find_chromium()), args=["--no-sandbox"], timeout=60_000
        )
        yield running
        running.close()


@pytest.fixture(params=SIZES)
def window(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    width, height = SIZES[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="ru-RU")
    context.set_default_timeout(STEP_TIMEOUT_MS)
    expect.set_options(timeout=STEP_TIMEOUT_MS)
    yield context
    context.close()


def test_a_person_clicks_from_start_to_an_edited_picture(
    stage: Stage, window: BrowserContext, request: pytest.FixtureRequest
) -> None:
    size = request.node.callspec.params["window"]
    person = stage.newcomer("Лена")
    page = window.new_page()
    page.goto(f"{stage.sandbox}/?user={person.id}")

    page.get_by_test_id("start").click()
    expect(message(page, "Дарим ⚡50")).to_be_visible()
    shoot(page, size, "1-welcome")

    buy_tokens(page, window, size)

    reply_button(page, "Создать изображение")
    button(page, "🍌 Nano Banana ·").click()
    expect(message(page, "✍️ Опишите картинку")).to_be_visible()
    describe(page, "рыжий кот на луне")
    expect(message(page, "Готово").locator("img").first).to_be_visible()
    expect(message(page, "Оригинал")).to_be_visible()
    shoot(page, size, "5-picture")

    button(message(page, "Готово"), "Изменить").click()
    expect(message(page, "Что изменить")).to_be_visible()
    say(page, "надень красный шлем")
    expect(message(page, "Баланс: ⚡168.40")).to_be_visible()
    expect(message(page, "Оригинал")).to_have_count(2)
    shoot(page, size, "6-edited")

    reply_button(page, "Мой баланс")
    expect(message(page, "Баланс: ⚡168.40").last).to_be_visible()
    shoot(page, size, "7-balance")


def test_an_operator_sees_the_day(
    stage: Stage, window: BrowserContext, request: pytest.FixtureRequest
) -> None:
    size = request.node.callspec.params["window"]
    page = window.new_page()
    page.goto(f"{stage.web}/dashboard/")
    page.get_by_label(re.compile("Имя пользователя|Username")).fill("admin")
    page.get_by_label(re.compile("Пароль|Password")).fill(stage.options.admin_password)
    page.keyboard.press("Enter")

    page.wait_for_url(f"{stage.web}/dashboard/")
    shoot(page, size, "8-dashboard")
    page.goto(f"{stage.web}/admin/botapp/genrequest/")
    expect(page.get_by_role("heading", name="Заказы")).to_be_visible()
    shoot(page, size, "9-admin")


def buy_tokens(page: Page, window: BrowserContext, size: str) -> None:
    reply_button(page, "Пополнить баланс")
    button(page, "Открыть страницу оплаты").click()
    shop = page.frame_locator("[data-testid=webapp-frame]")
    expect(shop.get_by_text("100 токенов").first).to_be_visible()
    shop.get_by_label(re.compile("почта|E-mail", re.IGNORECASE)).fill("lena@example.org")
    shoot(page, size, "2-shop")
    with window.expect_page() as opened:
        page.get_by_test_id("webapp-main-button").click()
    pay(opened.value, size)
    expect(shop.get_by_text(re.compile("⚡170")).first).to_be_visible()
    shoot(page, size, "4-paid")
    leave(page)
    expect(message(page, "Оплата получена")).to_be_visible()


def pay(checkout: Page, size: str) -> None:
    pay_button = checkout.get_by_role("button", name=re.compile("^Оплатить"))
    expect(pay_button).to_be_visible()
    shoot(checkout, size, "3-checkout")
    pay_button.click()
    checkout.wait_for_load_state()
    checkout.close()


def leave(page: Page) -> None:
    main_button = page.get_by_test_id("webapp-main-button")
    expect(main_button).to_contain_text("чат")
    main_button.click()
    expect(page.get_by_test_id("webapp-frame")).to_have_count(0)


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


def say(page: Page, text: str) -> None:
    page.get_by_test_id("composer").fill(text)
    page.get_by_test_id("composer").press("Enter")


def describe(page: Page, text: str) -> None:
    """Say what to make, and press Create on the card that answers."""
    say(page, text)
    button(page, "✨ Создать ·").click()


def shoot(page: Page, size: str, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    path: Path = SCREENSHOTS / f"{size}-{name}.png"
    page.screenshot(path=path)
