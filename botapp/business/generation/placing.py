"""Placing an order: checked against the card, priced, paid for and queued in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from botapp import catalog
from botapp.business import balance
from botapp.business.availability import can_make, is_servable
from botapp.business.generation import drafting, limits, origin, paying, trail
from botapp.business.generation.errors import (
    EmptyPromptError,
    InvalidParameterError,
    ModelUnavailableError,
    OrderErasedError,
    OrderNotFoundError,
    PriceChangedError,
    PromptTooLongError,
    SettingsUnavailableError,
)
from botapp.catalog import FOLLOW_UPS, Mode, ParamValue
from botapp.models import AIModel, GenRequest


@dataclass(frozen=True)
class NewOrder:
    """What a person asks for. `key` makes a repeated request the same order.

    `sources` are pictures and films: `{"file_id": …}` of Telegram or `{"storage_key": …}` of
    ours, and `"role"` where it is not the model's usual one. Without a `mode` the inputs decide.
    `result_index` is the parent's result that a follow-up continues. `price` is what the person
    was shown, if anything; `is_confirmed`, whether they agreed to a price above their threshold.
    `upgrades_id` is the draft whose cost is counted in. `recipe_id` is the recipe it began
    with.
    """

    user_id: int
    chat_id: int
    model_slug: str
    prompt: str
    key: str
    params: Mapping[str, ParamValue] = field(default_factory=dict)
    quantity: int = 1
    sources: tuple[dict[str, str], ...] = ()
    mode: Mode | None = None
    parent_id: int | None = None
    result_index: int | None = None
    recipe_id: int | None = None
    price: Decimal | None = None
    upgrades_id: int | None = None
    is_confirmed: bool = False


@dataclass(frozen=True)
class Started:
    """`is_new` is False when the same key had started the order before."""

    order: GenRequest
    is_new: bool


@transaction.atomic
def start(new: NewOrder) -> Started:
    """Take the tokens and queue the work, both or neither; a repeated key starts nothing new.

    Raises a BusinessError: what was asked is impossible, PriceChangedError, NotEnoughTokensError.
    """
    # One person's orders are placed one after another: a repeat finds the first, and parallel
    # ones cannot exceed the limit together.
    balance.lock(user_id=new.user_id)
    existing = _find_by_key(new)
    if existing is not None:
        return Started(existing, is_new=False)
    model, card = _get_model(new.model_slug)
    mode = _mode(new, card)
    _check(new, mode, model, card)
    return Started(_place(new, mode, model, card), is_new=True)


def extension_params(order: GenRequest) -> dict[str, ParamValue]:
    """What a continuation has in common with the film before it."""
    known = order.generation_params.items()
    return {name: value for name, value in known if name in ("resolution", "audio")}


def get_own(*, user_id: int, generation_id: int) -> GenRequest:
    """This person's order; OrderNotFoundError for anybody else's."""
    order = (
        GenRequest.objects.select_related("ai_model")
        .filter(pk=generation_id, user_id=user_id)
        .first()
    )
    if order is None:
        raise OrderNotFoundError(str(generation_id))
    return order


def get_kept(*, user_id: int, generation_id: int) -> GenRequest:
    """An own order to go on from; OrderErasedError when its words and files are erased."""
    order = get_own(user_id=user_id, generation_id=generation_id)
    # Nothing else leaves an order without words.
    if not order.prompt:
        raise OrderErasedError(str(generation_id))
    return order


def attach_status_message(*, generation_id: int, message_id: int, now: datetime) -> bool:
    """Remember which chat message shows this order's progress; False when it has none any more."""
    in_progress = (GenRequest.Status.QUEUED, *GenRequest.AT_PROVIDER)
    return bool(
        GenRequest.objects.filter(
            pk=generation_id, status_message_id=None, status__in=in_progress
        ).update(status_message_id=message_id, status_edited_at=now)
    )


def note_inputs_stored(*, generation_id: int) -> None:
    """Before the copies are written, so that none is ever forgotten."""
    GenRequest.objects.filter(pk=generation_id).update(inputs_stored=True)


