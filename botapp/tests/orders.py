"""Orders in the state a test needs, brought there by the moves the product itself makes."""

from datetime import UTC, datetime, timedelta
from typing import Any

from botapp.business import generation
from botapp.business.generation import moving
from botapp.models import GenRequest, TgUser

# The product's clock is an argument; everything here happens at one moment unless it must not.
NOW = datetime.now(UTC)
LEASE_S = 45.0
Status = GenRequest.Status


def new_order(user: TgUser, *, key: str = "order:1", **changes: Any) -> generation.NewOrder:
    """Four pictures for 3.20 tokens, unless `changes` say otherwise."""
    wanted: dict[str, Any] = {
        "user_id": user.pk,
        "chat_id": user.chat_id,
        "model_slug": "nano-banana",
        "prompt": "кот на луне",
        "quantity": 4,
    }
    return generation.NewOrder(key=key, **wanted | changes)


def place(user: TgUser, *, status: Status = Status.QUEUED, **changes: Any) -> GenRequest:
    """An order which has come as far as `status`; delivered ones have all their results."""
    order = generation.start(new_order(user, **changes)).order
    for move in ROADS[status]:
        move(order.pk)
    order.refresh_from_db()
    return order


def store(generation_id: int, *indexes: int) -> None:
    for index in indexes:
        generation.add_result(
            generation_id=generation_id,
            file=generation.StoredFile(index, f"results/{generation_id}/{index}", "image/png", 9),
        )


PLACES = generation.Places(usual=50, by_provider={})


def claim(generation_id: int) -> GenRequest | None:
    """Take this order as a worker does; it must be the next in line."""
    claimed = claim_next()
    assert claimed is None or claimed.pk == generation_id
    return claimed


def claim_next(*, now: datetime | None = None, kind: str = "image") -> GenRequest | None:
    return generation.claim_next(
        kind=kind, owner="worker", now=now or soon(), lease_s=LEASE_S, places=PLACES
    )


def claim_this(generation_id: int) -> bool:
    """What `claim_next` does to the order it chooses, without choosing."""
    return moving.move(
        generation_id,
        (Status.QUEUED,),
        status=Status.SUBMITTING,
        lease_owner="worker",
        lease_until=soon() + timedelta(seconds=LEASE_S),
        started_at=NOW,
    )


def accept(generation_id: int) -> bool:
    return generation.accept(
        generation_id=generation_id,
        provider_job_id="job",
        metadata={"seen": True},
        poll_at=NOW,
        now=NOW,
    )


def finish(generation_id: int) -> bool:
    return generation.finish_generating(generation_id=generation_id, now=NOW)


def finish_whole(generation_id: int) -> bool:
    store(generation_id, 0, 1, 2, 3)
    return finish(generation_id)


def complete(generation_id: int) -> bool:
    return generation.complete(generation_id=generation_id, now=NOW)


def fail(generation_id: int) -> bool:
    return generation.fail(generation_id=generation_id, code="refused", detail="why", now=NOW)


def cancel(generation_id: int) -> bool:
    owner_id = GenRequest.objects.values_list("user_id", flat=True).get(pk=generation_id)
    return generation.cancel(user_id=owner_id, generation_id=generation_id, now=NOW)


def soon() -> datetime:
    """Orders are due at their own creation, which is later than the import of this module."""
    return datetime.now(UTC) + timedelta(seconds=1)


ROADS = {
    Status.QUEUED: (),
    Status.SUBMITTING: (claim,),
    Status.PROCESSING: (claim, accept),
    Status.DELIVERING: (claim, finish_whole),
    Status.DONE: (claim, finish_whole, complete),
    Status.ERROR: (claim, fail),
    Status.CANCELLED: (cancel,),
}
