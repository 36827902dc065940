import asyncio
from typing import Any

from aiogram import Bot
from aiogram.methods import SetWebhook
from django.conf import settings
from django.core.management.base import BaseCommand

from botapp import bot_profile, telegram
from botapp.api import WEBHOOK_PATH
from botapp.dispatcher import ALLOWED_UPDATES


class Command(BaseCommand):
    help = "Tell Telegram where to send updates, and write the bot's commands and menu button."

    def handle(self, *args: Any, **options: Any) -> None:
        url = f"{settings.PUBLIC_BASE_URL}{WEBHOOK_PATH}"
        asyncio.run(self._set(telegram.make_bot(), url))
        self.stdout.write(f"Webhook: {url}")

    async def _set(self, bot: Bot, url: str) -> None:
        async with bot:
            await bot(
                SetWebhook(
                    url=url,
                    secret_token=settings.TG_WEBHOOK_SECRET,
                    allowed_updates=ALLOWED_UPDATES,
                    max_connections=40,
                )
            )
            for method in bot_profile.methods():
                await bot(method)
