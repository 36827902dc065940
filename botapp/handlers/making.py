"""What becomes a draft: a chosen model, words, pictures, films, and replies to earlier results."""

from dataclasses import replace

from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from botapp import db_threads, keyboards
from botapp.business import drafts, selling
from botapp.catalog import Kind, Role
from botapp.handlers import desk, incoming
from botapp.handlers.filters import MenuButton
from botapp.handlers.placing import place
from botapp.keyboards import saved as saved_keyboard
from botapp.models import TgUser
from botapp.states import Making
from botapp.texts import drafts as draft_texts
from botapp.texts import generation as texts
from botapp.texts import menu

WORDS = F.text & ~F.text.startswith("/")


def setup_menu() -> Router:
    """Menu buttons and commands: they work whatever the conversation was about."""
    router = Router(name="making menu")
    router.message.register(list_image_models, Command("image"))
    router.message.register(list_image_models, MenuButton(menu.create_image))
    router.message.register(list_video_models, Command("video"))
    router.message.register(list_video_models, MenuButton(menu.create_video))
    return router


def setup() -> Router:
    router = Router(name="making")
    router.callback_query.register(list_anew, F.data == keyboards.Plain.NEW)
    router.callback_query.register(list_anew, F.data == keyboards.Plain.NEW_VIDEO)
    router.callback_query.register(begin, keyboards.ChooseModel.filter())
    router.message.register(take_mask, Making.mask, incoming.MEDIA)
    router.message.register(take_media, incoming.MEDIA)
    router.message.register(take_value, Making.value, WORDS)
    router.message.register(take_caption, Making.caption, WORDS)
    router.message.register(take_words, WORDS)
    return router


async def list_image_models(message: Message, state: FSMContext) -> None:
    await _list(message, state, Kind.IMAGE, menu.choose_image_model())


async def list_video_models(message: Message, state: FSMContext) -> None:
    await _list(message, state, Kind.VIDEO, menu.choose_video_model())


async def list_anew(query: CallbackQuery, state: FSMContext) -> None:
    await query.answer()
    if isinstance(query.message, Message):
        is_video = query.data == keyboards.Plain.NEW_VIDEO
        await (list_video_models if is_video else list_image_models)(query.message, state)


async def begin(
    query: CallbackQuery, callback_data: keyboards.ChooseModel, user: TgUser, state: FSMContext
) -> None:
    draft = await db_threads.run(drafts.begin, callback_data.slug, user_id=user.pk)
    offer = await db_threads.run(drafts.offer, draft, user_id=user.pk)
    await desk.begin(state, draft)
    await desk.choose(state, draft.slug)
    await query.answer()
    if isinstance(query.message, Message):
        await query.message.answer(
            draft_texts.ask_prompt(offer.model, offer.card), reply_markup=keyboards.cancel()
        )


async def take_words(message: Message, user: TgUser, state: FSMContext) -> None:
    """Free text is a description; nothing is charged before the person says so."""
    said = drafts.Said(message.text or "", await incoming.replied_to(message, user))
    await _put_on_card(message, user, state, said)


async def take_media(message: Message, user: TgUser, state: FSMContext, bot: Bot) -> None:
    """A photo with a caption is edited at once, one without is asked about; all else is a card."""
    source = incoming.source_of(message)
    if source is None:
        await message.answer(texts.not_a_picture())
        return
    incoming.check_size(source)
    said = drafts.Said(message.caption or "", source)
    data, usual = await state.get_data(), await desk.usual_model(state, user_id=user.pk)
    if message.media_group_id and data.get("album") == message.media_group_id:
        await _join(user, state, bot, said)
    elif message.media_group_id and data.get("album_begun") == message.media_group_id:
        return  # its first picture was refused: that is said once
    elif source.media is Kind.VIDEO or "draft" in data or usual:
        await _put_on_card(message, user, state, said)
    elif not said.prompt:
        await _wait_for_words(message, user, state, said)
    elif message.media_group_id:
        # The other pictures of the album are on their way: the tap comes after them.
        await _put_on_card(message, user, state, said)
    else:
        await _edit_at_once(message, user, state, await db_threads.run(drafts.take, None, said))


async def take_caption(message: Message, user: TgUser, state: FSMContext) -> None:
    """The words that pictures were waiting for."""
    draft = await desk.current(state)
    if draft is None:
        await take_words(message, user, state)
        return
    said = drafts.Said(message.text or "")
    await _edit_at_once(message, user, state, await db_threads.run(drafts.take, draft, said))


async def take_value(message: Message, user: TgUser, state: FSMContext) -> None:
    """A parameter that is typed."""
    draft, name = await desk.current(state), (await state.get_data()).get("typing", "")
    if draft is None:
        await take_words(message, user, state)
        return
    changed = await db_threads.run(drafts.set_value, draft, name, message.text or "")
    await desk.lay(message, user, state, changed)


async def take_mask(message: Message, user: TgUser, state: FSMContext, bot: Bot) -> None:
    draft, source = await desk.current(state), incoming.source_of(message)
    if draft is None or source is None or source.media is Kind.VIDEO:
        await take_media(message, user, state, bot)
        return
    if message.photo:
        await message.answer(texts.mask_is_a_file())
        return
    incoming.check_size(source)
    said = drafts.Said(source=replace(source, role=Role.MASK))
    await desk.lay(message, user, state, await db_threads.run(drafts.take, draft, said))


async def _list(message: Message, state: FSMContext, kind: Kind, title: str) -> None:
    await state.clear()
    on_sale = await db_threads.run(selling.price_list, kind)
    if on_sale:
        await message.answer(title, reply_markup=keyboards.models(on_sale))
    else:
        await message.answer(menu.nothing_on_sale())


async def _put_on_card(
    message: Message, user: TgUser, state: FSMContext, said: drafts.Said
) -> None:
    await state.update_data(album_begun=message.media_group_id)
    draft = await desk.current(state)
    usual = await desk.usual_model(state, user_id=user.pk)
    taken = await db_threads.run(drafts.take, draft, said, usual=usual, user_id=user.pk)
    await desk.lay(message, user, state, taken)


async def _join(user: TgUser, state: FSMContext, bot: Bot, said: drafts.Said) -> None:
    """The next picture of an album goes to the first one; what is too many is left out."""
    draft = await desk.current(state)
    taken = draft and await db_threads.run(drafts.take_more, draft, said)
    if not taken:
        return
    if "card" in await state.get_data():
        await desk.redraw(bot, user, state, taken)
    else:
        await state.update_data(draft=taken.as_dict())


async def _wait_for_words(
    message: Message, user: TgUser, state: FSMContext, said: drafts.Said
) -> None:
    draft = await db_threads.run(drafts.take, None, said)
    await desk.begin(state, draft)
    await state.set_state(Making.caption)
    await state.update_data(album=message.media_group_id)
    asked = texts.ask_photo_caption()
    if not _asks_first(user):
        offer = await db_threads.run(drafts.offer, draft, user_id=user.pk)
        asked = f"{asked}\n\n{texts.made_at_once(offer.price)}"
    await message.answer(asked, reply_markup=saved_keyboard.photo_waits())


async def _edit_at_once(
    message: Message, user: TgUser, state: FSMContext, draft: drafts.Draft
) -> None:
    if _asks_first(user):
        await desk.lay(message, user, state, draft)
        return
    await place(message, user, draft, key=f"tg:{message.chat.id}:{message.message_id}")
    await state.clear()


def _asks_first(user: TgUser) -> bool:
    """Whoever wants to be asked above some price is shown a card before anything is made."""
    return user.settings.confirm_above_tokens is not None
