"""Invitations: who brought whom; the reward comes with the invited person's first payment."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from botapp.models import GenRequest, TgUser, UserBalance

# product.md 4.1.
INVITER_TOKENS = Decimal("10.00")
INVITED_TOKENS = Decimal("5.00")
NEW_FOR = timedelta(hours=24)


@transaction.atomic
def join(*, user_id: int, inviter_id: int) -> bool:
    """Remember who invited a newcomer; False when somebody did before or it does not count.

    A newcomer came lately, has ordered nothing and has paid nothing.
    """
    newcomer = lock_person(user_id=user_id)
    if user_id == inviter_id or not _is_new(newcomer, timezone.now()):
        return False
    if UserBalance.objects.filter(user_id=inviter_id, referred_by_id=user_id).exists():
        return False
    wallet = UserBalance.objects.filter(
        user_id=user_id, referred_by__isnull=True, total_deposited=0
    )
    return bool(wallet.update(referred_by_id=inviter_id, referred_at=timezone.now()))


def code_owner(code: str) -> int | None:
    """Whose invitation this is; None for no code of ours."""
    wallets = UserBalance.objects.filter(referral_code=code)
    return wallets.values_list("user_id", flat=True).first()


def code_of(*, user_id: int) -> str:
    return UserBalance.objects.values_list("referral_code", flat=True).get(user_id=user_id)


def stats(user_id: int) -> tuple[int, Decimal]:
    """How many people came by this person's link, and the tokens earned by that."""
    wallet = UserBalance.objects.get(user_id=user_id)
    return wallet.user.referrals.count(), wallet.referral_earnings


def inviter_of(*, user_id: int) -> int | None:
    """Who is thanked for this person; nobody when the inviter has erased everything since."""
    invited = UserBalance.objects.filter(user_id=user_id, referred_by__isnull=False)
    remembered = invited.exclude(referred_by__erased_at__gte=F("referred_at"))
    return remembered.values_list("referred_by_id", flat=True).first()


def lock_person(*, user_id: int) -> TgUser:
    """Nobody joins while the first payment decides who is thanked, and the other way round.

    Always taken before any wallet.
    """
    return TgUser.objects.select_for_update(no_key=True).get(pk=user_id)


def _is_new(person: TgUser, now: datetime) -> bool:
    is_fresh = now - person.created_at < NEW_FOR
    return is_fresh and not GenRequest.objects.filter(user_id=person.pk).exists()
