"""Every model, mode and parameter of the catalog, wholly by pressing buttons in the chat."""

import re

import pytest

from botapp import catalog as cards
from botapp.business import balance, generation
from botapp.catalog import FOLLOW_UPS, Choice, Mode, ParamValue, Switch
from botapp.keyboards.card import CardAction, OnCard, choices
from botapp.models import AIModel, GenRequest
from botapp.tests.cards import SENT, said, send_inputs
from botapp.texts import params

ALL = [
    pytest.param(card, mode, id=f"{card.slug}-{mode}")
    for card in cards.CARDS
    for mode in card.modes
    if mode not in FOLLOW_UPS
]
TRIED_OF_EACH = 3


def other_values(card, mode, name) -> list[ParamValue]:
    """The first, the second and the last that a parameter can have in this mode besides the one it
    has by itself."""
    param = card.params[name]
    usual = cards.adjust(card, mode, {})[name]
    possible = [
        value
        for value in choices(param, param.default)
        if value != usual and cards.adjust(card, mode, {name: value})[name] == value
    ]
    return possible if len(possible) <= TRIED_OF_EACH else [*possible[:2], possible[-1]]


def expected(model, mode, asked, quantity=1):
    """The terms by the rules of the catalog and of pricing, without any draft."""
    card = cards.BY_SLUG[model.slug]
    settled = cards.adjust(card, mode, asked)
    return generation.terms(model=model, card=card, mode=mode, params=settled, quantity=quantity)


def reach(phone, card, model_card, mode):
    """From the menu to a card in this mode, by what a person sends and presses."""
    phone.say("🎨 Создать изображение" if model_card.kind == "image" else "🎬 Создать видео")
    phone.press(f"model:{model_card.slug}")
    send_inputs(phone, mode)
    phone.say("кот в скафандре")
    if card.has("Режим: "):
        card.tap("Режим: ")
        is_chosen = card.has(f"✅ {params.mode(mode)}")
        card.tap("Назад" if is_chosen else params.mode(mode))


def press_value(card, name, param, value):
    """By the buttons alone: a switch turns, anything else opens its grid."""
    card.tap(f"{params.name(name)}: ")
    if not isinstance(param, Switch):
        data = OnCard(action=CardAction.SET, name=name, value=str(value)).pack()
        assert data in [button.callback_data for button in card.buttons]
        card.press(data)


def set_everything(card, model, mode):
    """Press several values of every parameter; the terms that must be shown at the end."""
    asked: dict[str, ParamValue] = {}
    model_card = cards.BY_SLUG[model.slug]
    for name, param in model_card.params_in(mode).items():
        for value in other_values(model_card, mode, name):
            press_value(card, name, param, value)
            asked = {n: v for n, v in asked.items() if n != name} | {name: value}
            terms = expected(model, mode, asked)
            asked = {n: terms.params[n] for n in asked}
            assert terms.params[name] == value, "the last pressed wins"
            assert card.price == terms.quote.price_tokens
            labels = [params.labelled(shown, set_to) for shown, set_to in terms.params.items()]
            assert set(labels) <= set(card.labels)
    return expected(model, mode, asked)


@pytest.mark.parametrize(("model_card", "mode"), ALL)
def test_all_a_model_can_do_is_reached_set_priced_and_ordered(
    sent, phone, rich, card, model_card, mode
):
    model = AIModel.objects.get(slug=model_card.slug)
    reach(phone, card, model_card, mode)
    assert f"</b> · {params.mode(mode)}" in card.text
    terms = set_everything(card, model, mode)
    before = balance.get_balance(user_id=rich.pk)

    card.tap("✨ Создать · ")

    order = GenRequest.objects.get()
    assert (order.ai_model, order.generation_type, order.prompt) == (model, mode, "кот в скафандре")
    assert order.generation_params == terms.params
    assert order.cost == terms.quote.price_tokens
    assert before - balance.get_balance(user_id=rich.pk) == order.cost
    assert [source["role"] for source in order.source_media] == list(SENT[mode])


@pytest.mark.parametrize("model_card", cards.CARDS, ids=lambda one: one.slug)
def test_every_model_says_what_it_needs_and_what_it_costs(sent, phone, rich, model_card):
    phone.say("/image" if model_card.kind == "image" else "/video")
    rows = [b for row in sent.calls[-1].reply_markup.inline_keyboard for b in row]
    mine = next(b for b in rows if b.callback_data == f"model:{model_card.slug}")
    assert model_card.display_name in mine.text
    assert "⚡" in mine.text

    phone.press(mine.callback_data)

    assert model_card.display_name in said(sent)[-1]
    for mode in model_card.modes:
        if mode is Mode.TEXT_TO_IMAGE:
            assert "Опишите картинку" in said(sent)[-1]
        if mode is Mode.IMAGE_TO_VIDEO:
            assert "Пришлите фото" in said(sent)[-1]


def test_every_word_of_the_cards_is_translated():
    for model_card in cards.CARDS:
        for name, param in model_card.params.items():
            assert params.name(name)
            assert params.value(name, param.default)
        for mode in model_card.modes:
            assert params.mode(mode)


def test_no_choice_is_shown_by_its_english_name():
    shown = {
        params.value(name, option)
        for model_card in cards.CARDS
        for name, param in model_card.params.items()
        if isinstance(param, Choice)
        for option in param.options
    }

    assert not [text for text in shown if re.fullmatch("[a-z]+", text)]


def test_the_price_list_has_every_price_and_the_greeting_only_the_names(sent, phone):
    phone.say("/balance")
    phone.say("/start")

    prices, greeting = said(sent)[:2]
    assert "🐉 Kling 3.0 — от ⚡3.36 за секунду" in prices
    assert "🍌 Nano Banana — от ⚡0.80 за изображение" in prices
    assert "🎞️ Runway Aleph — ⚡20 за генерацию" in prices
    assert "🐉 Kling 3.0 · 🐉 Kling 3.0 Turbo" in greeting.replace("\u00a0", " ")
    assert "⚡3.36" not in greeting


def test_a_button_of_a_model_is_short_enough_for_a_phone(sent, phone):
    phone.say("/video")

    buttons = [row[0].text for row in sent.calls[-1].reply_markup.inline_keyboard]
    assert "🐉 Kling 3.0 · от ⚡3.36/с" in buttons
    assert max(map(len, buttons)) <= 34


def test_no_button_says_more_than_telegram_carries(sent, phone, rich, card):
    for model_card in cards.CARDS:
        phone.press(f"model:{model_card.slug}")
        phone.say("к" * 900)
        for label in [one for one in card.labels if ": " in one]:
            card.tap(label)
            assert all(len((b.callback_data or "").encode()) <= 64 for b in card.buttons)
            card.press(OnCard(action=CardAction.BACK).pack())
