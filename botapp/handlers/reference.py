"""A prompt from a reference: shown, wished for, paid for; and what the prompt becomes.

The conversation's data holds the `reference`, the message id of its `brief`, the `brief_price`
shown there, and the `album` that is still coming in.
"""

from decimal import Decimal
from typing import Any

from aiogram import Bot, F, Router
from aiogram.filters import Command, Filter, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from botapp import db_threads, keyboards
from botapp.business import drafts, references, selling
from botapp.business.reference_errors import BadReferenceError, Trouble
from botapp.business.references import Reference
from botapp.catalog import Kind
from botapp.handlers import desk, incoming
from botapp.handlers.filters import MenuButton
from botapp.handlers.writing import show_started
from botapp.keyboards import reference as reference_keyboard
from botapp.keyboards.reference import OnPrompt, OnReference, PromptAction, ReferenceAction
from botapp.models import TgUser
from botapp.reference_prompt import links
from botapp.states import Showing
from botapp.texts import drafts as draft_texts
from botapp.texts import menu
from botapp.texts import reference as texts

WORDS = F.text & ~F.text.startswith("/")
REPEATABLE = {"repeatable": True}


class LatestBrief(Filter):
    """Only the latest brief works; gives the handler its `reference` and the `price` it shows."""

    async def __call__(self, query: CallbackQuery, state: FSMContext) -> bool | dict[str, Any]:
        data = await state.get_data()
        shown = query.message.message_id if isinstance(query.message, Message) else None
        if shown is None or data.get("brief") != shown:
            return False
        return _known(data)


def setup_menu() -> Router:
    router = Router(name="reference menu")
    router.message.register(begin, Command("reference"))
    router.message.register(begin, MenuButton(menu.reference_prompt))
    return router


def setup() -> Router:
    router = Router(name="reference")
    router.message.register(take_file, StateFilter(Showing), incoming.MEDIA)
    router.message.register(take_words, Showing.reference, WORDS)
    router.message.register(take_wishes, Showing.wishes, WORDS)
    router.message.register(explain, StateFilter(Showing), ~F.text)
    presses = router.callback_query
    latest, on = LatestBrief(), ReferenceAction
    presses.register(make, OnReference.filter(F.action == on.MAKE), latest)
    presses.register(ask_wishes, OnReference.filter(F.action == on.EDIT), latest)
    for action, handler in (
        (on.MODELS, open_models),
        (on.MODEL, set_model),
        (on.BACK, back),
    ):
        presses.register(handler, OnReference.filter(F.action == action), latest, flags=REPEATABLE)
    presses.register(gone, OnReference.filter())
    presses.register(create, OnPrompt.filter(F.action == PromptAction.CREATE))
    presses.register(wish_again, OnPrompt.filter(F.action == PromptAction.WISH))
    presses.register(retry, OnPrompt.filter(F.action == PromptAction.RETRY))
    presses.register(another, OnPrompt.filter(F.action == PromptAction.ANOTHER))
    return router


async def begin(message: Message, state: FSMContext) -> None:
    await desk.put_away(state)
    await state.set_state(Showing.reference)
    price = await db_threads.run(references.price)
    await message.answer(texts.ask(price=price), reply_markup=keyboards.cancel())


async def take_file(message: Message, state: FSMContext, bot: Bot) -> None:
    """A picture or a film; its caption is what shall be different."""
    data = await state.get_data()
    if message.media_group_id and data.get("album") == message.media_group_id:
        return
    source = incoming.source_of(message)
    if source is None:
        await message.answer(texts.not_a_reference())
        return
    incoming.check_size(source)
    if (source.seconds or 0) > references.FILM_SECONDS_MAX:
        raise BadReferenceError(Trouble.TOO_LONG, f"{source.seconds} s")
    shown = Reference(file_id=source.file_id, wishes=message.caption or "")
    await _take(message, state, bot, shown, source.media)


async def take_words(message: Message, state: FSMContext, bot: Bot) -> None:
    """A link with whatever is said around it; wishes for what was shown; or a description."""
    said = message.text or ""
    found = links.find(said)
    data = await state.get_data()
    if found is not None:
        link, wishes = found
        kind = Kind.IMAGE if link.is_picture else Kind.VIDEO
        await _take(message, state, bot, Reference(url=link.url, wishes=wishes), kind)
    elif "reference" in data:
        shown = references.with_wishes(Reference.from_dict(data["reference"]), said)
        await _show_brief(message, state, bot, shown)
    else:
        await _take(message, state, bot, Reference(description=said), None)


async def take_wishes(message: Message, user: TgUser, state: FSMContext, bot: Bot) -> None:
    """The words that were asked for: the work begins, once for each brief."""
    data = await state.get_data()
    known = _known(data)
    shown = references.with_wishes(known["reference"], message.text or "")
    key = f"tg:reference:{message.chat.id}:{data['brief']}"
    if not await _start(message, user, shown, key=key, price=known["price"]):
        await message.answer(draft_texts.price_changed())
        await _show_brief(message, state, bot, shown)
        return
    await desk.put_away(state)
    await desk.disarm(bot, message.chat.id, data["brief"])


async def explain(message: Message, state: FSMContext) -> None:
    is_wishing = await state.get_state() == Showing.wishes
    await message.answer(texts.wishes_are_words() if is_wishing else texts.not_a_reference())


