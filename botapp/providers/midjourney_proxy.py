"""midjourney-proxy, which drives a Discord account, and its many copies (providers.md 6.2)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from botapp.catalog.vocabulary import Mode
from botapp.providers.base import (
    Accepted,
    Failure,
    Finished,
    HttpAnswer,
    Job,
    Outcome,
    ProviderError,
)
from botapp.providers.json_paths import find, find_text
from botapp.providers.midjourney_words import parent_of, without_flags
from botapp.providers.model_input import data_uri
from botapp.providers.queue import QueueProvider
from botapp.providers.queue_api import QueueApi, State
from botapp.providers.refusals import at_poll, read_json

ACTIONS = {Mode.UPSCALE: "UPSCALE", Mode.VARIATION: "VARIATION"}
FLAGS = {"aspect_ratio": "--ar", "stylization": "--s", "weirdness": "--w", "variety": "--c"}
# Their picture holds four, two by two.
GRID_ACTIONS = frozenset({"IMAGINE", "VARIATION", "REROLL"})
GRID_SIDE = 2


@dataclass(frozen=True)
class MidjourneyProxy(QueueProvider):
    """A job brings one picture: a grid of four, or the one of them that was made larger."""

    slug: ClassVar[str] = "midjourney_proxy"
    takes_callbacks: ClassVar[bool] = True
    api: ClassVar[QueueApi] = QueueApi(
        submit="POST /mj/submit/imagine",
        submit_by_mode=dict.fromkeys(ACTIONS, "POST /mj/submit/change"),
        poll="GET /mj/task/{id}/fetch",
        recovery="GET /mj/task/list",
        auth_header="mj-api-secret",
        auth_format="{key}",
        job_id="result",
        status="status",
        statuses={
            "NOT_START": State.QUEUED,
            "SUBMITTED": State.QUEUED,
            "IN_PROGRESS": State.RUNNING,
            "FAILURE": State.FAILED,
            "SUCCESS": State.DONE,
        },
        poll_after_s=20.0,
        progress="progress",
        results="imageUrl",
        callback_job_id="id",
        code="code",
        # Accepted, already there under this id, and queued.
        good_codes=frozenset({"1", "21", "22"}),
        message="description",
        job_message="failReason",
        codes={
            "3": Failure.BAD_INPUT,
            "4": Failure.BAD_INPUT,
            "9": Failure.TRANSIENT,
            "23": Failure.RATE,
            "24": Failure.POLICY,
        },
        words={"banned|sensitive|敏感|moderat|content policy|nsfw": Failure.POLICY},
    )

    def build_body(self, job: Job) -> dict[str, Any]:
        asked = _change(job) if job.mode in ACTIONS else _imagine(job)
        asked["state"] = job.reference
        return asked | ({"notifyHook": job.callback_url} if job.callback_url else {})

    def read_poll(self, answer: HttpAnswer, metadata: Mapping[str, Any]) -> Outcome:
        if answer.status == 200 and not answer.content.strip():
            # The tasks are kept in memory: a restart loses them.
            raise ProviderError(Failure.EMPTY_RESULT, "the proxy does not know the task")
        return super().read_poll(answer, metadata)

    def checked(self, answer: HttpAnswer) -> Any:
        body = read_json(answer)
        # Tasks come bare, without the code that other answers have.
        if answer.status == 200 and (isinstance(body, list) or find_text(body, "status")):
            return body
        return super().checked(answer)

    def finished(self, body: Any) -> Finished:
        finished = super().finished(body)
        is_grid = find_text(body, "action") in GRID_ACTIONS
        return replace(finished, metadata={"grid_side": GRID_SIDE}) if is_grid else finished

    def read_recovery(self, answer: HttpAnswer, reference: str) -> Accepted | None:
        try:
            tasks = self.checked(answer)
        except ProviderError as error:
            raise at_poll(error) from error
        found = [task for task in tasks if find(task, "state") == reference]
        job_id = find_text(found, "0.id")
        return Accepted(job_id, self.api.poll_after_s) if job_id else None


def _change(job: Job) -> dict[str, Any]:
    parent = parent_of(job)
    return {
        "taskId": parent.provider_job_id,
        "action": ACTIONS[job.mode],
        "index": parent.result_index + 1,
    }


def _imagine(job: Job) -> dict[str, Any]:
    flags = [f"{flag} {job.params[name]}" for name, flag in FLAGS.items() if name in job.params]
    version = str(job.params.get("version", ""))
    if version:
        number = version.removeprefix("niji")
        flags.append(f"--v {number}" if number == version else f"--niji {number}")
    asked: dict[str, Any] = {"prompt": " ".join([without_flags(job.prompt), *flags])}
    if job.inputs:
        asked["base64Array"] = [data_uri(file) for file in job.inputs]
    return asked
