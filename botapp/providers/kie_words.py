"""What kie.ai's job API and its Midjourney API have in common (providers.md 7.3)."""

from collections.abc import Mapping

from botapp.providers.base import Callback, Failure, HttpAnswer
from botapp.providers.json_paths import find_text
from botapp.providers.signatures import verify_kie

# Tried in order on `code message`. HTTP says 200 whatever happened, the code stands in the body,
# and a refused prompt is told by words only.
WORDS: Mapping[str, Failure] = {
    "^401": Failure.AUTH,
    # No credits left, and the sub-key's own limit.
    "^(402|433)": Failure.NO_PROVIDER_MONEY,
    "^429": Failure.RATE,
    "content policy|sensitive|prohibited|safety|banned prompt": Failure.POLICY,
    # Unknown here, and switched off.
    "^(404|505)": Failure.MODEL_GONE,
    "^4(00|22)": Failure.BAD_INPUT,
    # Maintenance, and their own fault.
    "^(455|500)": Failure.TRANSIENT,
    "^501": Failure.EMPTY_RESULT,
}
GOOD_CODES = frozenset({"200"})
CALLBACK_JOB_ID = "data.taskId"


def verify(key: str, callback: Callback) -> None:
    """Raises BadSignatureError. The signed task id stands in the body."""
    body = HttpAnswer(200, callback.headers, callback.body).json(unreadable=Failure.BAD_INPUT)
    verify_kie(key, find_text(body, CALLBACK_JOB_ID), callback)
