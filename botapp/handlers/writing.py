"""The text model in the chat: better prompts, safer prompts, and spoken words.

The conversation's data holds the `texts`: ids of the suggestions asked for the draft it is about.
"""

import logging
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from aiogram import Bot, F, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message, VideoNote, Voice

from botapp import db_threads, keyboards, tasks
from botapp.business import drafts, generation, text_tasks
from botapp.handlers import desk, incoming
from botapp.handlers.status import attach
from botapp.keyboards.card import CardAction, OnCard
from botapp.keyboards.text import OnText, TextAction
from botapp.models import TextTask, TgUser
from botapp.texts import menu, reference
from botapp.texts import writing as texts

logger = logging.getLogger(__name__)

Kind = TextTask.Kind
RECORDING_S_MAX = 120
SUGGESTIONS_MAX = 20
# What a voice message may be (https://core.telegram.org/bots/api#sendvoice), as the model calls it
# (https://ai.google.dev/gemini-api/docs/audio).
AUDIO_TYPES = {"audio/ogg": "audio/ogg", "audio/mpeg": "audio/mp3", "audio/mp3": "audio/mp3"}
STATUS: dict[str, Callable[[], str]] = {
    Kind.IMPROVE: texts.improving,
    Kind.SAFER: texts.softening,
    Kind.VOICE: texts.listening,
    Kind.REFERENCE: reference.studying,
}


def setup() -> Router:
    router = Router(name="writing")
    presses = router.callback_query
    presses.register(improve, OnCard.filter(F.action == CardAction.IMPROVE), desk.LatestCard())
    presses.register(make_safer, keyboards.MakeSafer.filter())
    presses.register(take, OnText.filter(F.action == TextAction.TAKE))
    presses.register(ask_another, OnText.filter(F.action == TextAction.MORE))
    presses.register(keep, OnText.filter(F.action == TextAction.KEEP))
    router.message.register(listen, F.voice | F.video_note)
    return router


async def improve(
    query: CallbackQuery, user: TgUser, state: FSMContext, draft: drafts.Draft
) -> None:
    task = await _ask(query, user, kind=Kind.IMPROVE, prompt=draft.prompt, model_slug=draft.slug)
    await _remember(state, task)


async def make_safer(
    query: CallbackQuery, callback_data: keyboards.MakeSafer, user: TgUser
) -> None:
    order = await db_threads.run(
        generation.get_kept, user_id=user.pk, generation_id=callback_data.generation_id
    )
    await _ask(
        query,
        user,
        kind=Kind.SAFER,
        prompt=order.prompt,
        model_slug=order.ai_model.slug,
        source={"generation_id": order.pk},
    )


async def ask_another(
    query: CallbackQuery, callback_data: OnText, user: TgUser, state: FSMContext
) -> None:
    task = await _suggested(callback_data, user, text_tasks.FROM_WORDS)
    if task.kind == Kind.IMPROVE and not await _is_for_this_draft(state, task):
        await query.answer(texts.draft_gone(), show_alert=True)
        return
    another = await _ask(
        query,
        user,
        kind=task.kind,
        prompt=task.prompt,
        model_slug=task.model_slug,
        source=task.source,
        wishes=task.result,
    )
    if task.kind == Kind.IMPROVE:
        await _remember(state, another)


async def take(
    query: CallbackQuery, callback_data: OnText, user: TgUser, state: FSMContext, bot: Bot
) -> None:
    """The suggested words on a card, which can order them."""
    task = await _suggested(callback_data, user, DRAFTS)
    if not isinstance(query.message, Message):
        await query.answer(menu.old_button(), show_alert=True)
        return
    draft = await DRAFTS[task.kind](state, task)
    if draft is None:
        await query.answer(texts.draft_gone(), show_alert=True)
        return
    await desk.lay(query.message, user, state, draft)
    await query.answer()
    await desk.disarm(bot, query.message.chat.id, query.message.message_id)


async def keep(query: CallbackQuery, bot: Bot) -> None:
    await query.answer(texts.kept())
    if isinstance(query.message, Message):
        await desk.disarm(bot, query.message.chat.id, query.message.message_id)


