"""What a person asks of the text model: started, worked at, ended, told; paid for at most once.

As with orders, the row is the queue: Celery only rings. Whoever finds a task due claims it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from botapp.business import balance
from botapp.business.errors import BusinessError
from botapp.business.generation import limits
from botapp.business.generation.errors import EmptyPromptError
from botapp.models import AIModel, TextTask, Transaction
from botapp.models.users import ZERO

Kind, Status = TextTask.Kind, TextTask.Status

# The row operators price a prompt by reference with, and its price without one (product.md 2.1).
REFERENCE_SLUG = "gemini-2.5-pro"
REFERENCE_PRICE = Decimal("0.40")
# What is free is bounded: each costs us a little.
FREE_A_DAY_MAX = 60
AT_ONCE_MAX = 3
# How often a task is worked at before it is given up, its worker's deaths included.
ATTEMPTS_MAX = 5
FROM_WORDS = (Kind.IMPROVE, Kind.SAFER)


class TextTaskNotFoundError(BusinessError):
    """No such task of this person, or it has no result."""


class TooManyTextTasksError(BusinessError):
    """The text model is already at work for this person."""

    def __init__(self, *, count_max: int) -> None:
        super().__init__(f"at most {count_max} at once")
        self.count_max = count_max


class FreeTextsUsedUpError(BusinessError):
    """This person has asked for as much today as is free."""

    def __init__(self, *, count_max: int) -> None:
        super().__init__(f"at most {count_max} a day")
        self.count_max = count_max


@dataclass(frozen=True)
class NewTextTask:
    """What a person asks for. `key` makes a repeated request the same task.

    `source` is `{"file_id": …}` of Telegram, `{"storage_key": …}` of ours, or what else the kind's
    own question understands. Who waits on a page that asks for the end needs no message about it.
    """

    user_id: int
    chat_id: int
    kind: str
    key: str
    prompt: str = ""
    wishes: str = ""
    source: Mapping[str, Any] = field(default_factory=dict)
    model_slug: str = ""
    is_told_in_chat: bool = True


@dataclass(frozen=True)
class Started:
    """`is_new` is False when the same key had started the task before."""

    task: TextTask
    is_new: bool


def price_of(kind: str) -> Decimal:
    """Tokens for one task of this kind, today."""
    if kind != Kind.REFERENCE:
        return ZERO
    prices = AIModel.objects.filter(slug=REFERENCE_SLUG).values_list("price", flat=True)
    price = prices.first()
    return REFERENCE_PRICE if price is None else price


@transaction.atomic
def start(new: NewTextTask) -> Started:
    """Take the tokens and queue the work, both or neither; a repeated key starts nothing new.

    Raises a BusinessError: nothing to work on, too many at once or today, more than the person's
    own limit, NotEnoughTokensError.
    """
    # One person's tasks start one after another: parallel ones cannot exceed a limit together.
    balance.lock(user_id=new.user_id)
    known = TextTask.objects.filter(idempotency_key=new.key, user_id=new.user_id).first()
    if known is not None:
        return Started(known, is_new=False)
    price = price_of(new.kind)
    _check(new, price)
    task = TextTask.objects.create(
        user_id=new.user_id,
        chat_id=new.chat_id,
        kind=new.kind,
        idempotency_key=new.key,
        model_slug=new.model_slug,
        prompt=new.prompt,
        wishes=new.wishes,
        source=dict(new.source),
        cost=price,
        reported_at=None if new.is_told_in_chat else timezone.now(),
    )
    _charge(task)
    return Started(task, is_new=True)


def get_own(*, user_id: int, task_id: int) -> TextTask:
    """This person's task; TextTaskNotFoundError for anybody else's."""
    task = TextTask.objects.filter(pk=task_id, user_id=user_id).first()
    if task is None:
        raise TextTaskNotFoundError(str(task_id))
    return task


def get_done(*, user_id: int, task_id: int, kinds: Collection[str] = Kind.values) -> TextTask:
    """An own task of these kinds with its result; TextTaskNotFoundError where there is none."""
    task = get_own(user_id=user_id, task_id=task_id)
    # Who had their data erased has no results any more.
    if task.status != Status.DONE or not task.result or task.kind not in kinds:
        raise TextTaskNotFoundError(str(task_id))
    return task


def attach_status_message(*, task_id: int, message_id: int) -> bool:
    """Remember which message shows the task; False when its end is told by another already."""
    working = TextTask.objects.filter(
        pk=task_id, status_message_id=None, status__in=(Status.QUEUED, Status.WORKING)
    )
    return bool(working.update(status_message_id=message_id))


def claim(*, now: datetime, lease_s: float, with_links: bool = True) -> TextTask | None:
    """Take the task that has waited longest; it is the caller's until the lease runs out."""
    with transaction.atomic():
        unended = TextTask.objects.due(now).exclude(status__in=TextTask.ENDED)
        if not with_links:
            unended = unended.exclude(source__has_key="url")
        task = (
            unended.select_for_update(skip_locked=True, of=("self",), no_key=True)
            .order_by("next_attempt_at", "pk")
            .first()
        )
        if task is None:
            return None
        TextTask.objects.filter(pk=task.pk).update(
            status=Status.WORKING,
            lease_until=now + timedelta(seconds=lease_s),
            attempts=F("attempts") + 1,
        )
    return TextTask.objects.select_related("user__settings").get(pk=task.pk)


