"""Sharing how a result was made, and coming by somebody's link."""

from urllib.parse import urlencode

from aiogram import Bot, F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from botapp import db_threads, keyboards
from botapp.business import recipes
from botapp.handlers import desk, stored
from botapp.keyboards import history as history_keyboard
from botapp.models import TgUser
from botapp.texts import history as texts
from botapp.texts import menu

PREFIX = "recipe_"


def setup() -> Router:
    router = Router(name="recipes")
    shared = keyboards.OnOrder.filter(F.action == keyboards.OrderAction.SHARE)
    router.callback_query.register(share, shared)
    return router


async def share(
    query: CallbackQuery, callback_data: keyboards.OnOrder, user: TgUser, bot: Bot
) -> None:
    if not isinstance(query.message, Message):
        await query.answer(menu.old_button(), show_alert=True)
        return
    recipe = await db_threads.run(
        recipes.share, user_id=user.pk, generation_id=callback_data.generation_id
    )
    link = f"https://t.me/{(await bot.me()).username}?start={PREFIX}{recipe.code}"
    # https://core.telegram.org/widgets/share
    asked = urlencode({"url": link, "text": texts.invitation(recipe.request)})
    await query.message.answer(
        texts.share(link=link, inputs=len(recipe.request.source_media)),
        reply_markup=history_keyboard.share(f"https://t.me/share/url?{asked}"),
    )
    await query.answer()


async def open_link(message: Message, user: TgUser, state: FSMContext, code: str) -> None:
    """`/start recipe_<code>`: the author's result, and a card with the same settings."""
    opened = await db_threads.run(recipes.follow, user_id=user.pk, code=code)
    caption = texts.recipe(opened.order)
    if opened.is_other_model:
        caption = f"{caption}\n\n{texts.other_model(opened.order)}"
    media = stored.first_preview(opened.results, caption)
    if media is not None:
        await stored.send_one(message, media)
    else:
        await message.answer(caption)
    await desk.lay(message, user, state, opened.draft)
