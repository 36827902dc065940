"""What a person shows to have a prompt written for it, until the text model gets it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from decimal import Decimal
from typing import Any

from botapp import catalog
from botapp.business import selling, text_tasks
from botapp.business.generation import ModelUnavailableError
from botapp.catalog import Kind
from botapp.models import AIModel, TextTask

# What the text model is asked to look at costs by the second.
FILM_SECONDS_MAX = 600


@dataclass(frozen=True)
class Reference:
    """A file of Telegram, a link, or words alone; and the model the prompt shall be for."""

    slug: str = ""
    file_id: str = ""
    url: str = ""
    description: str = ""
    wishes: str = ""

    def as_dict(self) -> dict[str, Any]:
        """JSON for the conversation's state."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Reference":
        # Conversations outlive deployments: what another version kept besides is left out.
        names = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in data.items() if name in names})


@dataclass(frozen=True)
class Brief:
    """A reference with what is shown beside it before it is paid for."""

    reference: Reference
    model: AIModel
    price: Decimal


def price() -> Decimal:
    return text_tasks.price_of(TextTask.Kind.REFERENCE)


def brief(reference: Reference) -> Brief:
    """Raises ModelUnavailableError for a model that is not on sale."""
    return Brief(reference, selling.get_model(reference.slug), price())


def choose_slug(kind: Kind | None, *, usual: str) -> str:
    """The model chosen last, else the first on sale that makes what is shown.

    Raises ModelUnavailableError when nothing is on sale.
    """
    on_sale = selling.all_models()
    slugs = [model.slug for model in on_sale]
    if usual in slugs:
        return usual
    if kind is not Kind.VIDEO and catalog.DEFAULT_IMAGE_SLUG in slugs:
        return catalog.DEFAULT_IMAGE_SLUG
    fitting = [model.slug for model in on_sale if model.type == kind]
    if not slugs:
        raise ModelUnavailableError("nothing is on sale")
    return (*fitting, *slugs)[0]


def with_wishes(reference: Reference, wishes: str) -> Reference:
    return replace(reference, wishes=wishes.strip())


def for_model(reference: Reference, slug: str) -> Reference:
    return replace(reference, slug=slug)


def start(
    reference: Reference, *, user_id: int, chat_id: int, key: str, price: Decimal
) -> text_tasks.Started | None:
    """Take the tokens and queue the work; None when it costs something else than was shown.

    Raises what `text_tasks.start` raises.
    """
    if text_tasks.price_of(TextTask.Kind.REFERENCE) != price:
        return None
    source = {"file_id": reference.file_id, "url": reference.url}
    return text_tasks.start(
        text_tasks.NewTextTask(
            user_id=user_id,
            chat_id=chat_id,
            kind=TextTask.Kind.REFERENCE,
            key=key,
            prompt=reference.description,
            wishes=reference.wishes,
            source={name: value for name, value in source.items() if value},
            model_slug=reference.slug,
        )
    )


def recall(*, user_id: int, task_id: int) -> TextTask:
    """An own task that was for a reference. Raises TextTaskNotFoundError."""
    task = text_tasks.get_own(user_id=user_id, task_id=task_id)
    if task.kind != TextTask.Kind.REFERENCE:
        raise text_tasks.TextTaskNotFoundError(str(task_id))
    return task


def of_task(task: TextTask) -> Reference:
    """What was shown for the task."""
    return Reference(
        slug=task.model_slug,
        file_id=task.source.get("file_id", ""),
        url=task.source.get("url", ""),
        description=task.prompt,
        wishes=task.wishes,
    )
