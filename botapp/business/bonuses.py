"""Gifts of tokens, each given once."""

from decimal import Decimal

from django.db import transaction

from botapp.business import balance
from botapp.models import TgUser, Transaction

WELCOME_TOKENS = Decimal("50.00")


@transaction.atomic
def grant_welcome(*, user: TgUser) -> bool:
    """Give the welcome tokens, once ever; False when they were given before."""
    key = f"bonus:welcome:{user.chat_id}"
    # Of two first messages at once, one gives and the other sees that it was given.
    balance.lock(user_id=user.pk)
    if Transaction.objects.filter(idempotency_key=key).exists():
        return False
    balance.post(
        balance.Posting(
            user_id=user.pk, type=Transaction.Type.BONUS, amount=WELCOME_TOKENS, key=key
        )
    )
    return True
