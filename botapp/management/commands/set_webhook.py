from typing import Any

from django.core.management.base import BaseCommand, CommandError

from botapp import bot_profile


class Command(BaseCommand):
    help = "Tell Telegram where to send updates, and write the bot's commands and menu button."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            url = bot_profile.write_webhook()
            bot_profile.write_profile()
        except bot_profile.TelegramRefusedError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Webhook: {url}")
