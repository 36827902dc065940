"""Re-adds the whole ledger and names everything that does not fit."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Count, F, Q, Sum, Window
from django.db.models.functions import Coalesce, Lag, Round

from botapp.business import generation
from botapp.models import GenRequest, TextTask, Transaction, UserBalance
from botapp.models.users import ZERO

Type, Status = Transaction.Type, GenRequest.Status

# What each column of the wallet sums up; spending is kept as a positive number.
WALLET_SUMS: dict[str, tuple[int, tuple[str, ...]]] = {
    "balance": (1, tuple(Type.values)),
    "total_spent": (-1, (Type.GENERATION, Type.REFUND)),
    "total_deposited": (1, (Type.DEPOSIT,)),
    "bonus_balance": (1, (Type.BONUS, Type.REFERRAL)),
    "referral_earnings": (1, (Type.REFERRAL,)),
}


def find_discrepancies() -> Iterator[str]:
    """One line for each fault; nothing at all when the books are clean.

    Each check is one statement, hence sees one moment: traffic meanwhile is no discrepancy.
    """
    yield from _wallets_that_are_not_the_sum()
    yield from _broken_chains()
    yield from _orders_charged_wrong()
    yield from _orders_ended_without_settlement()
    yield from _orders_delivered_in_part_and_paid_in_full()
    yield from _text_tasks_charged_wrong()
    yield from _text_tasks_failed_without_refund()
    yield from _charges_for_no_text()


def _wallets_that_are_not_the_sum() -> Iterator[str]:
    for column, (sign, types) in WALLET_SUMS.items():
        posted = _sum("user__transactions", types) * sign
        wallets = UserBalance.objects.annotate(posted=posted).exclude(
            posted=Round(column, precision=2)
        )
        for user_id, kept, sum_ in wallets.values_list("user_id", column, "posted").iterator():
            yield f"user {user_id}: {column} {kept}, ledger {sum_}"
    walletless = Transaction.objects.filter(user__balance__isnull=True).order_by()
    for user_id in walletless.values_list("user_id", flat=True).distinct():
        yield f"user {user_id}: ledger rows without a wallet"


def _broken_chains() -> Iterator[str]:
    previous = Window(
        Lag("balance_after", default=ZERO), partition_by=F("user_id"), order_by=F("id").asc()
    )
    rows = Transaction.objects.annotate(before=previous).order_by("id")
    for row in rows.iterator():
        expected: Decimal = row.before + row.amount
        if row.balance_after != expected:
            yield f"transaction {row.pk}: balance_after {row.balance_after}, expected {expected}"


def _orders_charged_wrong() -> Iterator[str]:
    orders = GenRequest.objects.annotate(
        charged=-_sum("transactions", (Type.GENERATION,)),
        returned=_sum("transactions", (Type.REFUND,)),
    ).exclude(charged=F("cost"), returned=F("refunded"))
    facts = orders.values_list("pk", "cost", "charged", "refunded", "returned")
    for pk, cost, charged, refunded, returned in facts.order_by("pk").iterator():
        yield (
            f"order {pk}: cost {cost}, charged {charged}, refunded {refunded}, returned {returned}"
        )


def _orders_ended_without_settlement() -> Iterator[str]:
    ended_badly = (Status.ERROR, Status.CANCELLED)
    unpaid_back = GenRequest.objects.filter(status__in=ended_badly).exclude(refunded=F("cost"))
    for order in unpaid_back.order_by("pk").iterator():
        yield f"order {order.pk}: {order.status}, refunded {order.refunded} of {order.cost}"


def _orders_delivered_in_part_and_paid_in_full() -> Iterator[str]:
    delivered = GenRequest.objects.filter(status__in=(Status.DELIVERING, Status.DONE))
    partial = delivered.annotate(made=Count("results")).filter(made__lt=F("quantity"))
    facts = partial.values_list("pk", "cost", "refunded", "made", "quantity")
    for pk, cost, refunded, made, quantity in facts.order_by("pk").iterator():
        due = generation.share(cost, quantity - made, quantity)
        if refunded < due:
            yield f"order {pk}: {made} of {quantity} results, refunded {refunded} of {due}"


def _text_tasks_charged_wrong() -> Iterator[str]:
    tasks = TextTask.objects.annotate(
        charged=-_sum("transaction", (Type.GENERATION,)),
        returned=_sum("transaction__corrections", (Type.REFUND,)),
    ).exclude(charged=F("cost"), returned=F("refunded"))
    facts = tasks.values_list("pk", "cost", "charged", "refunded", "returned")
    for pk, cost, charged, refunded, returned in facts.order_by("pk").iterator():
        yield (
            f"text task {pk}: cost {cost}, charged {charged}, "
            f"refunded {refunded}, returned {returned}"
        )


def _text_tasks_failed_without_refund() -> Iterator[str]:
    failed = Q(status=TextTask.Status.ERROR) & ~Q(refunded=F("cost"))
    delivered = Q(status=TextTask.Status.DONE, refunded__gt=0)
    for task in TextTask.objects.filter(failed | delivered).order_by("pk").iterator():
        yield f"text task {task.pk}: {task.status}, refunded {task.refunded} of {task.cost}"


def _charges_for_no_text() -> Iterator[str]:
    charges = Transaction.objects.filter(type=Type.GENERATION, idempotency_key__startswith="text:")
    stray = charges.filter(charged_text_task__isnull=True).order_by("pk")
    for pk in stray.values_list("pk", flat=True).iterator():
        yield f"transaction {pk}: charged for a text task that is not there"


def _sum(rows: str, types: tuple[str, ...]) -> Round:
    """Tokens moved by the ledger rows of these types; rounded, as SQLite adds up in floats."""
    wanted = Q(**{f"{rows}__type__in": types})
    return Round(Coalesce(Sum(f"{rows}__amount", filter=wanted), ZERO), precision=2)