async def listen(message: Message, user: TgUser) -> None:
    """A recording is written down; its words become a prompt when the person says so."""
    recording = message.voice or message.video_note
    assert recording is not None
    mime_type = _type_of(recording)
    if mime_type is None:
        await message.answer(texts.recording_of_unknown_kind())
        return
    if recording.duration > RECORDING_S_MAX:
        await message.answer(texts.recording_too_long(minutes_max=RECORDING_S_MAX // 60))
        return
    if (recording.file_size or 0) > incoming.DOWNLOAD_BYTES_MAX:
        raise generation.FileTooLargeError(bytes_max=incoming.DOWNLOAD_BYTES_MAX)
    new = text_tasks.NewTextTask(
        user_id=user.pk,
        chat_id=message.chat.id,
        kind=Kind.VOICE,
        key=f"tg:{message.chat.id}:{message.message_id}",
        source={"file_id": recording.file_id, "mime_type": mime_type},
    )
    await _begin(message, new)


def _type_of(recording: Voice | VideoNote) -> str | None:
    """None for what the model cannot listen to; Telegram's round films are always MP4."""
    if isinstance(recording, VideoNote):
        return "video/mp4"
    return AUDIO_TYPES.get(recording.mime_type or "audio/ogg")


async def _ask(query: CallbackQuery, user: TgUser, *, kind: str, **wanted: Any) -> TextTask:
    """Start the task a press asks for. Raises what `text_tasks.start` raises."""
    chat = query.message.chat.id if query.message is not None else user.chat_id
    new = text_tasks.NewTextTask(
        user_id=user.pk, chat_id=chat, kind=kind, key=f"tg:callback:{query.id}", **wanted
    )
    task = await _begin(query.message, new)
    await query.answer()
    return task


async def _begin(message: Any, new: text_tasks.NewTextTask) -> TextTask:
    started = await db_threads.run(text_tasks.start, new)
    await show_started(message, started)
    return started.task


async def show_started(message: Any, started: text_tasks.Started) -> None:
    """Say once that the task is on its way, and wake a worker."""
    if started.is_new:
        if isinstance(message, Message):
            await _show_status(message, started.task)
        await db_threads.run(tasks.ring_text)


async def _show_status(message: Message, task: TextTask) -> None:
    try:
        status = await message.answer(STATUS[task.kind]())
    except TelegramAPIError:
        # The task is on its way: its result comes as a message of its own.
        logger.warning("No status message", extra={"text_task_id": task.pk})
        return
    await attach(status, message, text_tasks.attach_status_message, task_id=task.pk)


async def _suggested(data: OnText, user: TgUser, kinds: Collection[str]) -> TextTask:
    return await db_threads.run(
        text_tasks.get_done, user_id=user.pk, task_id=data.task_id, kinds=kinds
    )


async def _remember(state: FSMContext, task: TextTask) -> None:
    known = (await state.get_data()).get("texts", [])
    await state.update_data(texts=[*known, task.pk][-SUGGESTIONS_MAX:])


async def _is_for_this_draft(state: FSMContext, task: TextTask) -> bool:
    return task.pk in (await state.get_data()).get("texts", [])


async def _improved(state: FSMContext, task: TextTask) -> drafts.Draft | None:
    """The draft it was asked for, with these words; None where that is gone."""
    draft = await desk.current(state)
    if draft is None or not await _is_for_this_draft(state, task):
        return None
    return await db_threads.run(drafts.take, draft, drafts.Said(task.result))


async def _safer(state: FSMContext, task: TextTask) -> drafts.Draft | None:
    draft = await db_threads.run(
        drafts.from_order,
        user_id=task.user_id,
        generation_id=task.source["generation_id"],
        prompt=task.result,
    )
    await desk.begin(state, draft)
    return draft


async def _spoken(state: FSMContext, task: TextTask) -> drafts.Draft | None:
    """Spoken words are worth the same as typed ones."""
    draft, said = await desk.current(state), drafts.Said(task.result)
    usual = await desk.usual_model(state, user_id=task.user_id)
    return await db_threads.run(drafts.take, draft, said, usual=usual, user_id=task.user_id)


DRAFTS: dict[str, Callable[..., Awaitable[drafts.Draft | None]]] = {
    Kind.IMPROVE: _improved,
    Kind.SAFER: _safer,
    Kind.VOICE: _spoken,
}
