"""Bring the demo's database and bot up to date, in one interpreter: its start is the slow part."""

import gc
import socket
import time
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.management import call_command


def main() -> None:
    """Every step may be repeated: a second run on the same data changes nothing."""
    gc.disable()  # it ends before garbage would matter
    django.setup()
    call_command("migrate", interactive=False, verbosity=1)
    # The packages are matched with Lava.top's products, and Telegram is told our address.
    _wait_until_listening(settings.TELEGRAM_API_BASE_URL)
    call_command("seed_demo")
    call_command("set_webhook")


def _wait_until_listening(url: str) -> None:
    """The sandbox starts beside us; the demo sets the limit and notices if it dies."""
    address = urlsplit(url)
    while True:
        try:
            socket.create_connection((address.hostname, address.port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return


if __name__ == "__main__":
    main()
