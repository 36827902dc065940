"""What a person must do otherwise, as an answer: a status, a code, and the chat's words."""

import re

from botapp.business import balance, forms, generation, saved_references, text_tasks, uploads
from botapp.business.errors import BusinessError
from botapp.miniapp_auth import MiniAppError
from botapp.miniapp_schemas import ObstacleOut
from botapp.texts import refusals
from botapp.texts.amounts import with_cents

STATUSES: dict[type[BusinessError], int] = {
    balance.NotEnoughTokensError: 402,
    generation.OrderErasedError: 404,
    generation.OrderNotFoundError: 404,
    uploads.UploadNotFoundError: 404,
    saved_references.ReferenceNotFoundError: 404,
    text_tasks.TextTaskNotFoundError: 404,
    generation.PriceChangedError: 409,
    generation.ConfirmationNeededError: 409,
    forms.RequestReusedError: 409,
    uploads.TooManyUploadsError: 429,
    forms.TooManyRequestsError: 429,
    text_tasks.TooManyTextTasksError: 429,
    text_tasks.FreeTextsUsedUpError: 429,
}
ELSE = 422
WORD = re.compile(r"(?<!^)(?=[A-Z])")


def as_answer(error: BusinessError) -> MiniAppError:
    said = obstacle(error)
    details = {"missing": said.missing} if said.missing is not None else {}
    if isinstance(error, generation.ConfirmationNeededError):
        details["price"] = with_cents(error.price)
    return MiniAppError(STATUSES.get(type(error), ELSE), said.code, said.message, details=details)


def obstacle(error: BusinessError) -> ObstacleOut:
    """`NotEnoughTokensError` has the code `not_enough_tokens`, and so on."""
    name = type(error).__name__.removesuffix("Error")
    missing = error.missing if isinstance(error, balance.NotEnoughTokensError) else None
    return ObstacleOut(
        code=WORD.sub("_", name).lower(),
        message=refusals.refusal(error),
        missing=with_cents(missing) if missing is not None else None,
    )
