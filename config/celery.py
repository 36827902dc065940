"""Celery: the bell. Rows in Postgres are the queue, so every task may be lost or run twice."""

import gc
import os
import sys
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import import_modules, task_postrun, task_prerun, worker_init
from django.db import close_old_connections, connections

from config import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

ROUTES = {
    "botapp.tasks.submit_image": {"queue": "generation"},
    "botapp.tasks.submit_video": {"queue": "video"},
    "botapp.tasks.poll_generations": {"queue": "polling"},
    "botapp.tasks.cancel_generation": {"queue": "delivery"},
    "botapp.tasks.deliver_generation": {"queue": "delivery"},
    "botapp.tasks.work_text": {"queue": "generation"},
    "botapp.tasks.tell_text": {"queue": "delivery"},
    "botapp.tasks.tell_cancelled": {"queue": "delivery"},
    "lavatop.tasks.*": {"queue": "payments"},
}

CONNECTION_AGE_MAX_S = 600


def every(seconds: float, task: str) -> dict[str, Any]:
    """A tick that is worth nothing once the next is due: ticks never pile up without a worker."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


SCHEDULE = {
    "sweep generations": every(2.0, "botapp.tasks.sweep_generations"),
    "poll generations": every(1.0, "botapp.tasks.poll_generations"),
    "refresh progress": every(3.0, "botapp.tasks.refresh_progress"),
    "process payment webhooks": every(10.0, "lavatop.tasks.process_webhook_events"),
    "reconcile payments": every(60.0, "lavatop.tasks.reconcile_payments"),
    "forget old updates": every(3600.0, "botapp.tasks.prune_updates"),
    "delete files of erased people": every(600.0, "botapp.tasks.delete_files"),
    "forget unused uploads": every(3600.0, "botapp.tasks.prune_uploads"),
    # By the clock: a beat that is deployed daily would never live through an interval.
    "audit ledger": {
        "task": "botapp.tasks.audit_ledger",
        "schedule": crontab(hour="3", minute="0"),
    },
    "compare with lava": {
        "task": "lavatop.tasks.compare_with_lava",
        "schedule": crontab(hour="4", minute="0"),
    },
}


def make_app() -> Celery:
    """The app with its queues and schedule, without the code of the tasks."""
    app = Celery("nanobanana")
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.update(
        task_default_queue="celery",
        task_routes=ROUTES,
        beat_schedule=SCHEDULE,
        worker_hijack_root_logger=False,
        task_ignore_result=True,
        task_acks_late=True,
        worker_prefetch_multiplier=1,
        broker_connection_retry_on_startup=True,
        # A ring must fail fast when the broker is away or hangs: the sweeper rings again.
        broker_transport_options={"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
        task_publish_retry_policy={"max_retries": 1, "interval_start": 0.1, "interval_max": 0.1},
        timezone="UTC",
        # Its own way is to hang up after every task; see `keep_connections`.
        CELERY_DB_REUSE_MAX=sys.maxsize,
    )
    return app


@worker_init.connect
def listen_patiently(sender: Any, **_: Any) -> None:
    """A worker listens: on an empty queue Redis is silent for a second, busy it may be for more.

    A Redis that is restarted is heard again.
    """
    broker.outlive_redis()
    sender.app.conf.broker_transport_options = {"socket_connect_timeout": 2, "socket_timeout": 10}


@worker_init.connect
def keep_connections(**_: Any) -> None:
    """Each thread of a worker keeps its connection to Postgres: a new one for every task costs
    more than most tasks. Whether it still works is asked before each."""
    for database in connections.settings.values():
        database.update(CONN_MAX_AGE=CONNECTION_AGE_MAX_S, CONN_HEALTH_CHECKS=True)
    task_prerun.connect(close_old_connections)
    task_postrun.connect(close_old_connections)


@import_modules.connect
def load_without_collecting(**_: Any) -> None:
    """Looking through what is being loaded for garbage finds none and takes a tenth of the start.

    Connected before `autodiscover_tasks`, as the other is after it: they are called in order.
    """
    gc.disable()


def collect_again(**_: Any) -> None:
    """What is loaded stays, and is not looked through again."""
    gc.freeze()
    gc.enable()


app = make_app()
app.autodiscover_tasks()
import_modules.connect(collect_again)
