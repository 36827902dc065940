"""Is this process alive, and can it work? For the platform's probes."""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import RedisError

CHECK_TIMEOUT_S = 2.0
HEARTBEAT_KEY = "worker:heartbeat"
HEARTBEAT_AGE_MAX_S = 30.0

logger = logging.getLogger(__name__)

# Threads of their own: a check that hangs must hold up neither requests nor other checks.
_pool = ThreadPoolExecutor(max_workers=6, thread_name_prefix="health")


@never_cache
@require_safe
async def live(_request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers at all."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
async def ready(_request: HttpRequest) -> JsonResponse:
    """200 when everything behind us works; else 503 with what is down, in about two seconds."""
    checks = {"postgres": _check_database, "redis": _check_cache}
    if not settings.CELERY_TASK_ALWAYS_EAGER:
        checks["worker"] = _check_worker
    answers = await asyncio.gather(*(_bounded(check) for check in checks.values()))
    results = dict(zip(checks, answers, strict=True))
    is_ready = all(answer == "ok" for answer in answers)
    body = {"status": "ok" if is_ready else "unavailable", "checks": results}
    return JsonResponse(body, status=200 if is_ready else 503)


async def _bounded(check: Callable[[], str]) -> str:
    started = asyncio.get_running_loop().run_in_executor(_pool, check)
    try:
        return await asyncio.wait_for(started, CHECK_TIMEOUT_S)
    except TimeoutError:
        return "no answer in time"
    except (DatabaseError, RedisError, OSError):
        # The errors' texts name addresses: they are for the log.
        logger.warning("A readiness check failed", exc_info=True)
        return "unavailable"


def _check_database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()
    return "ok"


def _check_cache() -> str:
    cache.set("health:probe", "here", timeout=60)
    return "ok" if cache.get("health:probe") == "here" else "forgets what it is told"


def _check_worker() -> str:
    beaten_at: float | None = cache.get(HEARTBEAT_KEY)
    if beaten_at is None:
        return "no heartbeat"
    age_s = time.time() - beaten_at
    return "ok" if age_s <= HEARTBEAT_AGE_MAX_S else f"silent for {age_s:.0f} s"
