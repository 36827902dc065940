"""Saved references: kept from a card, put on a card, renamed and deleted."""

from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from botapp import db_threads
from botapp.business import drafts, saved_references
from botapp.handlers import desk
from botapp.keyboards import card as card_keyboard
from botapp.keyboards import saved as buttons
from botapp.keyboards.card import CardAction, OnCard
from botapp.keyboards.saved import OnSaved, SaveAs, SavedAction
from botapp.models import SavedReference, TgUser
from botapp.states import Keeping
from botapp.texts import drafts as draft_texts
from botapp.texts import menu
from botapp.texts import saved_references as texts

WORDS = F.text & ~F.text.startswith("/")


def setup_menu() -> Router:
    router = Router(name="saved references menu")
    router.message.register(show, Command("references"))
    return router


def setup() -> Router:
    router = Router(name="saved references")
    router.message.register(take_name, Keeping.name, WORDS)
    router.message.register(take_new_name, Keeping.rename, WORDS)
    latest, again = desk.LatestCard(), {"repeatable": True}
    on_card, press = OnCard.filter, router.callback_query.register
    press(open_on_card, on_card(F.action == CardAction.REFERENCES), latest, flags=again)
    press(put_on_card, on_card(F.action == CardAction.REFERENCE), latest, flags=again)
    press(ask_kind, on_card(F.action == CardAction.SAVE), latest)
    press(ask_name, SaveAs.filter())
    on = OnSaved.filter
    press(keep_waiting, on(F.action == SavedAction.KEEP), flags=again)
    press(go_to_list, on(F.action == SavedAction.LIST), flags=again)
    press(open_one, on(F.action == SavedAction.OPEN), flags=again)
    press(use, on(F.action == SavedAction.USE))
    press(ask_new_name, on(F.action == SavedAction.RENAME))
    press(ask_delete, on(F.action == SavedAction.DELETE), flags=again)
    press(delete, on(F.action == SavedAction.DELETE_SURELY))
    return router


async def show(message: Message, user: TgUser, state: FSMContext) -> None:
    await state.set_state(None)
    kept = await db_threads.run(saved_references.list_own, user_id=user.pk)
    await message.answer(texts.overview(count=len(kept)), reply_markup=buttons.listed(kept))


async def open_on_card(query: CallbackQuery, user: TgUser) -> None:
    """The card's buttons become the person's references."""
    kept = await db_threads.run(saved_references.list_own, user_id=user.pk)
    if not kept:
        await query.answer(texts.none_yet(), show_alert=True)
        return
    await query.answer()
    if isinstance(query.message, Message):
        await query.message.edit_reply_markup(reply_markup=card_keyboard.saved(kept))


async def put_on_card(
    query: CallbackQuery,
    callback_data: OnCard,
    user: TgUser,
    state: FSMContext,
    bot: Bot,
    draft: drafts.Draft,
) -> None:
    reference = await _get(user, _number(callback_data.name))
    changed = await db_threads.run(
        saved_references.put_on, draft, user_id=user.pk, reference_id=reference.pk
    )
    await query.answer(_outcome(reference, changed))
    await desk.redraw(bot, user, state, changed)


async def ask_kind(query: CallbackQuery, draft: drafts.Draft) -> None:
    if not saved_references.pictures(draft):
        await query.answer(texts.nothing_to_save(), show_alert=True)
        return
    await query.answer()
    if isinstance(query.message, Message):
        await query.message.answer(texts.ask_kind(), reply_markup=buttons.kinds())


async def keep_waiting(query: CallbackQuery, state: FSMContext) -> None:
    """The photos that came without words, before there is a card."""
    draft = await desk.current(state)
    if draft is None:
        await query.answer(draft_texts.gone(), show_alert=True)
    else:
        await ask_kind(query, draft)


async def ask_name(query: CallbackQuery, callback_data: SaveAs, state: FSMContext) -> None:
    """What is saved is what lies on the card when the name comes."""
    if await desk.current(state) is None:
        await query.answer(draft_texts.gone(), show_alert=True)
        return
    await state.set_state(Keeping.name)
    await state.update_data(reference_kind=callback_data.kind.value)
    await _turn(query, texts.ask_name(), buttons.never_mind())


