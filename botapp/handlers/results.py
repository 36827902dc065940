"""Under a result or a refusal: other words, another model, a film of it, an opinion, the final."""

from collections.abc import Awaitable, Callable
from decimal import Decimal

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from botapp import db_threads, keyboards
from botapp.business import drafts, generation, preferences
from botapp.handlers import desk
from botapp.handlers.placing import show_placed
from botapp.keyboards import OrderAction
from botapp.keyboards import result as result_keyboard
from botapp.models import GenRequest, TgUser
from botapp.states import Making
from botapp.texts import drafts as draft_texts
from botapp.texts import generation as generation_texts
from botapp.texts import menu
from botapp.texts import results as texts

Handler = Callable[..., Awaitable[None]]


def setup() -> Router:
    router = Router(name="results")
    presses: dict[OrderAction, Handler] = {
        OrderAction.MORE: open_more,
        OrderAction.BACK: back,
        OrderAction.MODELS: open_models,
        OrderAction.LIKE: like,
        OrderAction.DISLIKE: dislike,
    }
    on_order = keyboards.OnOrder
    for action, handler in presses.items():
        # Each says what shall be seen, not what shall change: pressing it often does no harm.
        flags = {"repeatable": True}
        router.callback_query.register(handler, on_order.filter(F.action == action), flags=flags)
    router.callback_query.register(other_words, on_order.filter(F.action == OrderAction.PROMPT))
    with_one: dict[OrderAction, Callable[..., Awaitable[None]]] = {
        OrderAction.ANIMATE: animate,
        OrderAction.EDIT: ask_edit,
    }
    on_result = keyboards.OnResult
    for action, handler in with_one.items():
        router.callback_query.register(choose_one, on_order.filter(F.action == action))
        router.callback_query.register(handler, on_result.filter(F.action == action))
    router.callback_query.register(other_model, keyboards.OtherModel.filter())
    router.callback_query.register(order_final, keyboards.Final.filter())
    return router


async def open_more(query: CallbackQuery, callback_data: keyboards.OnOrder, user: TgUser) -> None:
    order = await _own(user, callback_data.generation_id)
    await query.answer()
    await show(query, result_keyboard.more(order))


async def back(query: CallbackQuery, callback_data: keyboards.OnOrder, user: TgUser) -> None:
    await query.answer()
    await show_front(query, user, callback_data.generation_id)


async def other_words(
    query: CallbackQuery, callback_data: keyboards.OnOrder, user: TgUser, state: FSMContext
) -> None:
    """A card of the same order; the next words replace its prompt."""
    draft = await db_threads.run(
        drafts.from_order, user_id=user.pk, generation_id=callback_data.generation_id
    )
    await _lay(query, user, state, draft, texts.type_other_words())


async def open_models(query: CallbackQuery, callback_data: keyboards.OnOrder, user: TgUser) -> None:
    order = await _own(user, callback_data.generation_id)
    found = await db_threads.run(drafts.alternatives, user_id=user.pk, generation_id=order.pk)
    if not found:
        await query.answer(texts.no_other_model(), show_alert=True)
        return
    await query.answer()
    await show(query, result_keyboard.models(order, found))


async def other_model(
    query: CallbackQuery, callback_data: keyboards.OtherModel, user: TgUser, state: FSMContext
) -> None:
    """A card of the same order for this model: nothing is charged before it is created."""
    draft = await db_threads.run(
        drafts.by_another_model,
        user_id=user.pk,
        generation_id=callback_data.generation_id,
        slug=callback_data.slug,
    )
    await _lay(query, user, state, draft, texts.type_other_words())


async def choose_one(
    query: CallbackQuery, callback_data: keyboards.OnOrder, user: TgUser, state: FSMContext
) -> None:
    """Under one picture it is that one; under several the person says which."""
    action, order = callback_data.action, await _own(user, callback_data.generation_id)
    message_id = query.message.message_id if query.message else 0
    indexes = await db_threads.run(
        generation.list_indexes, user_id=user.pk, generation_id=order.pk, message_id=message_id
    )
    if len(indexes) > 1:
        await query.answer(texts.which())
        await show(query, result_keyboard.numbers(order, action, indexes))
        return
    chosen = keyboards.OnResult(action=action, generation_id=order.pk, index=indexes[0])
    await (animate if action is OrderAction.ANIMATE else ask_edit)(query, chosen, user, state)


