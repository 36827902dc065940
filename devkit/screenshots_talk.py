"""Pictures of everything around a picture in the chat, for `make screenshots`."""

from playwright.sync_api import Page, expect

from devkit.demo_environment import ROOT
from devkit.photographer import (
    buttons,
    hide_keyboard,
    messages,
    press,
    save,
    say,
    wait_for_results,
)


def take_conversation(page: Page) -> None:
    """Everything around a picture: a better prompt, what comes after, money, settings."""
    page.get_by_test_id("start").click()
    expect(messages(page).filter(has_text="Дарим")).to_be_visible()
    hide_keyboard(page)
    say(page, "кот в скафандре")
    press(page, "Улучшить промт")
    press(page, "Взять")
    save(page, "improve")
    press(page, "✨ Создать ·")
    wait_for_results(page, count=1)
    press(page, "⋯ Ещё")
    expect(buttons(page, "Другая модель")).to_be_visible()
    save(page, "more")
    for command, words, name in (
        ("/history", "Nano Banana", "history"),
        ("/balance", "Баланс:", "balance"),
        ("/invite", "Пригласите", "invite"),
        ("/settings", "Настройки", "settings"),
        ("/reference", "Промт по референсу", "reference"),
    ):
        before = messages(page).count()
        say(page, command)
        expect(messages(page)).to_have_count(before + 2)
        expect(messages(page).last).to_contain_text(words)
        save(page, name)
    _take_own(page)


def _take_own(page: Page) -> None:
    """What a person gives away, keeps, and can take back."""
    press(page, "🔗 Поделиться")
    expect(buttons(page, "Отправить другу")).to_be_visible()
    hide_keyboard(page)
    save(page, "recipe")
    say(page, "/references")
    expect(messages(page).last).to_contain_text("Пока ничего не сохранено")
    page.get_by_test_id("attach-input").set_input_files(ROOT / "static" / "bot" / "samples.jpg")
    page.get_by_test_id("attach-send").click()
    press(page, "Сохранить образец")
    press(page, "Персонаж")
    expect(messages(page).last).to_contain_text("Как его назвать")
    say(page, "Кот-космонавт")
    expect(messages(page).last).to_contain_text("«Кот-космонавт» сохранён")
    say(page, "/references")
    press(page, "Кот-космонавт")
    expect(buttons(page, "Использовать")).to_be_visible()
    save(page, "saved")
    say(page, "/settings")
    expect(messages(page).last).to_contain_text("Настройки")
    press(page, "Мои данные")
    expect(buttons(page, "Выгрузить")).to_be_visible()
    save(page, "data")
