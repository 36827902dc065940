"""Placing an order: checked against the card, priced, paid for and queued in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from botapp import catalog
from botapp.business import balance, pricing
from botapp.business.errors import BusinessError
from botapp.models import AIModel, GenRequest

ACTIVE_ORDERS_MAX = 10


class ModelUnavailableError(BusinessError):
    """The model is unknown, off sale, or cannot do what was asked."""


class EmptyPromptError(BusinessError):
    """There is nothing to draw."""


class PromptTooLongError(BusinessError):
    def __init__(self, *, length: int, length_max: int) -> None:
        super().__init__(f"{length} of {length_max} characters")
        self.length, self.length_max = length, length_max


class TooManyInputsError(BusinessError):
    def __init__(self, *, count_max: int) -> None:
        super().__init__(f"at most {count_max} pictures")
        self.count_max = count_max


class InvalidParameterError(BusinessError):
    """A parameter is not on the model's card."""


class TooManyActiveOrdersError(BusinessError):
    def __init__(self, *, count_max: int) -> None:
        super().__init__(f"at most {count_max} orders at once")
        self.count_max = count_max


class OrderNotFoundError(BusinessError):
    """No such order of this person."""


@dataclass(frozen=True)
class NewOrder:
    """What a person asks for. `key` makes a repeated request the same order.

    `sources` are pictures: `{"file_id": …}` of Telegram or `{"storage_key": …}` of ours.
    """

    user_id: int
    chat_id: int
    model_slug: str
    prompt: str
    key: str
    params: Mapping[str, str] = field(default_factory=dict)
    quantity: int = 1
    sources: tuple[dict[str, str], ...] = ()
    parent_id: int | None = None


@dataclass(frozen=True)
class Started:
    """`is_new` is False when the same key had started the order before."""

    order: GenRequest
    is_new: bool


@transaction.atomic
def start(new: NewOrder) -> Started:
    """Take the tokens and queue the work, both or neither; a repeated key starts nothing new.

    Raises a BusinessError: what was asked is impossible, or NotEnoughTokensError.
    """
    # One person's orders are placed one after another: a repeat finds the first, and parallel
    # ones cannot exceed the limit together.
    balance.lock(user_id=new.user_id)
    existing = _find_by_key(new)
    if existing is not None:
        return Started(existing, is_new=False)
    model, card = _get_model(new.model_slug)
    _check(new, model, card)
    return Started(_place(new, model, card), is_new=True)


def repeat(*, user_id: int, generation_id: int, key: str) -> Started:
    """The same order once more, at today's price. Errors as `start`, and OrderNotFoundError."""
    order = get_own(user_id=user_id, generation_id=generation_id)
    return start(
        NewOrder(
            user_id=user_id,
            chat_id=order.chat_id,
            model_slug=order.ai_model.slug,
            prompt=order.prompt,
            key=key,
            params=order.generation_params,
            quantity=order.quantity,
            sources=tuple(order.source_media),
            parent_id=order.pk,
        )
    )


def edit(*, user_id: int, generation_id: int, prompt: str, key: str) -> Started:
    """A new order that changes the first result of an earlier one as `prompt` says."""
    order = get_own(user_id=user_id, generation_id=generation_id)
    result = order.results.first()
    if result is None:
        raise OrderNotFoundError(str(generation_id))
    return start(
        NewOrder(
            user_id=user_id,
            chat_id=order.chat_id,
            model_slug=order.ai_model.slug,
            prompt=prompt,
            key=key,
            params=order.generation_params,
            sources=({"storage_key": result.storage_key},),
            parent_id=order.pk,
        )
    )


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


def attach_status_message(*, generation_id: int, message_id: int, now: datetime) -> None:
    """Remember which chat message shows this order's progress."""
    GenRequest.objects.filter(pk=generation_id, status_message_id=None).update(
        status_message_id=message_id, status_edited_at=now
    )


def _get_model(slug: str) -> tuple[AIModel, catalog.Card]:
    card = catalog.find(slug)
    model = AIModel.objects.on_sale().filter(slug=slug).first()
    if card is None or model is None:
        raise ModelUnavailableError(slug)
    return model, card


def _check(new: NewOrder, model: AIModel, card: catalog.Card) -> None:
    _check_prompt(new.prompt, length_max=model.max_prompt_length)
    if len(new.sources) > card.inputs.images_max:
        raise TooManyInputsError(count_max=card.inputs.images_max)
    if not 1 <= new.quantity <= card.quantity_max:
        raise InvalidParameterError("quantity")
    for name, value in new.params.items():
        if name not in card.params or value not in card.params[name].options:
            raise InvalidParameterError(name)
    active = GenRequest.objects.in_progress().filter(user_id=new.user_id).count()
    if active >= ACTIVE_ORDERS_MAX:
        raise TooManyActiveOrdersError(count_max=ACTIVE_ORDERS_MAX)


def _check_prompt(prompt: str, *, length_max: int) -> None:
    if not prompt.strip():
        raise EmptyPromptError
    if "\0" in prompt:
        # Postgres has no such character in texts.
        raise InvalidParameterError("prompt")
    if len(prompt) > length_max:
        raise PromptTooLongError(length=len(prompt), length_max=length_max)


def _place(new: NewOrder, model: AIModel, card: catalog.Card) -> GenRequest:
    units = new.quantity if card.cost_unit is catalog.CostUnit.IMAGE else 1
    quote = pricing.quote(model=model, units=units)
    if not quote.price_tokens:
        # More probably an operator's slip than a gift.
        raise ModelUnavailableError(f"{card.slug} has no price")
    params = card.defaults | dict(new.params)
    order = GenRequest.objects.create(
        idempotency_key=new.key,
        user_id=new.user_id,
        chat_id=new.chat_id,
        prompt=new.prompt,
        generation_type=_mode(new, card),
        ai_model=model,
        model=card.route.provider_model,
        provider=card.route.provider,
        generation_params=params,
        quantity=new.quantity,
        source_media=list(new.sources),
        parent_request_id=new.parent_id,
        aspect_ratio=params.get("aspect_ratio", ""),
        cost=quote.price_tokens,
        cost_usd=quote.cost_usd,
    )
    charged = balance.charge(
        user_id=new.user_id,
        amount=quote.price_tokens,
        key=f"generation:{order.pk}:charge",
        generation_id=order.pk,
    )
    order.transaction = charged
    order.save(update_fields=["transaction"])
    return order


def _mode(new: NewOrder, card: catalog.Card) -> catalog.Mode:
    wanted = {
        (catalog.Kind.IMAGE, False): catalog.Mode.TEXT_TO_IMAGE,
        (catalog.Kind.IMAGE, True): catalog.Mode.IMAGE_TO_IMAGE,
        (catalog.Kind.VIDEO, False): catalog.Mode.TEXT_TO_VIDEO,
        (catalog.Kind.VIDEO, True): catalog.Mode.IMAGE_TO_VIDEO,
    }[card.kind, bool(new.sources)]
    if wanted not in card.modes:
        raise ModelUnavailableError(card.slug)
    return wanted


def _find_by_key(new: NewOrder) -> GenRequest | None:
    order = GenRequest.objects.select_related("ai_model").filter(idempotency_key=new.key).first()
    if order is not None and order.user_id != new.user_id:
        raise balance.KeyReusedError(new.key)
    return order
