"""An order as the mini app's form says it: the mode, every parameter, what each file is for.

A form is priced at any time, however incomplete; ordering it is another way into
`generation.start`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from botapp import catalog
from botapp.business import balance, generation, own_inputs, saved_references, selling, uploads
from botapp.business.drafts import Source
from botapp.business.drafts.inputs import check_file
from botapp.business.errors import BusinessError
from botapp.catalog import Card, Kind, Mode, ParamValue, Role
from botapp.models import AIModel, GenRequest, GenResult, TgUser, Upload

PER_MINUTE_MAX = 30


class RequestReusedError(BusinessError):
    """The same request came again with something else in it."""


class TooManyRequestsError(BusinessError):
    """This person orders, and cancels, faster than anybody reads."""


@dataclass(frozen=True)
class Given:
    """An input: an upload, a result or, with `source_index`, an input of an own order, or the
    picture at `source_index` of a saved reference."""

    role: Role
    upload_id: UUID | None = None
    generation_id: int | None = None
    reference_id: int | None = None
    result_index: int = 0
    source_index: int | None = None


@dataclass(frozen=True)
class Form:
    slug: str
    mode: Mode
    prompt: str = ""
    params: Mapping[str, ParamValue] = field(default_factory=dict)
    quantity: int = 1


@dataclass(frozen=True)
class Quote:
    """What a form comes to; `obstacle` is why it cannot be ordered yet."""

    price: Decimal
    balance: Decimal
    params: dict[str, ParamValue]
    obstacle: BusinessError | None


def offered_modes(card: Card) -> tuple[Mode, ...]:
    """What can be begun from a form: without what goes on from an earlier result."""
    going_on = catalog.FOLLOW_UPS | {Mode.EXTEND}
    return tuple(mode for mode in card.modes if mode not in going_on)


def roles_in(card: Card, mode: Mode) -> dict[Role, int]:
    """The inputs a mode takes, and how many of each."""
    allowed = catalog.REQUIRED_ROLES[mode] | catalog.OPTIONAL_ROLES.get(mode, frozenset())
    room = {role: card.count_max(mode, role) for role in Role if role in allowed}
    return {role: count for role, count in room.items() if count}


def quote(form: Form, roles: Sequence[Role], *, user_id: int) -> Quote:
    """Impossible parameters give way. Raises ModelUnavailableError for a model that is not on
    sale, InvalidParameterError for a mode it does not have."""
    card = _card(form)
    model = selling.get_model(form.slug)
    params = catalog.adjust(card, form.mode, form.params)
    terms = generation.terms(
        model=model,
        card=card,
        mode=form.mode,
        params=params,
        quantity=min(form.quantity, card.quantity_max),
    )
    price, available = terms.quote.price_tokens, balance.get_balance(user_id=user_id)
    obstacle = _obstacle(form, roles, card, model)
    if obstacle is None and available < price:
        obstacle = balance.NotEnoughTokensError(required=price, available=available)
    return Quote(price, available, params, obstacle)


@transaction.atomic
def order(
    form: Form,
    given: Sequence[Given],
    *,
    user: TgUser,
    key: str,
    price: Decimal,
    is_confirmed: bool = False,
) -> generation.Started:
    """Order the form at the price that was shown; a repeated key is the same order.

    Raises a BusinessError: what `generation.start` raises, UploadNotFoundError,
    OrderNotFoundError for a file of an order that is not one's own, RequestReusedError,
    TooManyRequestsError.
    """
    # As long as the wallet is locked, nobody forgets an upload of this person.
    balance.lock(user_id=user.pk)
    card = _card(form)
    sources = tuple(_for_order(card, one, user_id=user.pk) for one in given)
    new = generation.NewOrder(
        user_id=user.pk,
        # A private chat has its person's number.
        chat_id=user.chat_id,
        model_slug=form.slug,
        prompt=form.prompt,
        key=key,
        params=form.params,
        quantity=form.quantity,
        sources=sources,
        mode=form.mode,
        price=price,
        is_confirmed=is_confirmed,
    )
    if not GenRequest.objects.filter(idempotency_key=key).exists():
        _check_rate(user.pk)
        _check_inputs(card, form.mode, [one.role for one in given])
    started = generation.start(new)
    if not started.is_new and not _is_same(started.order, new, card):
        raise RequestReusedError(key)
    return started


def _check_rate(user_id: int) -> None:
    own = GenRequest.objects.filter(user_id=user_id).order_by("-pk")
    times = own.values_list("created_at", flat=True)[:PER_MINUTE_MAX]
    a_minute_ago = timezone.now() - timedelta(minutes=1)
    if len(times) == PER_MINUTE_MAX and min(times) > a_minute_ago:
        raise TooManyRequestsError(str(user_id))


def _card(form: Form) -> Card:
    card = catalog.find(form.slug)
    if card is None:
        raise generation.ModelUnavailableError(form.slug)
    if form.mode not in offered_modes(card):
        raise generation.InvalidParameterError("mode")
    return card


def _obstacle(
    form: Form, roles: Sequence[Role], card: Card, model: AIModel
) -> BusinessError | None:
    try:
        _check_inputs(card, form.mode, roles)
    except BusinessError as error:
        return error
    if not form.prompt.strip():
        return generation.EmptyPromptError()
    if len(form.prompt) > model.max_prompt_length:
        return generation.PromptTooLongError(
            length=len(form.prompt), length_max=model.max_prompt_length
        )
    if "\0" in form.prompt or form.quantity > card.quantity_max:
        return generation.InvalidParameterError("prompt or quantity")
    return None


def _check_inputs(card: Card, mode: Mode, roles: Sequence[Role]) -> None:
    """Raises the BusinessError of the first input that is too many or missing."""
    room = roles_in(card, mode)
    for role, count in Counter(roles).items():
        if role not in room:
            raise generation.InputNotTakenError(role)
        if count > room[role]:
            raise generation.TooManyInputsError(count_max=room[role])
    for role in Role:
        if role in catalog.REQUIRED_ROLES[mode] and role not in roles:
            raise generation.MissingInputError(role)


def _for_order(card: Card, given: Given, *, user_id: int) -> dict[str, str]:
    source = replace(_source(given, user_id=user_id), role=given.role)
    check_file(card, source)
    return source.for_order(given.role)


def _source(given: Given, *, user_id: int) -> Source:
    if given.reference_id is not None:
        kept = saved_references.picture(
            user_id=user_id, reference_id=given.reference_id, index=given.source_index or 0
        )
        # A picture that is too heavy for the model is made smaller.
        return replace(kept, size_bytes=None)
    if given.generation_id is not None and given.source_index is not None:
        return own_inputs.get(
            user_id=user_id, generation_id=given.generation_id, index=given.source_index
        )
    if given.upload_id is not None:
        file: Upload | GenResult = uploads.get_own(user_id=user_id, upload_id=given.upload_id)
    else:
        file = _own_result(given, user_id=user_id)
    is_film = file.mime_type.startswith("video/")
    return Source(
        media=Kind.VIDEO if is_film else Kind.IMAGE,
        storage_key=file.storage_key,
        mime_type=file.mime_type,
        # A picture that is too heavy for the model is made smaller; a film is not.
        size_bytes=file.size_bytes if is_film else None,
        seconds=file.duration_s,
        width=file.width,
        height=file.height,
    )


def _own_result(given: Given, *, user_id: int) -> GenResult:
    result = GenResult.objects.filter(
        request_id=given.generation_id, request__user_id=user_id, index=given.result_index
    ).first()
    # Whoever erases their data leaves results without files.
    if result is None or not result.storage_key:
        raise generation.OrderNotFoundError(str(given.generation_id))
    return result


def _is_same(order: GenRequest, new: generation.NewOrder, card: Card) -> bool:
    mode = Mode(order.generation_type)
    there = (order.ai_model.slug, mode, order.prompt, order.quantity, order.cost)
    here = (new.model_slug, new.mode, new.prompt, new.quantity, new.price)
    params = catalog.adjust(card, mode, new.params)
    return (
        there == here
        and order.generation_params == params
        and order.source_media == list(new.sources)
    )