def renew_leases(*, ids: Collection[int], now: datetime, lease_s: float) -> None:
    """Say that a worker is alive and works at these tasks."""
    held = TextTask.objects.filter(pk__in=ids, status=Status.WORKING, lease_until__gt=now)
    held.update(lease_until=now + timedelta(seconds=lease_s))


def finish(*, task_id: int, result: str, cost_usd: Decimal, now: datetime) -> bool:
    """False when the task has ended already; then nothing happened."""
    return _move(
        task_id,
        status=Status.DONE,
        result=result,
        cost_usd=cost_usd,
        completed_at=now,
        next_attempt_at=now,
    )


def retry_later(*, task_id: int, at: datetime) -> bool:
    """Nothing came of this attempt; the task waits until `at`."""
    return _move(task_id, status=Status.QUEUED, next_attempt_at=at, lease_until=None)


@transaction.atomic
def fail(*, task_id: int, code: str, detail: str, now: datetime) -> bool:
    """Close the task with an error and give its tokens back, both or neither, once."""
    task = TextTask.objects.select_for_update(of=("self",), no_key=True).get(pk=task_id)
    if task.status in TextTask.ENDED:
        return False
    if task.transaction is not None:
        balance.refund(charged=task.transaction, amount=task.cost, key=f"text:{task.pk}:refund")
    TextTask.objects.filter(pk=task.pk).update(
        status=Status.ERROR,
        error_code=code,
        error_message=detail,
        refunded=task.cost,
        completed_at=now,
        next_attempt_at=now,
    )
    return True


def claim_report(*, task_id: int, now: datetime, lease_s: float) -> TextTask | None:
    """Take an ended task to tell its person; None when somebody does or did."""
    untold = Q(status__in=TextTask.ENDED, reported_at=None, next_attempt_at__lte=now)
    taken = TextTask.objects.filter(untold, pk=task_id).update(
        next_attempt_at=now + timedelta(seconds=lease_s)
    )
    if not taken:
        return None
    return TextTask.objects.select_related("user__settings").get(pk=task_id)


def mark_reported(*, task_id: int, now: datetime) -> None:
    """The person knows how the task ended."""
    TextTask.objects.filter(pk=task_id, reported_at=None).update(reported_at=now)


def _check(new: NewTextTask, price: Decimal) -> None:
    if new.kind in FROM_WORDS and not new.prompt.strip():
        raise EmptyPromptError
    if new.kind == Kind.REFERENCE and not (new.source or new.prompt.strip()):
        # What there was to look at has been erased.
        raise TextTaskNotFoundError(new.key)
    own = TextTask.objects.filter(user_id=new.user_id)
    if own.exclude(status__in=TextTask.ENDED).count() >= AT_ONCE_MAX:
        raise TooManyTextTasksError(count_max=AT_ONCE_MAX)
    today = own.exclude(kind=Kind.REFERENCE).filter(
        created_at__gt=timezone.now() - timedelta(days=1)
    )
    if new.kind != Kind.REFERENCE and today.count() >= FREE_A_DAY_MAX:
        raise FreeTextsUsedUpError(count_max=FREE_A_DAY_MAX)
    if price:
        limits.check_own(user_id=new.user_id, price=price, now=timezone.now())


def _charge(task: TextTask) -> None:
    if not task.cost:
        return
    task.transaction = balance.post(
        balance.Posting(
            user_id=task.user_id,
            type=Transaction.Type.GENERATION,
            amount=-task.cost,
            key=f"text:{task.pk}:charge",
            description=task.get_kind_display(),
        )
    )
    task.save(update_fields=["transaction"])


def _move(task_id: int, **changes: Any) -> bool:
    """False when somebody else ended the task first: then nothing happened."""
    working = TextTask.objects.filter(pk=task_id, status=Status.WORKING)
    return bool(working.update(**changes))
