"""ERROR log records become rows for operators, and an alert in the operators' chat.

A logging handler, so that recording a failure is the same one line everywhere:
`logger.exception("What could not be done", extra={"generation_id": …})`. The extras `origin`,
`chat_id` and `generation_id` fill the columns of that name; all others are kept beside.
"""

import logging

from django.apps import apps
from django.conf import settings

from botapp.error_tracker.alerts import alert_operators
from botapp.error_tracker.masking import mask
from botapp.error_tracker.recorder import Recorder

__all__ = ["ErrorEventHandler", "Recorder", "alert_operators", "flush", "mask", "recorder"]

# A process without database threads of its own (tests) writes in the caller's thread.
recorder = Recorder(in_thread=settings.WEBHOOK_DB_THREADS > 0)


class ErrorEventHandler(logging.Handler):
    """Records ERROR and worse; never waits, and never records its own failures."""

    def emit(self, record: logging.LogRecord) -> None:
        if apps.ready and not record.name.startswith(("django.db", __name__)):
            recorder.record(record)


def flush() -> None:
    """Write what was logged inside an event loop of a process without the writing thread."""
    recorder.flush()
