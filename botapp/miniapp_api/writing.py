"""The addresses of the text model: a better prompt is asked for, and waited for."""

from typing import Literal

from ninja import Router, Schema, Status

from botapp import tasks
from botapp.business import better_prompts, text_tasks
from botapp.miniapp_api import addresses
from botapp.miniapp_auth import AGE_FOR_READING, MiniAppAuth, MiniAppRequest
from botapp.miniapp_schemas import GenerationId, ModelSlug, RequestId, Words
from botapp.models import TextTask
from botapp.texts import writing as texts

router = Router(tags=["making"])
reading = MiniAppAuth(max_age=AGE_FOR_READING)


class TextIn(Schema):
    """A prompt to improve for a model, or with `is_safer` to put so that it is not refused again;
    `earlier_id` is the suggestion another one is wanted for."""

    client_request_id: RequestId
    model: ModelSlug
    prompt: Words
    earlier_id: GenerationId | None = None
    is_safer: bool = False


class TextOut(Schema):
    """`text` is the suggestion once it is done, `message` says why there is none."""

    id: int
    status: Literal["working", "done", "error"]
    text: str | None
    message: str | None


@router.post("/texts", auth=reading, response={200: TextOut, 201: TextOut})
def improve(request: MiniAppRequest, wanted: TextIn) -> Status[TextOut]:
    """Ask for a better prompt, for free; the same `client_request_id` again answers 200 with the
    same task."""
    user = request.auth.user
    started = better_prompts.ask(
        better_prompts.Wanted(
            slug=wanted.model,
            prompt=wanted.prompt,
            earlier_id=wanted.earlier_id,
            is_safer=wanted.is_safer,
        ),
        user=user,
        key=f"miniapp:{user.pk}:{wanted.client_request_id}",
    )
    if started.is_new:
        tasks.ring_text()
    return Status(201 if started.is_new else 200, _answer(started.task))


@router.get("/texts/{text_id}", auth=reading, response=TextOut)
def get_text(request: MiniAppRequest, text_id: str) -> TextOut:
    """An own task as it is now."""
    task_id = addresses.number(text_id, text_tasks.TextTaskNotFoundError)
    return _answer(better_prompts.get(user_id=request.auth.user.pk, task_id=task_id))


def _answer(task: TextTask) -> TextOut:
    match task.status:
        case TextTask.Status.DONE:
            return TextOut(id=task.pk, status="done", text=task.result, message=None)
        case TextTask.Status.ERROR:
            return TextOut(id=task.pk, status="error", text=None, message=texts.failed(task))
        case _:
            return TextOut(id=task.pk, status="working", text=None, message=None)
