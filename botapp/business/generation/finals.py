"""From a cheap draft to its final: the same order in the best quality, for the difference."""

from decimal import Decimal

from botapp import catalog
from botapp.business.availability import can_make
from botapp.business.errors import BusinessError
from botapp.business.generation import drafting, paying
from botapp.business.generation.errors import InvalidParameterError, PriceChangedError
from botapp.business.generation.placing import NewOrder, Started, get_kept, start
from botapp.catalog import FOLLOW_UPS, Card, Mode, ParamValue
from botapp.models import GenRequest

# A continuation keeps the quality of the film before it.
NOT_FINER = FOLLOW_UPS | {Mode.EXTEND}


def upgrade_price(order: GenRequest) -> Decimal | None:
    """What the final of this draft costs beyond the draft; None when there is none to order."""
    card, mode = catalog.find(order.ai_model.slug), Mode(order.generation_type)
    if card is None or order.status not in paying.MADE or not order.ai_model.is_active:
        return None
    finer = _finer(order, card, mode)
    if finer is None:
        return None
    try:
        terms = drafting.terms(
            model=order.ai_model, card=card, mode=mode, params=finer, quantity=order.quantity
        )
        if not can_make(card, mode, finer, results=terms.results):
            return None
        return paying.rest_to_pay(
            user_id=order.user_id, draft_id=order.pk, price=terms.quote.price_tokens
        )
    except BusinessError:
        return None


def upgrade(
    *, user_id: int, generation_id: int, key: str, price: Decimal, is_confirmed: bool = False
) -> Started | None:
    """Order the final of an own draft; None when it costs something else than `price` by now.

    Raises a BusinessError: there is nothing finer, it was ordered already, or what `start` raises.
    """
    draft = get_kept(user_id=user_id, generation_id=generation_id)
    card, mode = catalog.find(draft.ai_model.slug), Mode(draft.generation_type)
    finer = _finer(draft, card, mode) if card is not None else None
    if finer is None:
        raise InvalidParameterError("upgrades")
    new = NewOrder(
        user_id=user_id,
        chat_id=draft.chat_id,
        model_slug=draft.ai_model.slug,
        prompt=draft.prompt,
        key=key,
        params=finer,
        quantity=draft.quantity,
        sources=tuple(draft.source_media),
        mode=mode,
        parent_id=draft.pk,
        price=price,
        is_confirmed=is_confirmed,
        upgrades_id=draft.pk,
    )
    try:
        return start(new)
    except PriceChangedError:
        return None


def _finer(order: GenRequest, card: Card, mode: Mode) -> dict[str, ParamValue] | None:
    """The parameters of the final; None where the order has the best there is."""
    if mode in NOT_FINER or mode not in card.modes:
        return None
    usual = catalog.adjust(card, mode, order.generation_params)
    finer = catalog.finest(card, mode, usual)
    return finer if finer != usual else None
