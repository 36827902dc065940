"""Orders that begin with an earlier one: once more, changed, one of its results further."""

from decimal import Decimal

from botapp import catalog
from botapp.business.generation.errors import ModelUnavailableError, OrderNotFoundError
from botapp.business.generation.placing import NewOrder, Started, get_kept, start
from botapp.catalog import Mode, ParamValue
from botapp.models import GenRequest


def repeat(*, user_id: int, generation_id: int, key: str, price: Decimal | None = None) -> Started:
    """The same order once more, at today's price, or only at the `price` the person agreed to.

    Errors as `start`, and OrderNotFoundError.
    """
    order = get_kept(user_id=user_id, generation_id=generation_id)
    return start(
        NewOrder(
            user_id=user_id,
            chat_id=order.chat_id,
            model_slug=order.ai_model.slug,
            prompt=order.prompt,
            key=key,
            params=_params_for(order, Mode(order.generation_type)),
            quantity=order.quantity,
            sources=tuple(order.source_media),
            mode=Mode(order.generation_type),
            parent_id=order.parent_request_id if _continues(order) else order.pk,
            result_index=order.parent_result_index,
            price=price,
            is_confirmed=price is not None,
        )
    )


def edit(
    *, user_id: int, generation_id: int, prompt: str, key: str, result_index: int = 0
) -> Started:
    """A new order that changes one result of an earlier one as `prompt` says."""
    order = get_kept(user_id=user_id, generation_id=generation_id)
    stored = order.results.exclude(storage_key="")
    result = stored.filter(index__gte=result_index).first()
    if result is None:
        raise OrderNotFoundError(str(generation_id))
    return start(
        NewOrder(
            user_id=user_id,
            chat_id=order.chat_id,
            model_slug=order.ai_model.slug,
            prompt=prompt,
            key=key,
            params=_params_for(order, Mode.IMAGE_TO_IMAGE),
            sources=({"storage_key": result.storage_key},),
            mode=Mode.IMAGE_TO_IMAGE,
            parent_id=order.pk,
        )
    )


def follow_up(
    *,
    user_id: int,
    generation_id: int,
    mode: Mode,
    result_index: int,
    key: str,
    price: Decimal | None = None,
) -> Started:
    """Upscale or vary one result of an own order, by the provider that made it; `price` as for
    `repeat`."""
    order = get_kept(user_id=user_id, generation_id=generation_id)
    if order.status != GenRequest.Status.DONE or not order.provider_job_id:
        raise OrderNotFoundError(str(generation_id))
    return start(
        NewOrder(
            user_id=user_id,
            chat_id=order.chat_id,
            model_slug=order.ai_model.slug,
            prompt=order.prompt,
            key=key,
            mode=mode,
            parent_id=order.pk,
            result_index=result_index,
            price=price,
            is_confirmed=price is not None,
        )
    )


def _params_for(order: GenRequest, mode: Mode) -> dict[str, ParamValue]:
    """The order's parameters, as far as they mean something in another mode."""
    card = catalog.find(order.ai_model.slug)
    if card is None or mode not in card.modes:
        raise ModelUnavailableError(order.ai_model.slug)
    return catalog.adjust(card, mode, order.generation_params)


def _continues(order: GenRequest) -> bool:
    return order.parent_result_index is not None
