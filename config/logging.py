"""Logging of every process: one line a record, text or JSON, secrets masked."""

import json
import logging
import re
from typing import Any, ClassVar

# A bot token, the values of key-like query parameters and what opens a stored file, wherever a
# library prints an address. A backslash ends them: in JSON it belongs to what follows.
SECRET_PATTERN = re.compile(
    r"(?P<bot>\d{5,}:[A-Za-z0-9_-]{20,})"
    r"|(?P<name>(?:key|token|secret|sig|signature|hash|(?<=[?&])job)=|/api/files/)[^&\s\"'>\\]+",
    re.IGNORECASE,
)


def mask_secrets(text: str) -> str:
    """The text with bot tokens and secret query values replaced by `***`."""
    return SECRET_PATTERN.sub(lambda match: (match["name"] or "") + "***", text)


class TextFormatter(logging.Formatter):
    """`time level logger message key=value…` with the record's extras, masked."""

    STANDARD: ClassVar = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}

    def format(self, record: logging.LogRecord) -> str:
        extras = " ".join(f"{key}={value}" for key, value in self.extras(record).items())
        return mask_secrets(f"{super().format(record)} {extras}".rstrip())

    def extras(self, record: logging.LogRecord) -> dict[str, Any]:
        return {key: val for key, val in vars(record).items() if key not in self.STANDARD}


class JsonFormatter(TextFormatter):
    """The same facts as one JSON object a line, for log collectors."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "at": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **self.extras(record),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return mask_secrets(json.dumps(entry, ensure_ascii=False, default=str))


def logging_config(*, level: str, format_: str) -> dict[str, Any]:
    formatter = JsonFormatter if format_ == "json" else TextFormatter
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": formatter,
                "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
            }
        },
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "line"},
            "errors": {"class": "botapp.error_tracker.ErrorEventHandler", "level": "ERROR"},
        },
        "root": {"handlers": ["console", "errors"], "level": level},
        "loggers": {
            # Both print full addresses at INFO; a Telegram address holds the bot token.
            "httpx": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},
            "aiogram.event": {"level": "WARNING"},
            # Strangers' odd requests (an invented Host above all) are no failures of ours:
            # a line for whoever looks, neither a row nor an alarm.
            "django.security": {"handlers": ["console"], "propagate": False},
        },
    }
