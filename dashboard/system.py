"""What is on, what is awake, and what the last audit of the ledger said."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from redis import RedisError

from botapp import health
from botapp.providers import registry
from config.providers import variable_of

AUDIT_KEY = "audit:ledger"


@dataclass(frozen=True)
class Audit:
    """The daily re-adding of the whole ledger."""

    at: datetime
    faults: int


@dataclass(frozen=True)
class Memory:
    """What other processes left in Redis, if it answers."""

    answers: bool = True
    beaten_at_s: float = 0.0
    audit: Audit | None = None


@dataclass(frozen=True)
class System:
    """`audit` is None when the ledger was never audited, `worker_is_awake` when none is needed.

    `providers_off` says of each which variable is unset.
    """

    providers_on: list[str]
    providers_off: dict[str, str]
    redis_answers: bool
    worker_is_awake: bool | None
    audit: Audit | None


def read(now: datetime) -> System:
    """One look into the cache; without Redis, the rest is still told."""
    memory = _recall()
    is_awake = now.timestamp() - memory.beaten_at_s <= health.HEARTBEAT_AGE_MAX_S
    return System(
        providers_on=[slug for slug in registry.ADAPTERS if registry.is_enabled(slug)],
        providers_off={
            slug: variable_of(slug) for slug in registry.ADAPTERS if not registry.is_enabled(slug)
        },
        redis_answers=memory.answers,
        worker_is_awake=None if settings.CELERY_TASK_ALWAYS_EAGER else is_awake,
        audit=memory.audit,
    )


def _recall() -> Memory:
    try:
        told = cache.get_many([AUDIT_KEY, health.HEARTBEAT_KEY])
    except RedisError:
        return Memory(answers=False)
    audit = told.get(AUDIT_KEY)
    return Memory(
        beaten_at_s=told.get(health.HEARTBEAT_KEY, 0.0),
        audit=Audit(datetime.fromisoformat(audit["at"]), audit["faults"]) if audit else None,
    )