async def take_name(message: Message, user: TgUser, state: FSMContext) -> None:
    """A name that is refused can be sent again."""
    kind = (await state.get_data())["reference_kind"]
    draft = await desk.current(state)
    if draft is None:
        await state.set_state(None)
        await message.answer(draft_texts.gone())
        return
    reference = await db_threads.run(
        saved_references.save,
        user_id=user.pk,
        kind=SavedReference.Kind(kind),
        name=message.text or "",
        draft=draft,
    )
    await state.set_state(None)
    await message.answer(texts.saved(reference))


async def go_to_list(query: CallbackQuery, user: TgUser, state: FSMContext) -> None:
    await state.set_state(None)
    kept = await db_threads.run(saved_references.list_own, user_id=user.pk)
    await _turn(query, texts.overview(count=len(kept)), buttons.listed(kept))


async def open_one(
    query: CallbackQuery, callback_data: OnSaved, user: TgUser, state: FSMContext
) -> None:
    await state.set_state(None)
    reference = await _get(user, callback_data.reference_id)
    await _turn(query, texts.one(reference), buttons.one(reference))


async def use(
    query: CallbackQuery, callback_data: OnSaved, user: TgUser, state: FSMContext
) -> None:
    """On the card that lies on the desk, or on a new one."""
    if not isinstance(query.message, Message):
        await query.answer(menu.old_button(), show_alert=True)
        return
    reference = await _get(user, callback_data.reference_id)
    usual = await desk.usual_model(state, user_id=user.pk)
    changed = await db_threads.run(
        saved_references.put_on,
        await desk.current(state),
        user_id=user.pk,
        reference_id=reference.pk,
        usual=usual,
    )
    await desk.lay(query.message, user, state, changed)
    await query.answer(_outcome(reference, changed))


async def ask_new_name(
    query: CallbackQuery, callback_data: OnSaved, user: TgUser, state: FSMContext
) -> None:
    reference = await _get(user, callback_data.reference_id)
    await state.set_state(Keeping.rename)
    await state.update_data(reference_id=reference.pk)
    await query.answer()
    if isinstance(query.message, Message):
        back = buttons.back_to(reference)
        await query.message.answer(texts.ask_name(), reply_markup=back)


async def take_new_name(message: Message, user: TgUser, state: FSMContext) -> None:
    reference = await db_threads.run(
        saved_references.rename,
        user_id=user.pk,
        reference_id=(await state.get_data())["reference_id"],
        name=message.text or "",
    )
    await state.set_state(None)
    await message.answer(texts.renamed(reference), reply_markup=buttons.one(reference))


async def ask_delete(query: CallbackQuery, callback_data: OnSaved, user: TgUser) -> None:
    reference = await _get(user, callback_data.reference_id)
    await _turn(query, texts.ask_delete(reference), buttons.ask_delete(reference))


async def delete(query: CallbackQuery, callback_data: OnSaved, user: TgUser) -> None:
    await db_threads.run(
        saved_references.delete, user_id=user.pk, reference_id=callback_data.reference_id
    )
    kept = await db_threads.run(saved_references.list_own, user_id=user.pk)
    await _turn(query, texts.overview(count=len(kept)), buttons.listed(kept), texts.deleted())


async def _turn(
    query: CallbackQuery, text: str, markup: InlineKeyboardMarkup | None = None, toast: str = ""
) -> None:
    await query.answer(toast)
    if isinstance(query.message, Message):
        await query.message.edit_text(text, reply_markup=markup)


async def _get(user: TgUser, reference_id: int) -> SavedReference:
    return await db_threads.run(
        saved_references.get_own, user_id=user.pk, reference_id=reference_id
    )


def _number(said: str) -> int:
    """Old clients can send anything; nothing has the id 0."""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def _outcome(reference: SavedReference, draft: drafts.Draft) -> str:
    """A toast that says whether all of it fits."""
    keys = {(source.file_id, source.storage_key) for source in draft.sources}
    wanted = {(one.get("file_id", ""), one.get("storage_key", "")) for one in reference.sources}
    return texts.put_on() if wanted <= keys else texts.some_left_out()
