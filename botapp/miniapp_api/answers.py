"""Orders and uploads as the mini app reads them."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from botapp import catalog, keyboards
from botapp.business import balance, forms, generation, own_inputs, waiting
from botapp.business.availability import is_servable
from botapp.business.drafts import Alternative
from botapp.catalog import Kind, Mode
from botapp.miniapp_schemas import (
    AlternativeOut,
    ErrorOut,
    GenerationOut,
    ModelNameOut,
    ResultOut,
    SourceOut,
    SourcesOut,
    Step,
    UploadOut,
)
from botapp.models import AIModel, GenRequest, GenResult, Upload
from botapp.services import files
from botapp.texts import generation as order_texts
from botapp.texts import miniapp as texts
from botapp.texts import params as words
from botapp.texts import results
from botapp.texts.amounts import with_cents

Status = GenRequest.Status


def generations(orders: Iterable[GenRequest], *, user_id: int) -> list[GenerationOut]:
    """Orders of one person, loaded with their models and results."""
    amount = with_cents(balance.get_balance(user_id=user_id))
    return [_generation(order, amount) for order in orders]


def upload(row: Upload) -> UploadOut:
    return UploadOut(
        id=row.pk,
        kind=_kind_of(row.mime_type),
        mime_type=row.mime_type,
        size_bytes=row.size_bytes,
        width=row.width,
        height=row.height,
        duration_s=row.duration_s,
        url=files.shown_url(row.storage_key),
    )


def sources(given: own_inputs.OwnInputs) -> SourcesOut:
    """What is still there of an order's inputs; what is Telegram's stays with Telegram."""
    kept = [one for one in given.inputs if one.source.file_id or _is_stored(one)]
    return SourcesOut(sources=[_source(one) for one in kept], is_complete=given.is_enough(kept))


def alternative(one: Alternative) -> AlternativeOut:
    return AlternativeOut(
        slug=one.model.slug,
        label=results.model(one),
        price=with_cents(one.price),
        difference=with_cents(one.difference),
    )


def _is_stored(one: own_inputs.OwnInput) -> bool:
    return bool(one.source.storage_key) and files.is_stored(one.source.storage_key)


def _source(one: own_inputs.OwnInput) -> SourceOut:
    key = one.source.storage_key
    url = files.shown_url(key) if key else None
    return SourceOut(index=one.index, role=one.role, kind=one.source.media, url=url)


def _generation(order: GenRequest, amount: str) -> GenerationOut:
    mode, card = Mode(order.generation_type), catalog.find(order.ai_model.slug)
    return GenerationOut(
        id=order.pk,
        status=_step(order),
        status_text=_status_text(order),
        model=ModelNameOut(slug=order.ai_model.slug, name=order.ai_model.display_name),
        kind=Kind(order.ai_model.type),
        mode=mode,
        mode_title=words.mode(mode),
        prompt=order.prompt,
        params=order.generation_params,
        params_text=words.summary(order.generation_params, quantity=order.quantity),
        quantity=order.quantity,
        price=with_cents(order.cost),
        refunded=with_cents(order.refunded),
        net=with_cents(order.cost - order.refunded),
        balance=amount,
        created_at=order.created_at,
        elapsed_s=_elapsed_s(order, timezone.now()),
        expected_s=_expected_s(order),
        position=generation.count_ahead(order) + 1 if order.status == Status.QUEUED else None,
        progress_percent=order.progress_percent,
        can_cancel=keyboards.can_cancel(order),
        results=[_result(result) for result in order.results.all() if result.storage_key],
        error=_error(order),
        can_reuse=_can_reuse(order.ai_model, card, mode),
        can_soften=keyboards.can_soften(order) and _can_reuse(order.ai_model, card, mode),
    )


def _step(order: GenRequest) -> Step:
    return Step.PROCESSING if order.status == Status.SUBMITTING else Step(order.status)


def _status_text(order: GenRequest) -> str:
    if order.status == Status.PROCESSING and order.cancel_requested_at is not None:
        return order_texts.asked_to_stop(order)
    return texts.status(order.status)


def _elapsed_s(order: GenRequest, now: datetime) -> int:
    return max(0, int(((order.completed_at or now) - order.created_at).total_seconds()))


def _expected_s(order: GenRequest) -> int | None:
    if order.status not in GenRequest.WORKING:
        return None
    return round(waiting.usual_time_s(order.ai_model, params=order.generation_params))


def _result(result: GenResult) -> ResultOut:
    small = result.thumbnail_key
    return ResultOut(
        index=result.index,
        url=files.shown_url(result.storage_key),
        thumbnail_url=files.shown_url(small) if small else None,
        mime_type=result.mime_type,
        width=result.width,
        height=result.height,
        duration_s=result.duration_s,
    )


def _error(order: GenRequest) -> ErrorOut | None:
    if order.status != Status.ERROR:
        return None
    return ErrorOut(code=order.error_code, message=order_texts.reason(order))


def _can_reuse(model: AIModel, card: catalog.Card | None, mode: Mode) -> bool:
    """Whether a form can be filled in with the same again."""
    if card is None or not model.is_active or not is_servable(card):
        return False
    return mode in forms.offered_modes(card)


def _kind_of(mime_type: str) -> Kind:
    return Kind.VIDEO if mime_type.startswith("video/") else Kind.IMAGE
