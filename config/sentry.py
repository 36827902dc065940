"""Sentry, when a deployment wants it: what leaves us holds no secret."""

from typing import Any

import sentry_sdk
from django.utils.module_loading import import_string
from sentry_sdk.integrations.logging import ignore_logger


def start(dsn: str) -> None:
    """Neither bodies nor local variables leave us: they may hold prompts, keys and proofs."""
    # Strangers' odd requests are no failures of ours, see config/logging.py.
    ignore_logger("django.security*")
    sentry_sdk.init(
        dsn=dsn,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        # A breadcrumb holds the full address of a call, and Telegram's holds the bot token.
        max_breadcrumbs=0,
        before_send=_mask_event,
    )


def _mask_event(event: Any, _hint: Any) -> Any:
    # By name: settings start Sentry, and the mask reads the secrets from the settings.
    mask = import_string("botapp.error_tracker.masking.mask")
    return _masked(event, mask)


def _masked(value: Any, mask: Any) -> Any:
    """A copy in which every text, however deep, went through the mask."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {key: _masked(inner, mask) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(inner, mask) for inner in value]
    return value
