"""Scripted failures: what the next matching calls get instead of, or besides, the real answer."""

import itertools
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from sandbox.operations import Operation


class Action(StrEnum):
    RESPOND = "respond"
    DELAY = "delay"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    HANG = "hang"
    # The same after the service has done its work, so that what it created exists.
    RESPOND_AFTER = "respond_after"
    DELAY_AFTER = "delay_after"
    HANG_AFTER = "hang_after"


HANDLED_FIRST = (
    Action.DROP_AFTER,
    Action.RESPOND_AFTER,
    Action.DELAY_AFTER,
    Action.HANG_AFTER,
)


class BadFaultError(Exception):
    """The script names no known action or lacks a field."""


@dataclass(slots=True)
class Fault:
    id: int
    service: str
    action: Action
    operation: str
    match: str
    remaining: int
    status: int
    headers: dict[str, str]
    body: Any
    delay_s: float

    def applies_to(self, operation: Operation, searchable_body: str) -> bool:
        return (
            self.remaining > 0
            and self.service == operation.service
            and fnmatchcase(operation.name, self.operation)
            and self.match in searchable_body
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "service": self.service,
            "operation": self.operation,
            "match": self.match,
            "action": self.action.value,
            "remaining": self.remaining,
        }


@dataclass(slots=True)
class Faults:
    """The scripts in the order they were given; the first that fits a call is used up by it."""

    scripts: list[Fault] = field(default_factory=list)
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def add(self, script: dict[str, Any]) -> Fault:
        """Queue a script. Raises BadFaultError when it cannot be understood."""
        try:
            fault = self._read(script)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadFaultError(f"cannot understand this fault: {error!r}") from error
        self.scripts.append(fault)
        return fault

    def take(self, operation: Operation, searchable_body: str) -> Fault | None:
        for fault in self.scripts:
            if fault.applies_to(operation, searchable_body):
                fault.remaining -= 1
                return fault
        return None

    def clear(self) -> None:
        self.scripts.clear()

    def _read(self, script: dict[str, Any]) -> Fault:
        return Fault(
            id=next(self._ids),
            service=str(script["service"]),
            action=Action(script["action"]),
            operation=str(script.get("operation") or "*"),
            match=str(script.get("match") or ""),
            remaining=int(script.get("times", 1)),
            status=int(script.get("status", 200)),
            headers={str(name): str(text) for name, text in script.get("headers", {}).items()},
            body=script.get("body"),
            delay_s=float(script.get("delay_s", 0)),
        )
