"""Writes error events without holding up whoever logged them."""

import asyncio
import atexit
import logging
import queue
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    connection,
)
from django.utils import timezone

from botapp.error_tracker.alerts import alert_operators
from botapp.error_tracker.failures import Kind, describe, kind_of

if TYPE_CHECKING:
    # Logging is configured before models can be imported: at run time they are looked up.
    from botapp.models import BotErrorEvent

QUEUE_LENGTH_MAX = 500
REPEAT_WINDOW_S = 60.0
KINDS_MAX = 1000
REPEATS_EVERY_S = 2.0
AGAIN_S = 2.0
AWAY = (OperationalError, InterfaceError)
EXIT_PATIENCE_S = 3.0

logger = logging.getLogger(__name__)


@dataclass
class Failure:
    """A failure, and how often it happened again within the window."""

    values: dict[str, Any]
    at_s: float
    repeats: int = 0
    written_repeats: int = 0


@dataclass
class Recorder:
    """Takes records in any thread or event loop without waiting, and writes them one by one.

    One thread with its own connection writes: the caller may be inside an event loop, or inside a
    transaction that is about to be rolled back together with our row. A flood of one failure is
    one row and a number; beyond the queue's length, failures are dropped and counted.

    With `in_thread=False` the caller's thread writes (tests: it sees their transaction); what is
    logged inside an event loop then waits for `flush`, and every repeat is a row.
    """

    in_thread: bool
    _queue: "queue.Queue[Failure]" = field(default_factory=lambda: queue.Queue(QUEUE_LENGTH_MAX))
    _recent: dict[Kind, Failure] = field(default_factory=dict)
    _written: dict[int, Failure] = field(default_factory=dict)
    _repeats_at_s: float = 0.0
    _dropped: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None

    def record(self, record: logging.LogRecord) -> None:
        if threading.current_thread() is self._thread:
            return
        is_written_later = self.in_thread or _is_in_event_loop()
        with self._lock:
            failure = self._find_new(record)
            if failure is not None and is_written_later:
                self._put(failure)
        if failure is not None and not is_written_later:
            self._write(failure)

    def flush(self) -> None:
        """Write what waits, in this thread."""
        while True:
            try:
                failure = self._queue.get_nowait()
            except queue.Empty:
                return
            self._write(failure)

    def wait(self, timeout_s: float = EXIT_PATIENCE_S) -> None:
        """Give the thread time to write what waits."""
        deadline_s = time.monotonic() + timeout_s
        while self._queue.unfinished_tasks and time.monotonic() < deadline_s:
            time.sleep(0.02)

    def _find_new(self, record: logging.LogRecord) -> Failure | None:
        """The failure to write; None when it only repeats one of a moment ago."""
        now_s = time.monotonic()
        kind = kind_of(record)
        known = self._recent.get(kind)
        if self.in_thread and known and now_s - known.at_s < REPEAT_WINDOW_S:
            known.repeats += 1
            return None
        if len(self._recent) >= KINDS_MAX:
            self._recent.clear()
        self._recent[kind] = Failure(describe(record), now_s)
        return self._recent[kind]

    def _put(self, failure: Failure) -> None:
        if self.in_thread:
            self._ensure_thread()
        try:
            self._queue.put_nowait(failure)
        except queue.Full:
            self._dropped += 1

    def _ensure_thread(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            return
        # A forked process has neither the parent's thread nor a queue it may trust.
        self._queue = queue.Queue(QUEUE_LENGTH_MAX)
        self._written = {}
        self._thread = threading.Thread(target=self._work, name="errors", daemon=True)
        self._thread.start()
        atexit.register(self.wait)

    def _work(self) -> None:
        while True:
            try:
                self._write(self._queue.get(timeout=REPEATS_EVERY_S))
                self._queue.task_done()
            except queue.Empty:
                connection.close()
            if time.monotonic() - self._repeats_at_s >= REPEATS_EVERY_S:
                self._write_repeats()

    def _write(self, failure: Failure) -> None:
        event = self._save_once_possible(failure)
        if event is None:
            return
        if self.in_thread:
            self._written[event.pk] = failure
        # An ERROR means that a person must look: there are no silent ones.
        alert_operators(event)

    def _save_once_possible(self, failure: Failure) -> "BotErrorEvent | None":
        """The row; None when there can be none. While the database is away the thread waits: what
        happened meanwhile is what operators will look for."""
        while True:
            try:
                return _save(failure.values)
            except DatabaseError as error:
                # The console line is already out; a broken database must not hide the first error.
                self._give_up("Could not record an error event")
                if not self.in_thread or not isinstance(error, AWAY):
                    return None
            alert_operators(_model()(**failure.values))
            time.sleep(AGAIN_S)

    def _write_repeats(self) -> None:
        now_s = self._repeats_at_s = time.monotonic()
        if self._dropped:
            logger.warning("Error events were dropped", extra={"count": self._dropped})
            self._dropped = 0
        try:
            for row_id, failure in self._written.items():
                _count(row_id, failure)
        except DatabaseError:
            self._give_up("Could not count an error event")
            return
        self._written = {
            row_id: failure
            for row_id, failure in self._written.items()
            if now_s - failure.at_s < REPEAT_WINDOW_S
        }

    def _give_up(self, what: str) -> None:
        logger.warning(what)
        if self.in_thread:
            connection.close()


def _is_in_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _model() -> "type[BotErrorEvent]":
    return apps.get_model("botapp", "BotErrorEvent")


def _save(values: dict[str, Any]) -> "BotErrorEvent":
    users = apps.get_model("botapp", "TgUser").objects.filter(chat_id=values["chat_id"])
    values = values | {"user": users.first() if values["chat_id"] else None}
    try:
        return _model().objects.create(**values)
    except IntegrityError:
        # The order it speaks of is not committed yet, or was rolled back.
        extra = values["extra"] | {"generation_id": values["gen_request_id"]}
        return _model().objects.create(**values | {"gen_request_id": None, "extra": extra})


def _count(row_id: int, failure: Failure) -> None:
    repeats = failure.repeats
    if repeats == failure.written_repeats:
        return
    extra = failure.values["extra"] | {"repeats": repeats}
    _model().objects.filter(pk=row_id).update(extra=extra, updated_at=timezone.now())
    failure.written_repeats = repeats
