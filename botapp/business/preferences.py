"""What a person prefers: models, parameters, notifications, how results come, own limits."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from botapp import catalog
from botapp.business import balance, selling
from botapp.business.errors import BusinessError
from botapp.catalog import Kind, ParamValue
from botapp.models import TgUser, UserSettings

AMOUNT_MAX = Decimal(1_000_000)
PREFERRED = {Kind.IMAGE: "preferred_image_model", Kind.VIDEO: "preferred_video_model"}


class Notify(StrEnum):
    """What a person can be told about or not; the values are the columns."""

    ALL = "notifications_enabled"
    COMPLETION = "notify_on_completion"
    BONUS = "notify_on_bonus"
    NEWS = "notify_on_news"


class OwnLimit(StrEnum):
    """Limits a person sets for themselves; the values are the columns."""

    DAILY_CAP = "daily_cap_tokens"
    CONFIRM_ABOVE = "confirm_above_tokens"


class NotAnAmountError(BusinessError):
    """A limit is a positive number of tokens."""


def get(*, user_id: int) -> UserSettings:
    """The person's settings with the preferred models."""
    found = UserSettings.objects.select_related("preferred_image_model", "preferred_video_model")
    return found.get(user_id=user_id)


def is_to_be_asked(chosen: UserSettings, price: Decimal | None) -> bool:
    """Whether the person wants one more question before an order of this price."""
    threshold = chosen.confirm_above_tokens
    return threshold is not None and price is not None and price > threshold


def ask_first(user: TgUser, price: Decimal) -> bool:
    """Whether to put that question now.

    Raises NotEnoughTokensError: who cannot pay is told so at once, not after they have agreed.
    """
    if not is_to_be_asked(user.settings, price):
        return False
    balance.require(user_id=user.pk, amount=price)
    return True


def set_notify(*, user_id: int, name: Notify, wanted: bool) -> None:
    _update(user_id, **{name.value: wanted})


def set_send_as(*, user_id: int, wanted: UserSettings.SendAs) -> None:
    _update(user_id, send_as=wanted)


def prefer_model(*, user_id: int, kind: Kind, slug: str) -> None:
    """Drafts begin with this model; an empty slug leaves the choice to us.

    Raises ModelUnavailableError.
    """
    _update(user_id, **{PREFERRED[kind]: selling.get_model(slug) if slug else None})


def set_limit(*, user_id: int, name: OwnLimit, said: str) -> None:
    """The amount as it was typed; nothing at all, or zero, lifts the limit.

    Raises NotAnAmountError.
    """
    _update(user_id, **{name.value: read_amount(said)})


def read_amount(said: str) -> Decimal | None:
    """`12,5` tokens to the cent; None for zero. Raises NotAnAmountError."""
    text = said.strip().replace(",", ".").removeprefix("⚡")
    try:
        amount = Decimal(text or "0")
    except InvalidOperation as error:
        raise NotAnAmountError(text[:20]) from error
    if not amount.is_finite() or not 0 <= amount <= AMOUNT_MAX:
        raise NotAnAmountError(text[:20])
    return amount.quantize(balance.CENT) or None


@transaction.atomic
def remember(*, user_id: int, slug: str, params: Mapping[str, ParamValue], quantity: int) -> None:
    """Drafts for this model begin with these parameters, and drafts of its kind with this model."""
    card = catalog.BY_SLUG[slug]
    kept = UserSettings.objects.select_for_update().get(user_id=user_id)
    kept.default_params = kept.default_params | {slug: dict(params) | {"quantity": quantity}}
    setattr(kept, PREFERRED[card.kind], selling.get_model(slug))
    kept.save(update_fields=["default_params", PREFERRED[card.kind], "updated_at"])


def forget_params(*, user_id: int) -> None:
    """Every model begins with its own defaults again."""
    _update(user_id, default_params={})


def preferred_slug(*, user_id: int, kind: Kind = Kind.IMAGE) -> str:
    """The model the person prefers, if it is on sale; else nothing."""
    slug = UserSettings.objects.filter(user_id=user_id).values_list(
        f"{PREFERRED[kind]}__slug", flat=True
    )
    wanted = slug.first()
    on_sale = {model.slug for model in selling.all_models()} if wanted else set()
    return wanted if wanted in on_sale else ""


def usual_params(*, user_id: int, slug: str) -> tuple[dict[str, ParamValue], int]:
    """The parameters and the number of results that drafts for this model begin with.

    What the card has given up since is left to `catalog.adjust`, which every draft goes through.
    """
    kept = UserSettings.objects.filter(user_id=user_id).values_list("default_params", flat=True)
    params = dict((kept.first() or {}).get(slug, {}))
    quantity = params.pop("quantity", 1)
    return params, quantity if isinstance(quantity, int) and quantity > 0 else 1


def _update(user_id: int, **columns: object) -> None:
    UserSettings.objects.filter(user_id=user_id).update(**columns, updated_at=timezone.now())
