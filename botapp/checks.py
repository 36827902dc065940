"""System checks: what this deployment cannot do, said at every start instead of at the first order.

A missing optional key switches something off and is a warning; what can never work is an error.
"""

import re
from collections.abc import Collection, Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, register
from django.core.checks import Warning as Caution
from django.utils.module_loading import import_string

from botapp import catalog
from botapp.business.availability import is_servable
from config.providers import variable_of

# setWebhook, https://core.telegram.org/bots/api#setwebhook: secret_token
WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
BOT_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{20,}")


@register("botapp")
def check_providers(**_: Any) -> list[CheckMessage]:
    """Every provider on the cards has an adapter; one without a key is off."""
    return [*_unknown_providers(), *_providers_off()]


@register("botapp")
def check_telegram(**_: Any) -> list[CheckMessage]:
    """The token and the webhook's secret are such as Telegram gives and takes."""
    found: list[CheckMessage] = []
    if not BOT_TOKEN.fullmatch(settings.TELEGRAM_BOT_TOKEN):
        found.append(Error("TELEGRAM_BOT_TOKEN does not look like a bot token", id="botapp.E002"))
    if not WEBHOOK_SECRET.fullmatch(settings.TG_WEBHOOK_SECRET):
        hint = "1 to 256 characters of A-Z, a-z, 0-9, _ and -."
        message = "Telegram refuses this TG_WEBHOOK_SECRET"
        found.append(Error(message, hint=hint, id="botapp.E003"))
    return found


@register("botapp")
def check_payments(**_: Any) -> list[CheckMessage]:
    """Lava.top can be asked for an invoice, and may tell us that it was paid."""
    found: list[CheckMessage] = []
    if not settings.LAVA_API_KEY:
        found.append(Caution("LAVA_API_KEY is unset: nobody can buy tokens", id="botapp.W002"))
    if not (settings.LAVA_WEBHOOK_API_KEYS or settings.LAVA_WEBHOOK_BASIC):
        found.append(
            Caution(
                "No secret of Lava.top's webhook is set: every event is refused",
                hint="Set LAVA_WEBHOOK_API_KEYS or LAVA_WEBHOOK_BASIC; until then payments are "
                "credited by reconciliation only.",
                id="botapp.W003",
            )
        )
    if any(not all(pair.partition(":")[::2]) for pair in settings.LAVA_WEBHOOK_BASIC):
        found.append(Error("LAVA_WEBHOOK_BASIC is not user:password", id="botapp.E004"))
    return found


@register("botapp")
def check_operations(**_: Any) -> list[CheckMessage]:
    """Somebody hears of trouble."""
    found: list[CheckMessage] = []
    if not settings.METRICS_TOKEN:
        found.append(Info("METRICS_TOKEN is unset: /metrics does not exist", id="botapp.I001"))
    if not settings.ERROR_ALERT_CHAT_ID:
        message = "ERROR_ALERT_CHAT_ID is unset: failures are recorded, nobody is told"
        found.append(Info(message, id="botapp.I002"))
    return found


@register("botapp", Tags.security, deploy=True)
def check_deployment(**_: Any) -> list[CheckMessage]:
    """What is fine on a developer's machine and not in front of people."""
    found: list[CheckMessage] = []
    if not settings.PUBLIC_BASE_URL.startswith("https://"):
        message = "PUBLIC_BASE_URL is not https: Telegram opens neither webhook nor mini app"
        found.append(Caution(message, id="botapp.W004"))
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        message = "SQLite serves one developer: the ledger's guards exist on Postgres only"
        found.append(Caution(message, id="botapp.W005"))
    if settings.CELERY_TASK_ALWAYS_EAGER:
        message = "Tasks run inside web requests: the light profile is not a deployment"
        found.append(Caution(message, id="botapp.W006"))
    return found


def _adapters() -> Collection[str]:
    # By name: who checks nothing, such as beat, need not load all adapters and their cryptography.
    adapters: Collection[str] = import_string("botapp.providers.registry.ADAPTERS")
    return adapters


def _unknown_providers() -> Iterator[CheckMessage]:
    adapters = _adapters()
    for card in catalog.CARDS:
        for route in card.routes:
            if route.provider not in adapters:
                message = f"{card.slug}: no adapter for the provider {route.provider}"
                yield Error(message, id="botapp.E001")


def _providers_off() -> Iterator[CheckMessage]:
    unsold = [card.slug for card in catalog.CARDS if not is_servable(card)]
    if len(unsold) == len(catalog.CARDS):
        yield Caution("No provider has a key: nothing can be made", id="botapp.W001")
    off = [
        f"{provider} ({variable_of(provider)})"
        for provider in _adapters()
        if provider not in settings.PROVIDERS
    ]
    if off:
        hint = f"Models nobody can make here: {', '.join(unsold) or 'none'}."
        yield Info(f"Off for want of a key: {', '.join(off)}", hint=hint, id="botapp.I003")