def _get_model(slug: str) -> tuple[AIModel, catalog.Card]:
    card = catalog.find(slug)
    model = AIModel.objects.on_sale().filter(slug=slug).first()
    if card is None or model is None or not is_servable(card):
        raise ModelUnavailableError(slug)
    return model, card


def _check(new: NewOrder, mode: Mode, model: AIModel, card: catalog.Card) -> None:
    if mode not in FOLLOW_UPS:
        _check_prompt(new.prompt, length_max=model.max_prompt_length)
    if not 1 <= new.quantity <= card.quantity_max:
        raise InvalidParameterError("quantity")
    limits.check(user_id=new.user_id, model=model, now=timezone.now())


def _check_prompt(prompt: str, *, length_max: int) -> None:
    if not prompt.strip():
        raise EmptyPromptError
    if "\0" in prompt:
        # Postgres has no such character in texts.
        raise InvalidParameterError("prompt")
    if len(prompt) > length_max:
        raise PromptTooLongError(length=len(prompt), length_max=length_max)


def _place(new: NewOrder, mode: Mode, model: AIModel, card: catalog.Card) -> GenRequest:
    terms = drafting.terms(
        model=model, card=card, mode=mode, params=new.params, quantity=new.quantity
    )
    if not can_make(card, terms.mode, terms.params, results=terms.results):
        raise SettingsUnavailableError(card.slug)
    price = _to_pay(new, terms.quote.price_tokens)
    _check_own_limits(new, price)
    order = GenRequest.objects.create(
        idempotency_key=new.key,
        user_id=new.user_id,
        chat_id=new.chat_id,
        prompt=new.prompt,
        generation_type=terms.mode,
        ai_model=model,
        model=card.route.model_for(terms.mode),
        provider=card.route.provider,
        generation_params=terms.params,
        quantity=new.quantity,
        results_expected=terms.results,
        source_media=list(new.sources),
        parent_request_id=new.parent_id,
        parent_result_index=new.result_index,
        upgrades_id=new.upgrades_id,
        recipe_used=origin.find_recipe(new.recipe_id),
        aspect_ratio=terms.params.get("aspect_ratio", ""),
        video_resolution=terms.params.get("resolution", ""),
        duration=terms.duration_s,
        cost=price,
        cost_usd=terms.quote.cost_usd,
    )
    _charge(order)
    trail.record(order, trail.Kind.PLACED, detail=f"{price} ⚡")
    return order


def _charge(order: GenRequest) -> None:
    order.transaction = balance.charge(
        user_id=order.user_id,
        amount=order.cost,
        key=f"generation:{order.pk}:charge",
        generation_id=order.pk,
    )
    order.save(update_fields=["transaction"])


def _to_pay(new: NewOrder, price: Decimal) -> Decimal:
    if new.upgrades_id is not None:
        price = paying.rest_to_pay(user_id=new.user_id, draft_id=new.upgrades_id, price=price)
    if new.price is not None and new.price != price:
        raise PriceChangedError(f"{price} instead of {new.price}")
    return price


def _check_own_limits(new: NewOrder, price: Decimal) -> None:
    """Those that the person has set."""
    limits.check_own(user_id=new.user_id, price=price, now=timezone.now())
    if not new.is_confirmed:
        limits.check_threshold(user_id=new.user_id, price=price)


def _mode(new: NewOrder, card: catalog.Card) -> Mode:
    """The asked mode if the inputs make it, else the first they make."""
    if new.mode in FOLLOW_UPS and new.mode in card.modes:
        if new.parent_id is None or new.result_index is None:
            raise InvalidParameterError("mode")
        return new.mode
    roles = drafting.roles(card, new.sources, new.mode)
    possible = catalog.modes_for(card, roles)
    if new.mode is not None:
        possible = tuple(mode for mode in possible if mode is new.mode)
    if not possible:
        raise drafting.explain(card, roles)
    return possible[0]


def _find_by_key(new: NewOrder) -> GenRequest | None:
    order = GenRequest.objects.select_related("ai_model").filter(idempotency_key=new.key).first()
    if order is not None and order.user_id != new.user_id:
        raise balance.KeyReusedError(new.key)
    return order
