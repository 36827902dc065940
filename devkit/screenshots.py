"""`make screenshots`: a person and an operator use the real demo; what they see becomes the docs'.

A demo of its own runs on free ports with its own data, so the developer's is left alone.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright

from devkit import process
from devkit.browser import find_chromium
from devkit.demo_environment import ROOT

PICTURES = ROOT / "Документация" / "снимки"
PASSWORD = "shown-nowhere"  # noqa: S105  # of a demo that lives for a minute
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
TALL: ViewportSize = {"width": 1280, "height": 2400}
PHONE: ViewportSize = {"width": 390, "height": 844}
ALICE, BORIS, EMMA, VERA = 1001, 1002, 1003, 1004
PATIENCE_MS = 60_000
SETTLING_MS = 800

PROMPT = "Рыжий кот в скафандре гуляет по Луне, на небе Земля"
# Words in brackets are the stand-ins' own: this film is ready as soon as it is ordered.
FILM = "Рыжий кот бежит по лунной пыли, камера летит следом [[fast]]"
CHANGE = "Пусть будет закат над морем, кот на пляже"
# The stand-in refuses a prompt with this word the way Google's filter does.
REFUSED = "A celebrity at the beach [[policy]]"
PAY = re.compile("Оплатить")


@dataclass(frozen=True)
class Demo:
    """Where the running demo listens."""

    web_url: str
    sandbox_url: str


def main() -> int:
    chromium = find_chromium()
    if chromium is None:
        print("make screenshots: no Chromium found; set CHROMIUM_PATH", file=sys.stderr)
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    with _demo() as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(chromium), args=["--no-sandbox", "--font-render-hinting=none"]
        )
        expect.set_options(timeout=PATIENCE_MS)
        take_all(browser, demo)
        browser.close()
    return 0


def take_all(browser: Browser, demo: Demo) -> None:
    """Everything a reader should see, in the order it happens."""
    _take_chat(_open(browser, f"{demo.sandbox_url}/?user={ALICE}", DESKTOP))
    _take_refusal(_open(browser, f"{demo.sandbox_url}/?user={EMMA}", DESKTOP))
    _take_phone(_open(browser, f"{demo.sandbox_url}/?user={BORIS}", PHONE))
    _take_films(_open(browser, f"{demo.sandbox_url}/?user={VERA}", PHONE))
    _take_operator(_open(browser, f"{demo.web_url}/admin/", DESKTOP), demo)


def _take_chat(page: Page) -> None:
    """From the greeting to an edited picture."""
    page.get_by_test_id("start").click()
    _press_menu(page, "Создать изображение")
    _choose_model(page, "Nano Banana ·")
    _say(page, PROMPT)
    _press(page, "✨ Создать ·")
    _wait_for_results(page, count=1)
    _save(page, "chat")
    _press(page, "Изменить")
    expect(_messages(page).filter(has_text="изменить в этой картинке")).to_be_visible()
    _say(page, CHANGE)
    _wait_for_results(page, count=2)
    _save(page, "edit")


def _take_refusal(page: Page) -> None:
    """What a person reads when the model refuses: why, and where the tokens are."""
    page.get_by_test_id("start").click()
    expect(_messages(page).filter(has_text="a gift for the start")).to_be_visible()
    _say(page, REFUSED)
    _press(page, "Create ·")
    expect(_messages(page).filter(has_text="Returned")).to_be_visible()
    _hide_keyboard(page)
    _save(page, "refusal")


def _take_phone(page: Page) -> None:
    """A pocket-sized screen: greeting, picture, mini app, paid."""
    page.get_by_test_id("start").click()
    expect(page.get_by_test_id("reply-button").first).to_be_visible()
    _save(page, "phone-start")
    _say(page, PROMPT)
    _press(page, "✨ Создать ·")
    _wait_for_results(page, count=1)
    _save(page, "phone-result")
    _buy(page)


def _buy(page: Page) -> None:
    page.get_by_test_id("keyboard-toggle").click()
    _press_menu(page, "Пополнить баланс")
    _press(page, "Открыть страницу оплаты")
    mini_app = page.frame_locator("[data-testid=webapp-frame]")
    mini_app.locator("#email").fill("boris@example.com")
    mini_app.locator("h1").click()
    _save(page, "miniapp")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name=PAY).click()
    checkout = opened.value
    checkout.wait_for_load_state()
    _save(checkout, "checkout")
    checkout.get_by_role("button", name=PAY).click()
    expect(mini_app.locator(".badge-paid")).to_be_visible()
    _save(page, "miniapp-paid")


def _take_films(page: Page) -> None:
    """A card with many settings, the film it makes, four pictures at once."""
    page.get_by_test_id("start").click()
    _press_menu(page, "Создать видео")
    _choose_model(page, "Kling 3.0 ·")
    _say(page, FILM)
    expect(_buttons(page, "✨ Создать ·")).to_be_visible()
    _hide_keyboard(page)
    _save(page, "card")
    _press(page, "✨ Создать ·")
    _wait_for_results(page, count=1)
    _messages(page).filter(has=page.locator("video")).last.scroll_into_view_if_needed()
    _save(page, "film")
    page.get_by_test_id("keyboard-toggle").click()
    _press_menu(page, "Создать изображение")
    _choose_model(page, "Midjourney ·")
    _say(page, PROMPT)
    _press(page, "✨ Создать ·")
    expect(_buttons(page, "U4")).to_be_visible()
    _hide_keyboard(page)
    album = _messages(page).filter(has_text="Готово").last
    album.evaluate("album => album.scrollIntoView({block: 'start'})")
    _save(page, "album")


def _take_operator(page: Page, demo: Demo) -> None:
    """The same day as the operators see it."""
    page.get_by_label("Имя пользователя").fill("admin")
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    page.goto(f"{demo.web_url}/admin/botapp/genrequest/")
    _save(page, "admin")
    page.goto(f"{demo.web_url}/dashboard/")
    _save(page, "dashboard", full_page=True)
    _save_routes(page)
    page.goto(f"{demo.web_url}/dashboard/chats/")
    page.get_by_text("Алиса").first.click()
    _save(page, "dashboard-chat")


def _save_routes(page: Page) -> None:
    """On a tall screen: the bar on top stays where it is and would lie over them."""
    page.set_viewport_size(TALL)
    routes = page.locator("article").filter(has=page.get_by_role("heading", name="Маршруты"))
    routes.screenshot(path=PICTURES / "routes.png")
    page.set_viewport_size(DESKTOP)
    print("routes.png", flush=True)


def _open(browser: Browser, url: str, size: ViewportSize) -> Page:
    context = browser.new_context(
        viewport=size,
        device_scale_factor=2 if size is PHONE else 1,
        locale="ru-RU",
        timezone_id="Europe/Moscow",
        color_scheme="light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(url)
    return page


def _messages(page: Page) -> Locator:
    return page.get_by_test_id("message")


def _say(page: Page, text: str) -> None:
    page.get_by_test_id("composer").fill(text)
    page.get_by_test_id("composer").press("Enter")


def _buttons(page: Page, text: str) -> Locator:
    return page.get_by_test_id("inline-button").filter(has_text=text).last


def _press(page: Page, text: str) -> None:
    _buttons(page, text).click()


def _choose_model(page: Page, button: str) -> None:
    """And read what it can be given before the next words."""
    asked = _messages(page).filter(has_text="✍️ Опишите")
    before = asked.count()
    _press(page, button)
    expect(asked).to_have_count(before + 1)


def _press_menu(page: Page, text: str) -> None:
    page.get_by_test_id("reply-button").filter(has_text=text).click()


def _hide_keyboard(page: Page) -> None:
    if page.get_by_test_id("reply-keyboard").is_visible():
        page.get_by_test_id("keyboard-toggle").click()


def _wait_for_results(page: Page, *, count: int) -> None:
    """Until so many pictures came with their originals; the last one is in sight."""
    expect(_messages(page).filter(has=page.get_by_test_id("document"))).to_have_count(count)
    _hide_keyboard(page)
    _messages(page).last.scroll_into_view_if_needed()


def _save(page: Page, name: str, *, full_page: bool = False) -> None:
    page.mouse.move(0, 0)
    # Pictures are decoded and sheets slide in; nothing on the pages moves for longer.
    page.wait_for_timeout(SETTLING_MS)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=full_page)
    print(f"{name}.png", flush=True)


@contextmanager
def _demo() -> Iterator[Demo]:
    with tempfile.TemporaryDirectory(prefix="nanobanana-screenshots-") as scratch:
        web_port, sandbox_port = process.free_port(), process.free_port()
        env = process.clean_environment() | {
            "DEMO_DATA_DIR": str(Path(scratch) / "data"),
            "DEMO_ADMIN_PASSWORD": PASSWORD,
            "WEB_PORT": str(web_port),
            "SANDBOX_PORT": str(sandbox_port),
        }
        command = [sys.executable, "-m", "devkit.demo"]
        running = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
        try:
            _wait_until_ready(running)
            yield Demo(f"http://127.0.0.1:{web_port}", f"http://127.0.0.1:{sandbox_port}")
        finally:
            running.terminate()
            running.communicate()
            # Postgres' files may belong to another account: the demo knows how to remove them.
            subprocess.run([*command, "reset"], cwd=ROOT, env=env, check=True)


def _wait_until_ready(running: "subprocess.Popen[str]") -> None:
    assert running.stdout is not None
    for line in running.stdout:
        if "Ready in" in line:
            return
    raise SystemExit("make screenshots: the demo did not start")


if __name__ == "__main__":
    if "MAKELEVEL" in os.environ:
        process.die_with_our_parent()
    sys.exit(main())
