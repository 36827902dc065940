"""getUpdates and the webhook settings. Source: https://core.telegram.org/bots/api#setwebhook"""

import re
import time
from urllib.parse import urlsplit

from sandbox.telegram.call import Call, Described, Handler
from sandbox.telegram.delivery import Webhook
from sandbox.telegram.errors import ApiError, bad_request, too_many_requests
from sandbox.telegram.markup import LOOPBACK
from sandbox.telegram.outbox import Json

_PORTS = {None, 443, 80, 88, 8443}
_SECRET = re.compile(r"[A-Za-z0-9_-]*")
_SECRET_LENGTH_MAX = 256
_CONNECTIONS_DEFAULT = 40
_CONNECTIONS_MAX = 100
_LIMIT_MAX = 100
_SET_EVERY_S = 1.0


async def get_updates(call: Call) -> list[Json]:
    call.bot.delivery.allow(call.args.get("allowed_updates"))
    limit = call.args.get("limit", _LIMIT_MAX)
    return await call.bot.delivery.get_updates(
        offset=call.args.get("offset", 0),
        limit=max(1, min(limit, _LIMIT_MAX)),
        timeout_s=call.args.get("timeout", 0),
    )


async def set_webhook(call: Call) -> Described:
    url = call.args["url"].strip()
    if not url:
        return await delete_webhook(call)
    webhook = Webhook(
        url=_checked_url(url),
        secret_token=_checked_secret(call.args.get("secret_token", "")),
        max_connections=_connections(call.args.get("max_connections", 0)),
        has_certificate="certificate_reference" in call.args,
        ip_address=call.args.get("ip_address", ""),
    )
    delivery = call.bot.delivery
    delivery.allow(call.args.get("allowed_updates"))
    drop_pending = bool(call.args.get("drop_pending_updates"))
    if webhook == delivery.webhook and not drop_pending:
        return Described(result=True, description="Webhook is already set")
    if time.monotonic() < delivery.webhook_set_at + _SET_EVERY_S:
        raise too_many_requests(1)
    delivery.set_webhook(webhook, drop_pending=drop_pending)
    return Described(result=True, description="Webhook was set")


async def delete_webhook(call: Call) -> Described:
    drop_pending = bool(call.args.get("drop_pending_updates"))
    if call.bot.delivery.webhook is None and not drop_pending:
        return Described(result=True, description="Webhook is already deleted")
    call.bot.delivery.set_webhook(None, drop_pending=drop_pending)
    return Described(result=True, description="Webhook was deleted")


async def get_webhook_info(call: Call) -> Json:
    delivery = call.bot.delivery
    webhook = delivery.webhook
    info: Json = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": bool(webhook and webhook.has_certificate),
        "pending_update_count": len(delivery.pending),
    }
    if webhook:
        info["max_connections"] = webhook.max_connections
        if webhook.ip_address:
            info["ip_address"] = webhook.ip_address
    if delivery.allowed_updates:
        info["allowed_updates"] = delivery.allowed_updates
    if delivery.last_error:
        info["last_error_date"], info["last_error_message"] = delivery.last_error
    return info


def _checked_url(url: str) -> str:
    """HTTPS on Telegram's ports; plain HTTP and any port on this machine, as in local mode."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError as error:
        raise _bad_webhook("invalid port specified") from error
    if parts.hostname in LOOPBACK and parts.scheme in {"http", "https"}:
        return url
    if parts.scheme != "https" or not parts.hostname:
        raise _bad_webhook("An HTTPS URL must be provided for webhook")
    if port not in _PORTS:
        raise _bad_webhook("Webhook can be set up only on ports 80, 88, 443 or 8443")
    return url


def _checked_secret(secret_token: str) -> str:
    if len(secret_token) > _SECRET_LENGTH_MAX:
        raise bad_request("secret token is too long")
    if not _SECRET.fullmatch(secret_token):
        raise bad_request("secret token contains unallowed characters")
    return secret_token


def _connections(wanted: int) -> int:
    return min(wanted, _CONNECTIONS_MAX) if wanted > 0 else _CONNECTIONS_DEFAULT


def _bad_webhook(reason: str) -> ApiError:
    return bad_request(f"bad webhook: {reason}")


HANDLERS: dict[str, Handler] = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
