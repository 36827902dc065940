"""Presses on a draft's card: parameters, mode, model, inputs, and Create."""

from collections.abc import Awaitable, Callable
from decimal import Decimal

from aiogram import Bot, F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from botapp import db_threads, keyboards
from botapp.business import drafts, preferences, selling
from botapp.catalog import Kind
from botapp.handlers import desk
from botapp.handlers.placing import place
from botapp.keyboards import card as card_keyboard
from botapp.keyboards.card import CardAction, OnCard
from botapp.models import TgUser
from botapp.states import Making
from botapp.texts import drafts as texts
from botapp.texts import preferences as settings_texts


def setup() -> Router:
    router = Router(name="cards")
    presses: dict[CardAction, Callable[..., Awaitable[None]]] = {
        CardAction.OPEN: open_options,
        CardAction.SET: set_value,
        CardAction.TYPE: ask_value,
        CardAction.MODES: open_modes,
        CardAction.MODE: set_mode,
        CardAction.MODELS: open_models,
        CardAction.MODEL: set_model,
        CardAction.MASK: ask_mask,
        CardAction.EMPTY: remove_inputs,
        CardAction.KEEP: remember,
        CardAction.BACK: back,
    }
    for action, handler in presses.items():
        # Each says what shall be, not what shall change: pressing it often does no harm.
        router.callback_query.register(
            handler,
            OnCard.filter(F.action == action),
            desk.LatestCard(),
            flags={"repeatable": True},
        )
    router.callback_query.register(
        create, F.data == keyboards.Plain.CREATE_DRAFT, desk.LatestCard()
    )
    router.callback_query.register(
        create_surely, F.data == keyboards.Plain.CREATE_DRAFT_SURELY, desk.LatestCard()
    )
    router.callback_query.register(gone, F.data == keyboards.Plain.CREATE_DRAFT)
    router.callback_query.register(gone, F.data == keyboards.Plain.CREATE_DRAFT_SURELY)
    router.callback_query.register(gone, OnCard.filter())
    return router


async def create(
    query: CallbackQuery,
    user: TgUser,
    state: FSMContext,
    bot: Bot,
    draft: drafts.Draft,
    price: Decimal,
) -> None:
    """Dear orders take one more tap, if the person wants it so and nothing stands in the way."""
    if not preferences.is_to_be_asked(user.settings, price):
        await create_surely(query, user, state, bot, draft, price)
        return
    offer = await db_threads.run(drafts.offer, draft, user_id=user.pk)
    if offer.obstacle is not None:
        raise offer.obstacle
    await _show(query, card_keyboard.confirm(price))


async def create_surely(
    query: CallbackQuery,
    user: TgUser,
    state: FSMContext,
    bot: Bot,
    draft: drafts.Draft,
    price: Decimal,
) -> None:
    card = query.message
    assert isinstance(card, Message)
    key = f"tg:card:{card.chat.id}:{card.message_id}"
    if not await place(card, user, draft, key=key, price=price):
        await query.answer(texts.price_changed(), show_alert=True)
        await desk.redraw(bot, user, state, draft)
        return
    await desk.put_away(state)
    await query.answer()
    await card.edit_reply_markup(reply_markup=None)


async def gone(query: CallbackQuery) -> None:
    await query.answer(texts.gone(), show_alert=True)


async def open_options(
    query: CallbackQuery, callback_data: OnCard, user: TgUser, draft: drafts.Draft
) -> None:
    offer = await db_threads.run(drafts.offer, draft, user_id=user.pk)
    if callback_data.name in offer.options:
        await _show(query, card_keyboard.grid(offer, callback_data.name))
    else:
        await gone(query)


async def set_value(
    query: CallbackQuery,
    callback_data: OnCard,
    user: TgUser,
    state: FSMContext,
    bot: Bot,
    draft: drafts.Draft,
) -> None:
    changed = await db_threads.run(drafts.set_value, draft, callback_data.name, callback_data.value)
    await query.answer()
    await desk.redraw(bot, user, state, changed)


async def ask_value(
    query: CallbackQuery,
    callback_data: OnCard,
    user: TgUser,
    state: FSMContext,
    draft: drafts.Draft,
) -> None:
    offer = await db_threads.run(drafts.offer, draft, user_id=user.pk)
    param = offer.options.get(callback_data.name)
    if param is None or not card_keyboard.is_typed(param):
        await gone(query)
        return
    await state.set_state(Making.value)
    await state.update_data(typing=callback_data.name)
    await _say(query, texts.ask_value(callback_data.name, param))


async def open_modes(query: CallbackQuery, user: TgUser, draft: drafts.Draft) -> None:
    offer = await db_threads.run(drafts.offer, draft, user_id=user.pk)
    await _show(query, card_keyboard.modes(offer))


async def set_mode(
    query: CallbackQuery,
    callback_data: OnCard,
    user: TgUser,
    state: FSMContext,
    bot: Bot,
    draft: drafts.Draft,
) -> None:
    changed = await db_threads.run(drafts.set_mode, draft, callback_data.name)
    await query.answer()
    await desk.redraw(bot, user, state, changed)


async def open_models(
    query: CallbackQuery, callback_data: OnCard, user: TgUser, draft: drafts.Draft
) -> None:
    kind = Kind.VIDEO if callback_data.name == Kind.VIDEO else Kind.IMAGE
    offer = await db_threads.run(drafts.offer, draft, user_id=user.pk)
    on_sale = await db_threads.run(selling.price_list, kind)
    await _show(query, card_keyboard.models(offer, kind, on_sale))


async def set_model(
    query: CallbackQuery,
    callback_data: OnCard,
    user: TgUser,
    state: FSMContext,
    bot: Bot,
    draft: drafts.Draft,
) -> None:
    changed = await db_threads.run(drafts.choose_model, draft, callback_data.name)
    if len(changed.sources) < len(draft.sources):
        await query.answer(texts.inputs_dropped(), show_alert=True)
    else:
        await query.answer()
    await desk.choose(state, changed.slug)
    await desk.redraw(bot, user, state, changed)


async def ask_mask(query: CallbackQuery, state: FSMContext) -> None:
    await state.set_state(Making.mask)
    await _say(query, texts.ask_mask())


async def remove_inputs(
    query: CallbackQuery, user: TgUser, state: FSMContext, bot: Bot, draft: drafts.Draft
) -> None:
    await query.answer()
    await desk.redraw(bot, user, state, drafts.without_sources(draft))


async def remember(query: CallbackQuery, user: TgUser, draft: drafts.Draft) -> None:
    offer = await db_threads.run(drafts.offer, draft, user_id=user.pk)
    await db_threads.run(
        preferences.remember,
        user_id=user.pk,
        slug=draft.slug,
        params=draft.params,
        quantity=int(offer.values[drafts.QUANTITY]),
    )
    await query.answer(settings_texts.remembered(), show_alert=True)


async def back(
    query: CallbackQuery, user: TgUser, state: FSMContext, bot: Bot, draft: drafts.Draft
) -> None:
    await query.answer()
    await desk.redraw(bot, user, state, draft)


async def _show(query: CallbackQuery, grid: InlineKeyboardMarkup) -> None:
    """The card stays as it is, its buttons become a choice."""
    await query.answer()
    if isinstance(query.message, Message):
        await query.message.edit_reply_markup(reply_markup=grid)


async def _say(query: CallbackQuery, text: str) -> None:
    await query.answer()
    if isinstance(query.message, Message):
        await query.message.answer(text)
