"""What was made before: one message that turns its pages in place."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message
from django.utils import timezone

from botapp import db_threads, keyboards
from botapp.business import drafts, generation, history
from botapp.catalog import Kind
from botapp.handlers import desk, stored
from botapp.keyboards import history as history_keyboard
from botapp.keyboards.history import HistoryAction, OnHistory
from botapp.models import GenResult, TgUser
from botapp.texts import history as texts
from botapp.texts import menu


def setup() -> Router:
    router = Router(name="history")
    router.message.register(show, Command("history"))
    # Pages say which work shall be seen: going back and forth is no double tap.
    router.callback_query.register(
        turn, OnHistory.filter(F.action == HistoryAction.SHOW), flags={"repeatable": True}
    )
    router.callback_query.register(open_work, OnHistory.filter(F.action == HistoryAction.OPEN))
    router.callback_query.register(repeat, OnHistory.filter(F.action == HistoryAction.REPEAT))
    router.callback_query.register(send_files, OnHistory.filter(F.action == HistoryAction.FILE))
    router.callback_query.register(hide, OnHistory.filter(F.action == HistoryAction.HIDE))
    router.callback_query.register(restore, OnHistory.filter(F.action == HistoryAction.RESTORE))
    return router


async def show(message: Message, user: TgUser) -> None:
    await _say(message, await db_threads.run(history.page, user_id=user.pk), None)


async def turn(query: CallbackQuery, callback_data: OnHistory, user: TgUser) -> None:
    await query.answer()
    await _turn(query, user, callback_data)


async def open_work(query: CallbackQuery, callback_data: OnHistory, user: TgUser) -> None:
    """Everything the order made, and what can be done with it."""
    if not isinstance(query.message, Message):
        await query.answer(menu.old_button(), show_alert=True)
        return
    order, results = await db_threads.run(
        history.get_work, user_id=user.pk, generation_id=callback_data.generation_id
    )
    await query.answer()
    extra = await db_threads.run(generation.upgrade_price, order)
    markup = keyboards.after_result(order, extra=extra)
    caption = texts.work(order, count=len(results))
    only = stored.preview(results[0], caption) if len(results) == 1 else None
    if only is not None:
        await stored.send_one(query.message, only, markup)
        return
    found = [media for result in results if (media := stored.preview(result)) is not None]
    await stored.send_all(query.message, found)
    await _send_links(query.message, results)
    await query.message.answer(texts.what_next(), reply_markup=markup)


async def send_files(query: CallbackQuery, callback_data: OnHistory, user: TgUser) -> None:
    """The originals, without compression."""
    if not isinstance(query.message, Message):
        await query.answer(menu.old_button(), show_alert=True)
        return
    _, results = await db_threads.run(
        history.get_work, user_id=user.pk, generation_id=callback_data.generation_id
    )
    await query.answer()
    found = [media for result in results if (media := stored.original(result)) is not None]
    await stored.send_all(query.message, found)
    await stored.send_links(query.message, [one for one in results if not one.document_file_id])


async def repeat(
    query: CallbackQuery, callback_data: OnHistory, user: TgUser, state: FSMContext
) -> None:
    """A card of the same order: nothing is charged before it is created."""
    if not isinstance(query.message, Message):
        await query.answer(menu.old_button(), show_alert=True)
        return
    draft = await db_threads.run(
        drafts.from_order, user_id=user.pk, generation_id=callback_data.generation_id
    )
    await desk.forget_suggestions(state)
    await desk.lay(query.message, user, state, draft)
    await query.answer()


async def hide(query: CallbackQuery, callback_data: OnHistory, user: TgUser) -> None:
    hidden_id = callback_data.generation_id
    await db_threads.run(
        generation.hide, user_id=user.pk, generation_id=hidden_id, now=timezone.now()
    )
    await query.answer(texts.hidden())
    await _turn(query, user, callback_data, hidden_id=hidden_id)


async def restore(query: CallbackQuery, callback_data: OnHistory, user: TgUser) -> None:
    await db_threads.run(
        history.show_again, user_id=user.pk, generation_id=callback_data.generation_id
    )
    await query.answer()
    await _turn(query, user, callback_data)


async def _turn(
    query: CallbackQuery, user: TgUser, pressed: OnHistory, *, hidden_id: int | None = None
) -> None:
    """The message becomes the page that was asked for."""
    if not isinstance(query.message, Message):
        return
    kind = _kind(pressed)
    page = await db_threads.run(
        history.page, user_id=user.pk, kind=kind, at=pressed.generation_id or None
    )
    media = _preview(page)
    text, markup = _view(page, kind, hidden_id=hidden_id)
    if media is not None:
        await query.message.edit_media(media, reply_markup=markup)
    elif query.message.text is not None:
        await query.message.edit_text(text, reply_markup=markup)
    else:
        # A message with a picture never becomes one without.
        await query.message.answer(text, reply_markup=markup)
        await query.message.edit_reply_markup(reply_markup=None)


async def _say(message: Message, page: history.Page | None, kind: Kind | None) -> None:
    media = _preview(page)
    text, markup = _view(page, kind)
    if media is not None:
        await stored.send_one(message, media, markup)
    else:
        await message.answer(text, reply_markup=markup)


def _view(
    page: history.Page | None, kind: Kind | None, *, hidden_id: int | None = None
) -> tuple[str, InlineKeyboardMarkup]:
    """The page without its picture."""
    if page is None:
        return texts.nothing(kind), history_keyboard.nothing(kind, hidden_id=hidden_id)
    text = texts.without_preview(page.order, count=len(page.results))
    return text, history_keyboard.work(page, kind, hidden_id=hidden_id)


def _preview(page: history.Page | None) -> stored.Media | None:
    if page is None:
        return None
    caption = texts.work(page.order, count=len(page.results))
    return stored.first_preview(page.results, caption)


def _kind(pressed: OnHistory) -> Kind | None:
    return next((kind for kind in Kind if kind == pressed.kind), None)


async def _send_links(message: Message, results: tuple[GenResult, ...]) -> None:
    missing = [one for one in results if stored.preview(one) is None]
    await stored.send_links(message, missing)
