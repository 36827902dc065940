"""Making and editing pictures: choose a model, describe, or send a photo with a caption."""

from typing import Any

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from botapp import catalog, db_threads, keyboards
from botapp.business import generation, selling
from botapp.handlers.filters import MenuButton
from botapp.handlers.placing import place
from botapp.models import TgUser
from botapp.states import Making
from botapp.texts import generation as texts
from botapp.texts import menu

DOWNLOAD_BYTES_MAX = 20 * 1024 * 1024


def setup_menu() -> Router:
    """Menu buttons and commands: they work whatever the conversation was about."""
    router = Router(name="images menu")
    router.message.register(choose_model, Command("image"))
    router.message.register(choose_model, MenuButton(menu.create_image))
    router.message.register(no_videos, Command("video"))
    router.message.register(no_videos, MenuButton(menu.create_video))
    router.message.register(no_references, MenuButton(menu.reference_prompt))
    return router


def setup() -> Router:
    router = Router(name="images")
    router.callback_query.register(choose_model_anew, F.data == keyboards.Plain.NEW)
    router.callback_query.register(ask_prompt, keyboards.ChooseModel.filter())
    router.callback_query.register(create_draft, F.data == keyboards.Plain.CREATE_DRAFT)
    router.message.register(take_picture, F.photo | F.document)
    router.message.register(take_caption, Making.caption, F.text, ~F.text.startswith("/"))
    router.message.register(take_prompt, Making.prompt, F.text, ~F.text.startswith("/"))
    router.message.register(offer_draft, F.text, ~F.text.startswith("/"))
    return router


async def choose_model(message: Message, state: FSMContext) -> None:
    await state.clear()
    models = await db_threads.run(selling.image_models)
    if models:
        await message.answer(menu.choose_image_model(), reply_markup=keyboards.models(models))
    else:
        await message.answer(menu.nothing_on_sale())


async def choose_model_anew(query: CallbackQuery, state: FSMContext) -> None:
    await query.answer()
    if isinstance(query.message, Message):
        await choose_model(query.message, state)


async def ask_prompt(
    query: CallbackQuery, callback_data: keyboards.ChooseModel, state: FSMContext
) -> None:
    model = await db_threads.run(selling.get_model, callback_data.slug)
    await state.set_state(Making.prompt)
    await state.set_data({"model": model.slug})
    await query.answer()
    if isinstance(query.message, Message):
        await query.message.answer(texts.ask_prompt(model), reply_markup=keyboards.cancel())


async def take_prompt(message: Message, user: TgUser, state: FSMContext) -> None:
    data = await state.get_data()
    await place(message, _order(message, user, data, prompt=message.text or ""))
    await state.clear()


async def take_picture(message: Message, user: TgUser, state: FSMContext) -> None:
    """A photo with a caption is edited at once; one without is asked about."""
    picture = _picture(message)
    if picture is None:
        await message.answer(texts.not_a_picture())
        return
    if (picture.file_size or 0) > DOWNLOAD_BYTES_MAX:
        await message.answer(texts.file_too_big())
        return
    data = await state.get_data()
    source = {"file_id": picture.file_id}
    if message.caption and message.media_group_id:
        # The other pictures of the album are on their way: the tap comes after them.
        await _offer(message, state, prompt=message.caption, sources=[source])
    elif message.caption:
        order = _order(message, user, data | {"sources": [source]}, prompt=message.caption)
        await place(message, order)
        await state.clear()
    else:
        await _collect(message, state, data, source)


async def take_caption(message: Message, user: TgUser, state: FSMContext) -> None:
    await take_prompt(message, user, state)


async def offer_draft(message: Message, state: FSMContext) -> None:
    """Free text is a description; nothing is charged before the person says so."""
    await _offer(message, state, prompt=message.text or "", sources=[])


async def create_draft(query: CallbackQuery, user: TgUser, state: FSMContext) -> None:
    data = await state.get_data()
    card = query.message
    if not isinstance(card, Message) or data.get("card") != card.message_id:
        await query.answer(texts.draft_gone(), show_alert=True)
        return
    await place(card, _order(card, user, data, prompt=data["prompt"]))
    await state.clear()
    await query.answer()
    await card.edit_reply_markup(reply_markup=None)


async def no_videos(message: Message) -> None:
    await message.answer(menu.videos_soon())


async def no_references(message: Message) -> None:
    await message.answer(menu.reference_soon())


async def _offer(
    message: Message, state: FSMContext, *, prompt: str, sources: list[dict[str, str]]
) -> None:
    """A card with the price; it orders what it shows, and only the latest card orders."""
    model = await db_threads.run(selling.get_model, catalog.DEFAULT_IMAGE_SLUG)
    card = await message.answer(texts.draft(model, prompt), reply_markup=keyboards.draft(model))
    await state.set_state(None)
    await state.set_data(
        {
            "model": model.slug,
            "prompt": prompt,
            "sources": sources,
            "album": message.media_group_id,
            "card": card.message_id,
        }
    )


async def _collect(
    message: Message, state: FSMContext, data: dict[str, Any], source: dict[str, str]
) -> None:
    """Pictures without a caption wait for one; those of one album wait together."""
    album = message.media_group_id
    if album is not None and data.get("album") == album:
        if "sources" in data:
            await state.update_data(sources=[*data["sources"], source])
        return
    await state.set_state(Making.caption)
    await state.set_data({"model": data.get("model", ""), "sources": [source], "album": album})
    await message.answer(texts.ask_photo_caption(), reply_markup=keyboards.cancel())


def _order(
    message: Message, user: TgUser, data: dict[str, Any], *, prompt: str
) -> generation.NewOrder:
    return generation.NewOrder(
        user_id=user.pk,
        chat_id=message.chat.id,
        model_slug=data.get("model") or catalog.DEFAULT_IMAGE_SLUG,
        prompt=prompt,
        key=f"tg:{message.chat.id}:{message.message_id}",
        sources=tuple(data.get("sources", ())),
    )


def _picture(message: Message) -> Any:
    """The largest size of a photo, or a document that says it is a picture."""
    if message.photo:
        return message.photo[-1]
    document = message.document
    is_picture = document and document.mime_type in catalog.Slot().mime_types
    return document if is_picture else None
