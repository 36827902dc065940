"""From a log record to the columns of an error event."""

import logging
import traceback
from datetime import UTC, datetime
from typing import Any

from botapp.error_tracker.masking import mask
from botapp.providers.base import ProviderError
from config.logging import TextFormatter

TEXT_LENGTH_MAX = 8000
EXTRA_LENGTH_MAX = 500

# Where a record without `origin` comes from, by its logger.
ORIGINS = {
    "lavatop": "payment",
    "botapp.handlers": "telegram_handler",
    "botapp.aiogram_errors": "telegram_handler",
    "botapp.middlewares": "telegram_handler",
    "botapp.services": "generation",
    "botapp.api": "webhook",
    "botapp.tasks": "celery_task",
    "celery": "celery_task",
}
KNOWN_ORIGINS = frozenset({*ORIGINS.values(), "miniapp", "other"})

Kind = tuple[str, str, str, str, str]


def kind_of(record: logging.LogRecord) -> Kind:
    """Records of one kind are the same failure again: same place, error, sentence, refusal
    and provider."""
    place = f"{record.name}:{record.funcName}"
    provider = str(vars(record).get("provider", ""))
    return place, _error_class(record), str(record.msg), _failure_code(record), provider


def describe(record: logging.LogRecord) -> dict[str, Any]:
    """The event's columns, masked and within their lengths."""
    extra = _extras(record)
    if code := _failure_code(record):
        extra["failure"] = code
    return {
        "origin": _origin(record.name, extra.pop("origin", "")),
        "severity": "critical" if record.levelno >= logging.CRITICAL else "error",
        "handler": f"{record.name}:{record.funcName}"[:255],
        "error_class": _error_class(record)[:255],
        "message": mask(record.getMessage())[:TEXT_LENGTH_MAX],
        "stacktrace": mask(_stacktrace(record))[-TEXT_LENGTH_MAX:],
        "occurred_at": datetime.fromtimestamp(record.created, UTC),
        "chat_id": _integer(extra.pop("chat_id", None)),
        "gen_request_id": _integer(extra.pop("generation_id", None)),
        "extra": {key: mask(str(value))[:EXTRA_LENGTH_MAX] for key, value in extra.items()},
    }


def _extras(record: logging.LogRecord) -> dict[str, Any]:
    return {k: v for k, v in vars(record).items() if k not in TextFormatter.STANDARD}


def _origin(logger_name: str, given: object) -> str:
    if given in KNOWN_ORIGINS:
        return str(given)
    for prefix, origin in ORIGINS.items():
        if logger_name.startswith(prefix):
            return origin
    return "other"


def _error_class(record: logging.LogRecord) -> str:
    return record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""


def _failure_code(record: logging.LogRecord) -> str:
    """Why a provider refused: an empty account must not hide behind a wrong key."""
    error = record.exc_info[1] if record.exc_info else None
    return error.failure.value if isinstance(error, ProviderError) else ""


def _stacktrace(record: logging.LogRecord) -> str:
    return "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""


def _integer(value: object) -> int | None:
    return value if isinstance(value, int) else None