async def animate(
    query: CallbackQuery, callback_data: keyboards.OnResult, user: TgUser, state: FSMContext
) -> None:
    draft = await db_threads.run(
        drafts.animate,
        user_id=user.pk,
        generation_id=callback_data.generation_id,
        result_index=callback_data.index,
    )
    await _lay(query, user, state, draft, texts.describe_motion())


async def ask_edit(
    query: CallbackQuery, callback_data: keyboards.OnResult, user: TgUser, state: FSMContext
) -> None:
    """The words that come are what to change."""
    if not isinstance(query.message, Message):
        await query.answer(menu.old_button(), show_alert=True)
        return
    # Nothing is asked about a picture that is gone.
    await db_threads.run(
        drafts.edit_result,
        user_id=user.pk,
        generation_id=callback_data.generation_id,
        result_index=callback_data.index,
        prompt="",
    )
    order = await _own(user, callback_data.generation_id)
    is_alone = order.results_expected == 1 or bool(query.message.photo)
    asked = (
        generation_texts.ask_edit()
        if is_alone
        else generation_texts.ask_edit_of(callback_data.index + 1)
    )
    price = await db_threads.run(generation.edit_price, order)
    if price is not None and not preferences.is_to_be_asked(user.settings, price):
        asked = f"{asked}\n\n{generation_texts.made_at_once(price)}"
    await query.message.reply(asked, reply_markup=keyboards.cancel())
    await state.set_state(Making.edit)
    await state.set_data({"generation_id": order.pk, "result_index": callback_data.index})
    await query.answer()


async def like(query: CallbackQuery, callback_data: keyboards.OnOrder, user: TgUser) -> None:
    order = await _rate(user, callback_data.generation_id, is_liked=True)
    await query.answer(texts.liked())
    await show(query, result_keyboard.more(order))


async def dislike(query: CallbackQuery, callback_data: keyboards.OnOrder, user: TgUser) -> None:
    order = await _rate(user, callback_data.generation_id, is_liked=False)
    await query.answer(texts.disliked(), show_alert=True)
    await show(query, result_keyboard.after_dislike(order))


async def order_final(query: CallbackQuery, callback_data: keyboards.Final, user: TgUser) -> None:
    """Dear orders take one more tap, if the person wants it so."""
    price = callback_data.price
    if not callback_data.is_sure and await db_threads.run(preferences.ask_first, user, price):
        order = await db_threads.run(
            generation.get_kept, user_id=user.pk, generation_id=callback_data.generation_id
        )
        surely = callback_data.model_copy(update={"is_sure": True})
        await query.answer()
        await show(query, result_keyboard.confirm(order, price, surely))
        return
    if not isinstance(query.message, Message):
        await query.answer(menu.old_button(), show_alert=True)
        return
    started = await db_threads.run(
        generation.upgrade,
        user_id=user.pk,
        generation_id=callback_data.generation_id,
        key=f"tg:callback:{query.id}",
        price=price,
        is_confirmed=callback_data.is_sure,
    )
    if started is None:
        await query.answer(draft_texts.price_changed(), show_alert=True)
    else:
        await show_placed(query.message, started)
        await query.answer()
    await show_front(query, user, callback_data.generation_id)


async def show(query: CallbackQuery, markup: InlineKeyboardMarkup) -> None:
    """The result stays as it is, its buttons change."""
    if isinstance(query.message, Message):
        await query.message.edit_reply_markup(reply_markup=markup)


async def _lay(
    query: CallbackQuery, user: TgUser, state: FSMContext, draft: drafts.Draft, toast: str
) -> None:
    if not isinstance(query.message, Message):
        await query.answer(menu.old_button(), show_alert=True)
        return
    await desk.forget_suggestions(state)
    await desk.lay(query.message, user, state, draft)
    await query.answer(toast)


async def _own(user: TgUser, generation_id: int) -> GenRequest:
    return await db_threads.run(generation.get_own, user_id=user.pk, generation_id=generation_id)


async def _rate(user: TgUser, generation_id: int, *, is_liked: bool) -> GenRequest:
    return await db_threads.run(
        generation.rate, user_id=user.pk, generation_id=generation_id, is_liked=is_liked
    )


async def show_front(query: CallbackQuery, user: TgUser, generation_id: int) -> None:
    order, extra = await db_threads.run(_look, user.pk, generation_id)
    await show(query, result_keyboard.front(order, extra=extra))


def _look(user_id: int, generation_id: int) -> tuple[GenRequest, Decimal | None]:
    order = generation.get_own(user_id=user_id, generation_id=generation_id)
    return order, generation.upgrade_price(order)
