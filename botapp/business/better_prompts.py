"""A better prompt for the mini app's form: the page that asks for it waits for it itself."""

from dataclasses import dataclass

from botapp.business import selling, text_tasks
from botapp.business.forms import RequestReusedError
from botapp.business.generation.errors import InvalidParameterError, PromptTooLongError
from botapp.models import TextTask, TgUser

Kind, Status = TextTask.Kind, TextTask.Status


@dataclass(frozen=True)
class Wanted:
    """`earlier_id` is an own suggestion that another one is wanted for; `is_safer`, whether the
    model refused the prompt."""

    slug: str
    prompt: str
    earlier_id: int | None = None
    is_safer: bool = False

    @property
    def kind(self) -> TextTask.Kind:
        return Kind.SAFER if self.is_safer else Kind.IMPROVE


def ask(wanted: Wanted, *, user: TgUser, key: str) -> text_tasks.Started:
    """Queue the work; a repeated key is the same task.

    Raises a BusinessError: what `text_tasks.start` raises, ModelUnavailableError, a prompt no
    order could have, TextTaskNotFoundError for an earlier suggestion that is not one's own,
    RequestReusedError.
    """
    known = TextTask.objects.filter(idempotency_key=key, user_id=user.pk).first()
    if known is None:
        _check(wanted)
    started = text_tasks.start(
        text_tasks.NewTextTask(
            user_id=user.pk,
            # A private chat has its person's number.
            chat_id=user.chat_id,
            kind=wanted.kind,
            key=key,
            prompt=wanted.prompt,
            model_slug=wanted.slug,
            wishes=_earlier(wanted, user_id=user.pk),
            is_told_in_chat=False,
        )
    )
    asked = (started.task.kind, started.task.model_slug, started.task.prompt)
    if asked != (wanted.kind, wanted.slug, wanted.prompt):
        raise RequestReusedError(key)
    return started


def get(*, user_id: int, task_id: int) -> TextTask:
    """An own request for a better prompt. Raises TextTaskNotFoundError, for one whose result has
    been erased as well."""
    task = text_tasks.get_own(user_id=user_id, task_id=task_id)
    is_erased = task.status == Status.DONE and not task.result
    if task.kind not in text_tasks.FROM_WORDS or is_erased:
        raise text_tasks.TextTaskNotFoundError(str(task_id))
    return task


def _check(wanted: Wanted) -> None:
    length_max = selling.get_model(wanted.slug).max_prompt_length
    if len(wanted.prompt) > length_max:
        raise PromptTooLongError(length=len(wanted.prompt), length_max=length_max)
    if "\0" in wanted.prompt:
        raise InvalidParameterError("prompt")


def _earlier(wanted: Wanted, *, user_id: int) -> str:
    if wanted.earlier_id is None:
        return ""
    task = text_tasks.get_done(user_id=user_id, task_id=wanted.earlier_id, kinds=(wanted.kind,))
    return task.result
