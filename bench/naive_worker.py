"""`python -m bench.naive_worker`: a thread for each film, asleep between its polls.

The usual way, with the product's own adapters, ledger and delivery, beside which rows and batches
have to show what they save.
"""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import django

django.setup()

from django.db import connection
from django.utils import timezone

from botapp.business import generation
from botapp.catalog import Mode
from botapp.models import GenRequest
from botapp.providers import registry, transport
from botapp.providers.base import Accepted, Finished, Job, ProviderError
from botapp.services import delivery, results

# Postgres has a hundred connections, not a thousand.
database = threading.BoundedSemaphore(40)
LEASE = timedelta(hours=1)


def main() -> None:
    ids = list(GenRequest.objects.filter(status="queued").values_list("pk", flat=True))
    with ThreadPoolExecutor(len(ids)) as pool:
        for _ in pool.map(make, ids):
            pass
        # Whoever measures us ends us.
        threading.Event().wait()


def make(generation_id: int) -> None:
    """From the request to the delivered film, waiting in between."""
    order, job = _claim(generation_id)
    provider = registry.get(order.provider)
    accepted = provider.read_submit(transport.send(provider.build_submit(job)))
    assert isinstance(accepted, Accepted)
    finished = None
    while finished is None:
        time.sleep(accepted.poll_after_s)
        finished = _poll(order, accepted)
    with database:
        results.store(order, finished)
        generation.finish_generating(generation_id=order.pk, now=timezone.now())
        delivery.deliver(generation_id=order.pk)
        connection.close()


def _claim(generation_id: int) -> tuple[GenRequest, Job]:
    with database:
        now = timezone.now()
        GenRequest.objects.filter(pk=generation_id).update(
            status="submitting", lease_until=now + LEASE, started_at=now
        )
        order = GenRequest.objects.select_related("ai_model", "user__settings").get(
            pk=generation_id
        )
        connection.close()
    job = Job(
        reference=order.run_code,
        provider_model=order.model,
        mode=Mode(order.generation_type),
        prompt=order.prompt,
        params=order.generation_params | {"count": 1},
    )
    return order, job


def _poll(order: GenRequest, accepted: Accepted) -> Finished | None:
    provider = registry.get(order.provider)
    call = provider.build_poll(accepted.provider_job_id, accepted.metadata)
    try:
        outcome = provider.read_poll(transport.send(call), accepted.metadata)
    except ProviderError:
        return None
    return outcome if isinstance(outcome, Finished) else None


if __name__ == "__main__":
    main()
