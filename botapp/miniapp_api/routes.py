"""The addresses: read what came, one call of the business, answer."""

from ninja import Query, Router, Status

from botapp import stopping, tasks
from botapp.business import drafts, forms, generation, own_inputs, own_orders
from botapp.miniapp_api import addresses, answers, menu, refusing, writing
from botapp.miniapp_auth import (
    AGE_FOR_PAYING,
    AGE_FOR_READING,
    MiniAppAuth,
    MiniAppError,
    MiniAppRequest,
)
from botapp.miniapp_schemas import (
    AlternativesOut,
    GenerationIn,
    GenerationOut,
    GenerationsOut,
    InputIn,
    ModelsOut,
    PageIn,
    QuoteIn,
    QuoteOut,
    SourcesOut,
    Step,
    UploadOut,
)
from botapp.services import uploads
from botapp.services.pictures import UnreadableInputError
from botapp.texts import generation as order_texts
from botapp.texts import miniapp as texts
from botapp.texts.amounts import with_cents

NOT_FOUND = generation.OrderNotFoundError
FILE_BODY = {
    "requestBody": {
        "required": True,
        "description": "The file itself; its kind is found in its bytes.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}

router = Router(tags=["making"])
router.add_router("", writing.router)
reading = MiniAppAuth(max_age=AGE_FOR_READING)
paying = MiniAppAuth(max_age=AGE_FOR_PAYING)


@router.get("/models", auth=reading, response=ModelsOut)
def list_models(request: MiniAppRequest) -> ModelsOut:
    """What is on sale and all that can be set, and the person's balance."""
    return menu.models(request.auth)


@router.post("/quotes", auth=reading, response=QuoteOut)
def quote(request: MiniAppRequest, form: QuoteIn) -> QuoteOut:
    """What a form comes to and what stands in the way; nothing is charged."""
    quoted = forms.quote(
        _form(form), [one.role for one in form.inputs], user_id=request.auth.user.pk
    )
    return QuoteOut(
        price=with_cents(quoted.price),
        balance=with_cents(quoted.balance),
        balance_after=with_cents(quoted.balance - quoted.price),
        params=quoted.params,
        obstacle=refusing.obstacle(quoted.obstacle) if quoted.obstacle else None,
    )


@router.post("/uploads", auth=reading, response={201: UploadOut}, openapi_extra=FILE_BODY)
def upload(request: MiniAppRequest) -> Status[UploadOut]:
    """Give a picture (20 MB) or a film (50 MB) to order with, as the body of the request."""
    try:
        kept = uploads.keep(request, user_id=request.auth.user.pk)
    except uploads.FileTooBigError as error:
        message = texts.file_too_large(bytes_max=error.bytes_max)
        raise MiniAppError(413, "file_too_large", message) from error
    except uploads.UnknownTypeError as error:
        raise MiniAppError(415, "file_type", texts.wrong_file_type()) from error
    except UnreadableInputError as error:
        raise MiniAppError(422, "file_unreadable", texts.file_unreadable()) from error
    return Status(201, answers.upload(kept))


@router.post("/generations", auth=paying, response={200: GenerationOut, 201: GenerationOut})
def order(request: MiniAppRequest, wanted: GenerationIn) -> Status[GenerationOut]:
    """Order and pay; the same `client_request_id` again answers 200 with the same order."""
    user = request.auth.user
    started = forms.order(
        _form(wanted),
        [_given(one) for one in wanted.inputs],
        user=user,
        key=f"miniapp:{user.pk}:{wanted.client_request_id}",
        price=wanted.price,
        is_confirmed=wanted.is_confirmed,
    )
    if started.is_new:
        tasks.ring_submit(kind=started.order.ai_model.type)
    return Status(201 if started.is_new else 200, _answer(request, started.order.pk))


@router.get("/generations", auth=reading, response=GenerationsOut)
def list_generations(request: MiniAppRequest, asked: Query[PageIn]) -> GenerationsOut:
    """The person's own orders, the latest first; `next_before` asks for the next page."""
    user_id = request.auth.user.pk
    orders, next_before = own_orders.page(
        user_id=user_id, kind=asked.kind, before=asked.before, limit=asked.limit
    )
    shown = answers.generations(orders, user_id=user_id)
    return GenerationsOut(generations=shown, next_before=next_before)


@router.get("/generations/{generation_id}", auth=reading, response=GenerationOut)
def get_generation(request: MiniAppRequest, generation_id: str) -> GenerationOut:
    """One own order as it is now."""
    return _answer(request, addresses.number(generation_id, NOT_FOUND))


@router.get("/generations/{generation_id}/sources", auth=reading, response=SourcesOut)
def list_sources(request: MiniAppRequest, generation_id: str) -> SourcesOut:
    """What was given for an own order and can be given again."""
    order_id = addresses.number(generation_id, NOT_FOUND)
    user_id = request.auth.user.pk
    return answers.sources(own_inputs.of_order(user_id=user_id, generation_id=order_id))


@router.get("/generations/{generation_id}/alternatives", auth=reading, response=AlternativesOut)
def list_alternatives(request: MiniAppRequest, generation_id: str) -> AlternativesOut:
    """The models that can do the same as an own order, and what each costs beside what was paid."""
    order_id = addresses.number(generation_id, NOT_FOUND)
    others = drafts.alternatives(user_id=request.auth.user.pk, generation_id=order_id)
    return AlternativesOut(alternatives=[answers.alternative(one) for one in others])


@router.post("/generations/{generation_id}/cancel", auth=reading, response=GenerationOut)
def cancel(request: MiniAppRequest, generation_id: str) -> GenerationOut:
    """Cancel what waits, ask the provider to stop what runs; 409 when it is too late for both."""
    order_id = addresses.number(generation_id, NOT_FOUND)
    stopped = stopping.stop(user_id=request.auth.user.pk, generation_id=order_id)
    if stopped is stopping.Stopped.CANCELLED:
        tasks.ring_cancelled(generation_id=order_id)
    answer = _answer(request, order_id)
    if stopped is stopping.Stopped.TOO_LATE and answer.status is not Step.CANCELLED:
        raise MiniAppError(409, "too_late_to_cancel", order_texts.too_late_to_cancel())
    return answer


def _answer(request: MiniAppRequest, generation_id: int) -> GenerationOut:
    user_id = request.auth.user.pk
    found = own_orders.get(user_id=user_id, generation_id=generation_id)
    return answers.generations([found], user_id=user_id)[0]


def _form(said: QuoteIn | GenerationIn) -> forms.Form:
    return forms.Form(
        slug=said.model,
        mode=said.mode,
        prompt=said.prompt,
        params=said.params,
        quantity=said.quantity,
    )


def _given(said: InputIn) -> forms.Given:
    return forms.Given(
        role=said.role,
        upload_id=said.upload_id,
        generation_id=said.generation_id,
        reference_id=said.reference_id,
        result_index=said.result_index,
        source_index=said.source_index,
    )
