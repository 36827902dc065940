"""The web process: Telegram's webhook on a short path of its own, Django for everything else.

Measured: the short path handles 1.3 to 1.8 times the updates (bench/baseline.md).
"""

import gc
import os
from typing import Any

import django

# Looking through what is being loaded for garbage finds none and takes a third of the start.
gc.disable()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

# After Django is set up, and before the first request: the bot is ready when the worker accepts.
from botapp import miniapp_auth, telegram
from botapp.api import telegram_webhook
from botapp.body_limits import BodyLimits
from botapp.bot_profile import WEBHOOK_PATH
from botapp.request_slots import BoundedHandler
from botapp.services import uploads

telegram.prepare()
# What is loaded stays: it is not looked through again, nor copied into each forked process.
gc.freeze()
gc.enable()

FILES = {"/api/miniapp/uploads": uploads.FILM_BYTES_MAX}

django_application = BodyLimits(BoundedHandler(), FILES, is_known=miniapp_auth.may_send_files)


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "http" and scope["path"] == WEBHOOK_PATH:
        await telegram_webhook(scope, receive, send)
    else:
        await django_application(scope, receive, send)


async def _live(receive: Any, send: Any) -> None:
    """Servers ask before the first request: Django would raise, and Sentry hear of each start."""
    word = ""
    while word != "lifespan.shutdown":
        word = (await receive())["type"]
        await send({"type": f"{word}.complete"})
