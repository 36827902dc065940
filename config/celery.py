"""Celery: the bell. Rows in Postgres are the queue, so every task may be lost or run twice."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def make_app() -> Celery:
    """The app with its queues and schedule, without the code of the tasks."""
    app = Celery("nanobanana")
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.update(
        task_default_queue="celery",
        task_routes={
            "botapp.tasks.submit_generation": {"queue": "generation"},
            "botapp.tasks.poll_generations": {"queue": "generation"},
            "botapp.tasks.deliver_generation": {"queue": "delivery"},
            "lavatop.tasks.*": {"queue": "payments"},
        },
        worker_hijack_root_logger=False,
        task_ignore_result=True,
        task_acks_late=True,
        worker_prefetch_multiplier=1,
        broker_connection_retry_on_startup=True,
        # A ring must fail fast when the broker is away: the sweeper rings again.
        broker_transport_options={"socket_connect_timeout": 2, "socket_timeout": 10},
        task_publish_retry_policy={"max_retries": 1, "interval_start": 0.1, "interval_max": 0.5},
        timezone="UTC",
        beat_schedule={
            # `expires` keeps ticks from piling up while no worker listens.
            "sweep generations": {
                "task": "botapp.tasks.sweep_generations",
                "schedule": 2.0,
                "options": {"expires": 2},
            },
            "poll generations": {
                "task": "botapp.tasks.poll_generations",
                "schedule": 2.0,
                "options": {"expires": 2},
            },
            "refresh progress": {
                "task": "botapp.tasks.refresh_progress",
                "schedule": 3.0,
                "options": {"expires": 3},
            },
            "process payment webhooks": {
                "task": "lavatop.tasks.process_webhook_events",
                "schedule": 10.0,
                "options": {"expires": 10},
            },
            "reconcile payments": {
                "task": "lavatop.tasks.reconcile_payments",
                "schedule": 60.0,
                "options": {"expires": 60},
            },
            # By the clock: a beat that is deployed daily would never live through an interval.
            "audit ledger": {
                "task": "botapp.tasks.audit_ledger",
                "schedule": crontab(hour="3", minute="0"),
            },
            "compare with lava": {
                "task": "lavatop.tasks.compare_with_lava",
                "schedule": crontab(hour="4", minute="0"),
            },
            "forget old updates": {"task": "botapp.tasks.prune_updates", "schedule": 3600.0},
        },
    )
    return app


app = make_app()
app.autodiscover_tasks()
