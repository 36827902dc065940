"""What a picture needs: a window of the right size, a hand on the chat's buttons, a camera."""

from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from devkit.demo_environment import ROOT

PICTURES = ROOT / "Документация" / "снимки"
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
TALL: ViewportSize = {"width": 1280, "height": 2400}
PHONE: ViewportSize = {"width": 390, "height": 844}
PATIENCE_MS = 60_000
SETTLING_MS = 800


def open_page(browser: Browser, url: str, size: ViewportSize) -> Page:
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


def messages(page: Page) -> Locator:
    return page.get_by_test_id("message")


def say(page: Page, text: str) -> None:
    page.get_by_test_id("composer").fill(text)
    page.get_by_test_id("composer").press("Enter")


def buttons(page: Page, text: str) -> Locator:
    return page.get_by_test_id("inline-button").filter(has_text=text).last


def press(page: Page, text: str) -> None:
    buttons(page, text).click()


def choose_model(page: Page, button: str) -> None:
    """And read what it can be given before the next words."""
    asked = messages(page).filter(has_text="✍️ Опишите")
    before = asked.count()
    press(page, button)
    expect(asked).to_have_count(before + 1)


def press_menu(page: Page, text: str) -> None:
    page.get_by_test_id("reply-button").filter(has_text=text).click()


def hide_keyboard(page: Page) -> None:
    if page.get_by_test_id("reply-keyboard").is_visible():
        page.get_by_test_id("keyboard-toggle").click()


def wait_for_results(page: Page, *, count: int) -> None:
    """Until so many pictures came with their originals; the last one is in sight."""
    expect(messages(page).filter(has=page.get_by_test_id("document"))).to_have_count(count)
    hide_keyboard(page)
    messages(page).last.scroll_into_view_if_needed()


def save(page: Page, name: str, *, full_page: bool = False) -> None:
    page.mouse.move(0, 0)
    # Pictures are decoded and sheets slide in; nothing on the pages moves for longer.
    page.wait_for_timeout(SETTLING_MS)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=full_page)
    print(f"{name}.png", flush=True)
