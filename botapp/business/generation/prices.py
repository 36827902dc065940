"""What the buttons under a result cost, as far as it can be said before they are pressed."""

from collections.abc import Mapping
from decimal import Decimal

from botapp import catalog
from botapp.business.errors import BusinessError
from botapp.business.generation import drafting
from botapp.catalog import FOLLOW_UPS, Mode, ParamValue
from botapp.models import GenRequest


def edit_price(order: GenRequest) -> Decimal | None:
    """One change of one result; None where the model changes nothing."""
    return _price(order, Mode.IMAGE_TO_IMAGE, order.generation_params)


def repeat_price(order: GenRequest) -> Decimal | None:
    """The same order once more, at today's price; None when it cannot be had any more."""
    return _price(order, Mode(order.generation_type), order.generation_params, order.quantity)


def follow_up_price(order: GenRequest, mode: Mode) -> Decimal | None:
    """One upscaled or varied result."""
    return _price(order, mode, {})


def _price(
    order: GenRequest, mode: Mode, params: Mapping[str, ParamValue], quantity: int = 1
) -> Decimal | None:
    card = catalog.find(order.ai_model.slug)
    if card is None or mode not in card.modes:
        return None
    try:
        terms = drafting.terms(
            model=order.ai_model,
            card=card,
            mode=mode,
            params=params if mode in FOLLOW_UPS else catalog.adjust(card, mode, params),
            quantity=quantity,
        )
    except BusinessError:
        return None
    return terms.quote.price_tokens
