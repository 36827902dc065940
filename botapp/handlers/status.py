"""A status message stays in the chat only where the database knows it."""

from collections.abc import Callable

from aiogram.types import Message

from botapp import db_threads


async def attach(
    status: Message, asked: Message, record: Callable[..., bool], **row: object
) -> None:
    """Put the message on its row by `record`, or take it away again: nobody would ever edit it.

    That is so when a worker was quicker than Telegram, as the end is told by another message
    already, and when the database is away: then the error goes on.
    """
    is_kept = False
    try:
        is_kept = await db_threads.run(record, message_id=status.message_id, **row)
    finally:
        if not is_kept and asked.bot is not None:
            await asked.bot.delete_message(asked.chat.id, status.message_id)
