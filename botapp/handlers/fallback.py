"""Whatever no other handler knows gets a helpful answer, never silence."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import ChatMemberUpdatedFilter
from aiogram.filters.chat_member_updated import KICKED, MEMBER
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message

from botapp import db_threads, keyboards
from botapp.business import users
from botapp.texts import menu

# What Telegram says about the chat itself.
SERVICE = F.pinned_message | F.message_auto_delete_timer_changed | F.chat_background_set


def setup_outside_private_chats() -> Router:
    """Groups and channels: first, so that nothing else answers there."""
    router = Router(name="outside private chats")
    router.message.register(point_to_private, F.chat.type != ChatType.PRIVATE, F.text)
    router.message.register(stay_silent, F.chat.type != ChatType.PRIVATE)
    router.callback_query.register(old_button, F.message.chat.type != ChatType.PRIVATE)
    return router


def setup() -> Router:
    router = Router(name="fallback")
    router.message.register(stay_silent, SERVICE)
    router.message.register(unknown_command, F.text.startswith("/"))
    router.message.register(greet_sticker, F.sticker | F.dice | F.game)
    router.message.register(decline_place, F.location | F.venue | F.contact)
    router.message.register(decline_sound, F.audio)
    router.message.register(explain)
    router.callback_query.register(old_button)
    private = F.chat.type == ChatType.PRIVATE
    router.my_chat_member.register(blocked, private, ChatMemberUpdatedFilter(KICKED))
    router.my_chat_member.register(came_back, private, ChatMemberUpdatedFilter(MEMBER))
    return router


async def unknown_command(message: Message) -> None:
    await message.answer(menu.unknown_command(), reply_markup=keyboards.main_menu())


async def greet_sticker(message: Message) -> None:
    await message.answer(menu.sticker_taken(), reply_markup=keyboards.main_menu())


async def decline_place(message: Message) -> None:
    await message.answer(menu.place_or_contact_taken(), reply_markup=keyboards.main_menu())


async def decline_sound(message: Message) -> None:
    await message.answer(menu.sound_taken(), reply_markup=keyboards.main_menu())


async def point_to_private(message: Message) -> None:
    if message.text and message.text.startswith("/"):
        await message.reply(menu.private_chat_only())


async def stay_silent(_: Message) -> None:
    """Photos of a group are not addressed to us; pinning a message asks for nothing."""


async def explain(message: Message) -> None:
    await message.answer(menu.not_understood(), reply_markup=keyboards.main_menu())


async def old_button(query: CallbackQuery) -> None:
    await query.answer(menu.old_button(), show_alert=True)


async def blocked(event: ChatMemberUpdated) -> None:
    await db_threads.run(users.mark_blocked, chat_id=event.from_user.id, blocked=True)


async def came_back(event: ChatMemberUpdated) -> None:
    await db_threads.run(users.mark_blocked, chat_id=event.from_user.id, blocked=False)
