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

import httpx
from playwright.sync_api import Browser, Page, expect, sync_playwright

from devkit import process
from devkit.browser import find_chromium
from devkit.demo_environment import ROOT
from devkit.photographer import (
    DESKTOP,
    PATIENCE_MS,
    PHONE,
    PICTURES,
    TALL,
    buttons,
    choose_model,
    hide_keyboard,
    messages,
    open_page,
    press,
    press_menu,
    save,
    say,
    wait_for_results,
)
from devkit.screenshots_talk import take_conversation

PASSWORD = "shown-nowhere"  # noqa: S105  # of a demo that lives for a minute
ALICE, BORIS, EMMA, VERA = 1001, 1002, 1003, 1004

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
    _take_chat(open_page(browser, f"{demo.sandbox_url}/?user={ALICE}", DESKTOP))
    _take_refusal(open_page(browser, f"{demo.sandbox_url}/?user={EMMA}", DESKTOP))
    _take_phone(open_page(browser, f"{demo.sandbox_url}/?user={BORIS}", PHONE))
    _take_films(open_page(browser, f"{demo.sandbox_url}/?user={VERA}", PHONE))
    oleg, inna = _newcomer(demo, "Олег"), _newcomer(demo, "Инна")
    take_conversation(open_page(browser, f"{demo.sandbox_url}/?user={oleg}", PHONE))
    _take_studio(open_page(browser, f"{demo.sandbox_url}/?user={inna}", PHONE), "studio")
    _take_operator(open_page(browser, f"{demo.web_url}/admin/", DESKTOP), demo)


def _newcomer(demo: Demo, first_name: str) -> int:
    person = {"first_name": first_name, "language_code": "ru"}
    answer = httpx.post(f"{demo.sandbox_url}/chat/api/users", json=person).raise_for_status()
    return int(answer.json()["id"])


def _take_chat(page: Page) -> None:
    """From the greeting to an edited picture."""
    page.get_by_test_id("start").click()
    press_menu(page, "Создать изображение")
    choose_model(page, "Nano Banana ·")
    say(page, PROMPT)
    press(page, "✨ Создать ·")
    wait_for_results(page, count=1)
    save(page, "chat")
    press(page, "Изменить")
    expect(messages(page).filter(has_text="изменить в этой картинке")).to_be_visible()
    say(page, CHANGE)
    wait_for_results(page, count=2)
    save(page, "edit")


def _take_refusal(page: Page) -> None:
    """What a person reads when the model refuses: why, and where the tokens are."""
    page.get_by_test_id("start").click()
    expect(messages(page).filter(has_text="a gift for the start")).to_be_visible()
    say(page, REFUSED)
    press(page, "Create ·")
    expect(messages(page).filter(has_text="Returned")).to_be_visible()
    hide_keyboard(page)
    save(page, "refusal")


def _take_phone(page: Page) -> None:
    """A pocket-sized screen: greeting, picture, mini app, paid."""
    page.get_by_test_id("start").click()
    expect(page.get_by_test_id("reply-button").first).to_be_visible()
    save(page, "phone-start")
    say(page, PROMPT)
    press(page, "✨ Создать ·")
    wait_for_results(page, count=1)
    save(page, "phone-result")
    _buy(page)


def _buy(page: Page) -> None:
    page.get_by_test_id("keyboard-toggle").click()
    press_menu(page, "Пополнить баланс")
    press(page, "Открыть страницу оплаты")
    mini_app = page.frame_locator("[data-testid=webapp-frame]")
    mini_app.locator("#email").fill("boris@example.com")
    mini_app.locator("h1").click()
    save(page, "miniapp")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name=PAY).click()
    checkout = opened.value
    checkout.wait_for_load_state()
    save(checkout, "checkout")
    checkout.get_by_role("button", name=PAY).click()
    expect(mini_app.locator(".badge-paid")).to_be_visible()
    save(page, "miniapp-paid")


def _take_films(page: Page) -> None:
    """A card with many settings, the film it makes, four pictures at once."""
    page.get_by_test_id("start").click()
    press_menu(page, "Создать видео")
    choose_model(page, "Kling 3.0 ·")
    say(page, FILM)
    expect(buttons(page, "✨ Создать ·")).to_be_visible()
    hide_keyboard(page)
    save(page, "card")
    press(page, "✨ Создать ·")
    wait_for_results(page, count=1)
    messages(page).filter(has=page.locator("video")).last.scroll_into_view_if_needed()
    save(page, "film")
    page.get_by_test_id("keyboard-toggle").click()
    press_menu(page, "Создать изображение")
    choose_model(page, "Midjourney ·")
    say(page, PROMPT)
    press(page, "✨ Создать ·")
    expect(buttons(page, "U4")).to_be_visible()
    hide_keyboard(page)
    album = messages(page).filter(has_text="Готово").last
    album.evaluate("album => album.scrollIntoView({block: 'start'})")
    save(page, "album")


def _take_studio(page: Page, name: str) -> None:
    """The form, what it makes, and the gallery; the form once more in the dark."""
    page.get_by_test_id("start").click()
    expect(messages(page).filter(has_text="Дарим")).to_be_visible()
    hide_keyboard(page)
    studio = page.frame_locator("[data-testid=webapp-frame]")
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        page.get_by_text("Студия").click()
        studio.locator("textarea").first.fill(PROMPT)
        expect(page.get_by_role("button", name=re.compile("Создать за"))).to_be_visible()
        save(page, f"{name}-dark" if scheme == "dark" else name)
        if scheme == "dark":
            page.reload()
    page.get_by_role("button", name=re.compile("Создать за")).click()
    expect(studio.locator("img[src*='/api/files/']").first).to_be_visible()
    save(page, f"{name}-result")
    page.reload()
    page.get_by_text("Студия").click()
    studio.get_by_text("Мои работы").click()
    expect(studio.locator("img").first).to_be_visible()
    save(page, "gallery")


def _take_operator(page: Page, demo: Demo) -> None:
    """The same day as the operators see it."""
    page.get_by_label("Имя пользователя").fill("admin")
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    page.goto(f"{demo.web_url}/admin/botapp/genrequest/")
    save(page, "admin")
    page.goto(f"{demo.web_url}/dashboard/")
    save(page, "dashboard", full_page=True)
    _save_routes(page)
    page.goto(f"{demo.web_url}/dashboard/chats/")
    page.get_by_text("Алиса").first.click()
    save(page, "dashboard-chat")


def _save_routes(page: Page) -> None:
    """On a tall screen: the bar on top stays where it is and would lie over them."""
    page.set_viewport_size(TALL)
    routes = page.locator("article").filter(has=page.get_by_role("heading", name="Маршруты"))
    routes.screenshot(path=PICTURES / "routes.png")
    page.set_viewport_size(DESKTOP)
    print("routes.png", flush=True)


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
