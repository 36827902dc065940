"""What a person sees when an order is placed: one message that lives until the result."""

from aiogram.types import Message
from django.utils import timezone

from botapp import db_threads, keyboards, tasks
from botapp.business import generation
from botapp.texts import generation as texts


async def place(message: Message, new: generation.NewOrder) -> None:
    """Start the order and show it. Raises what `generation.start` raises."""
    await show_placed(message, await db_threads.run(generation.start, new))


async def show_placed(message: Message, started: generation.Started) -> None:
    order = started.order
    if not started.is_new:
        return
    status = await message.answer(texts.queued(order), reply_markup=keyboards.while_queued(order))
    await db_threads.run(
        generation.attach_status_message,
        generation_id=order.pk,
        message_id=status.message_id,
        now=timezone.now(),
    )
    await db_threads.run(tasks.ring_submit, generation_id=order.pk)
