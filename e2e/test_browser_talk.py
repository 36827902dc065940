"""What surrounds a picture, by clicking: a reference by its link, a refusal, history, a recipe."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.stage import Stage
from e2e.windows import Window, button, hide_keyboard, message, opened, say

pytestmark = pytest.mark.browser

WINDOW = Window("phone", "en", "dark")


def test_a_link_a_refusal_the_history_and_a_friend(stage: Stage, browser: Browser) -> None:
    person = stage.newcomer("Emma", language_code="en")
    person.say("/start")
    person.wait_for("⚡50")
    with opened(browser, WINDOW) as context:
        page = context.new_page()
        page.goto(f"{stage.sandbox}/?user={person.id}")
        hide_keyboard(page)
        write_by_a_link(page, f"{stage.sandbox}/web/picture.png")
        go_to_another_model(page)
        repeat_from_history(page)
        link = share(page)
        friend = stage.newcomer("Bob", language_code="en")
        friend.say(f"/start {link}")
        page.goto(f"{stage.sandbox}/?user={friend.id}")
        make_by_the_recipe(page)
    assert person.balance() == "48"
    person.say("/invite")
    person.wait_for("1 friend has come by your link.")


def write_by_a_link(page: Page, address: str) -> None:
    """The prompt costs, and goes to a card with one press."""
    say(page, "/reference")
    expect(message(page, "Show me something you like")).to_be_visible()
    say(page, address)
    button(page, "As it is").click()
    expect(message(page, "The prompt is ready")).to_be_visible()
    expect(message(page, "Reference received")).to_contain_text("Nano Banana")
    WINDOW.shoot(page, "talk-1-reference")
    button(message(page, "The prompt is ready"), "✨ Create").click()
    expect(button(page, "✨ Create ·")).to_be_visible()
    button(page, "❌ Cancel").click()


def go_to_another_model(page: Page) -> None:
    """Nothing is lost by a refusal: the tokens are back, the words go on to another model."""
    say(page, "a celebrity at the beach [[policy]]")
    button(page, "✨ Create ·").click()
    refused = message(page, "The model refused this prompt")
    expect(refused).to_contain_text("returned ⚡0.80")
    button(refused, "Another model").click()
    expect(button(refused, "Midjourney")).to_be_visible()
    WINDOW.shoot(page, "talk-2-other-models")
    button(refused, "Nano Banana Lite").click()
    expect(button(page, "✨ Create · ⚡0.72")).to_be_visible()
    button(page, "❌ Cancel").click()


def repeat_from_history(page: Page) -> None:
    say(page, "a ginger cat on the moon")
    button(page, "✨ Create ·").click()
    expect(message(page, "Original without compression")).to_have_count(1)
    say(page, "/history")
    expect(button(page, "📂 Open")).to_be_visible()
    button(page, "📂 Open").click()
    expect(button(message(page, "#").last, "✨ New picture")).to_be_visible()
    WINDOW.shoot(page, "talk-3-history")
    button(page, "🔁 Repeat").click()
    button(page, "✨ Create ·").click()
    expect(message(page, "Original without compression")).to_have_count(2)


def share(page: Page) -> str:
    """The payload of the recipe's link."""
    button(message(page, "Ready").last, "Share").click()
    shared = message(page, "A link to your recipe")
    expect(button(shared, "Send to a friend")).to_be_visible()
    WINDOW.shoot(page, "talk-4-share")
    found = re.search(r"start=(recipe_[\w-]+)", shared.inner_text())
    assert found is not None
    return found[1]


def make_by_the_recipe(page: Page) -> None:
    hide_keyboard(page)
    expect(message(page, "A recipe").locator("img")).to_be_visible()
    WINDOW.shoot(page, "talk-5-recipe")
    button(page, "✨ Create ·").click()
    expect(message(page, "Ready")).to_contain_text("a ginger cat on the moon")
