import asyncio
from typing import Any

from django.core.management.base import BaseCommand

from botapp import bot_profile
from botapp.dispatcher import get_bot, get_dispatcher


class Command(BaseCommand):
    help = "Fetch updates by long polling: local work with a real token, no public address needed."

    def handle(self, *args: Any, **options: Any) -> None:
        bot_profile.write_profile()
        asyncio.run(self._poll())

    async def _poll(self) -> None:
        bot = get_bot()
        await bot.delete_webhook()
        await get_dispatcher().start_polling(
            bot, allowed_updates=bot_profile.ALLOWED_UPDATES, handle_as_tasks=False
        )