async def make(
    query: CallbackQuery,
    user: TgUser,
    state: FSMContext,
    bot: Bot,
    reference: Reference,
    price: Decimal,
) -> None:
    brief = query.message
    assert isinstance(brief, Message)
    key = f"tg:reference:{brief.chat.id}:{brief.message_id}"
    if not await _start(brief, user, reference, key=key, price=price):
        await query.answer(draft_texts.price_changed(), show_alert=True)
        await _redraw(query, state, reference)
        return
    await desk.put_away(state)
    await query.answer()
    await desk.disarm(bot, brief.chat.id, brief.message_id)


async def ask_wishes(query: CallbackQuery, state: FSMContext, price: Decimal) -> None:
    await state.set_state(Showing.wishes)
    await query.answer()
    if isinstance(query.message, Message):
        await query.message.answer(texts.ask_wishes(price=price), reply_markup=keyboards.cancel())


async def open_models(query: CallbackQuery, callback_data: OnReference) -> None:
    kind = Kind.VIDEO if callback_data.name == Kind.VIDEO else Kind.IMAGE
    on_sale = await db_threads.run(selling.price_list, kind)
    await query.answer()
    if isinstance(query.message, Message):
        markup = reference_keyboard.models(kind, on_sale)
        await query.message.edit_reply_markup(reply_markup=markup)


async def set_model(
    query: CallbackQuery, callback_data: OnReference, state: FSMContext, reference: Reference
) -> None:
    chosen = references.for_model(reference, callback_data.name)
    await _redraw(query, state, chosen)
    await desk.choose(state, chosen.slug)
    await query.answer()


async def back(query: CallbackQuery, state: FSMContext, reference: Reference) -> None:
    await query.answer()
    await _redraw(query, state, reference)


async def gone(query: CallbackQuery) -> None:
    await query.answer(texts.gone(), show_alert=True)


async def create(
    query: CallbackQuery, callback_data: OnPrompt, user: TgUser, state: FSMContext
) -> None:
    """The prompt on a card, which can order it."""
    task = await db_threads.run(references.recall, user_id=user.pk, task_id=callback_data.task_id)
    draft = drafts.Draft(slug=task.model_slug, prompt=task.result)
    await db_threads.run(drafts.offer, draft, user_id=user.pk)
    await desk.begin(state, draft)
    await desk.choose(state, draft.slug)
    await query.answer()
    if isinstance(query.message, Message):
        await desk.lay(query.message, user, state, draft)


async def wish_again(
    query: CallbackQuery, callback_data: OnPrompt, user: TgUser, state: FSMContext, bot: Bot
) -> None:
    """The same reference, to be wished for and paid for anew."""
    task = await db_threads.run(references.recall, user_id=user.pk, task_id=callback_data.task_id)
    await query.answer()
    if isinstance(query.message, Message):
        await _show_brief(query.message, state, bot, references.of_task(task))


async def retry(
    query: CallbackQuery, callback_data: OnPrompt, user: TgUser, state: FSMContext, bot: Bot
) -> None:
    """Once more the same, at the price on the button; at another price it is shown first."""
    task = await db_threads.run(references.recall, user_id=user.pk, task_id=callback_data.task_id)
    if not isinstance(query.message, Message):
        await query.answer(menu.old_button(), show_alert=True)
        return
    shown, key = references.of_task(task), f"tg:reference:again:{task.pk}"
    if await _start(query.message, user, shown, key=key, price=task.cost):
        await query.answer()
        await desk.disarm(bot, query.message.chat.id, query.message.message_id)
        return
    await query.answer(draft_texts.price_changed(), show_alert=True)
    await _show_brief(query.message, state, bot, shown)


async def another(query: CallbackQuery, state: FSMContext) -> None:
    await query.answer()
    if isinstance(query.message, Message):
        await begin(query.message, state)


async def _take(
    message: Message, state: FSMContext, bot: Bot, shown: Reference, kind: Kind | None
) -> None:
    """A new reference, for the model that was chosen last or one that fits."""
    data = await state.get_data()
    usual = Reference.from_dict(data.get("reference", {})).slug or data.get("model", "")
    slug = await db_threads.run(references.choose_slug, kind, usual=usual)
    await _show_brief(message, state, bot, references.for_model(shown, slug))


async def _show_brief(message: Message, state: FSMContext, bot: Bot, shown: Reference) -> None:
    """A new brief below what was said; the old one loses its buttons."""
    brief = await db_threads.run(references.brief, shown)
    old = (await state.get_data()).get("brief")
    said = await message.answer(
        texts.received(brief), reply_markup=reference_keyboard.received(brief)
    )
    await state.set_state(Showing.reference)
    await _keep(state, brief)
    await state.update_data(brief=said.message_id, album=message.media_group_id)
    if old is not None:
        await desk.disarm(bot, message.chat.id, old)


async def _redraw(query: CallbackQuery, state: FSMContext, shown: Reference) -> None:
    """The same brief with what has changed."""
    brief = await db_threads.run(references.brief, shown)
    await _keep(state, brief)
    if isinstance(query.message, Message):
        await query.message.edit_text(
            texts.received(brief), reply_markup=reference_keyboard.received(brief)
        )


async def _keep(state: FSMContext, brief: references.Brief) -> None:
    await state.update_data(reference=brief.reference.as_dict(), brief_price=str(brief.price))


async def _start(
    message: Message, user: TgUser, shown: Reference, *, key: str, price: Decimal
) -> bool:
    """False when it costs something else than was shown. Raises what `references.start` raises."""
    started = await db_threads.run(
        references.start, shown, user_id=user.pk, chat_id=message.chat.id, key=key, price=price
    )
    if started is not None:
        await show_started(message, started)
    return started is not None


def _known(data: dict[str, Any]) -> dict[str, Any]:
    reference = Reference.from_dict(data["reference"])
    return {"reference": reference, "price": Decimal(data["brief_price"])}
