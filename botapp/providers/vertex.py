"""Google Veo through Vertex AI (providers.md sections 1.10 and 2.1).

The films come inside the answer of the last poll. An operation whose name is lost is lost.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from botapp.catalog.vocabulary import Mode, Role
from botapp.providers.base import (
    Accepted,
    Failure,
    Finished,
    HttpAnswer,
    HttpCall,
    InputFile,
    Job,
    Media,
    Outcome,
    Provider,
    ProviderError,
    Running,
)
from botapp.providers.google import (
    check_size,
    dicts,
    inline,
    job_refusal,
    mapping,
    poll_refusal,
    speaks_of_policy,
    video_mime,
)
from botapp.providers.google_token import token_source

# Pictures and films travel inside the submit, films of tens of megabytes inside the last poll.
TIMEOUT_S = 120.0
POLL_S = 10.0
MODES = frozenset(
    {
        Mode.TEXT_TO_VIDEO, Mode.IMAGE_TO_VIDEO, Mode.FRAMES_TO_VIDEO, Mode.REFERENCES_TO_VIDEO,
        Mode.EXTEND,
    }
)  # fmt: skip
FRAMES = {Role.FIRST_FRAME: "image", Role.LAST_FRAME: "lastFrame", Role.VIDEO: "video"}
PARAMETERS = {
    "count": "sampleCount",
    "duration": "durationSeconds",
    "aspect_ratio": "aspectRatio",
    "resolution": "resolution",
    "negative_prompt": "negativePrompt",
    # Zero is "the provider chooses".
    "seed": "seed",
}
INVALID_ARGUMENT = 3


@dataclass(frozen=True)
class Vertex(Provider):
    credentials_json: str = field(repr=False)
    project: str
    location: str
    base_url: str

    slug: ClassVar[str] = "vertex"
    polls_bring_films: ClassVar[bool] = True

    def build_submit(self, job: Job) -> HttpCall:
        if job.mode not in MODES:
            raise ProviderError(Failure.BAD_INPUT, f"Veo makes no films by {job.mode}")
        check_size(job.inputs)
        model = f"{self._parent}/publishers/google/models/{job.provider_model}"
        body = {"instances": [_instance(job)], "parameters": _parameters(job)}
        return self._call(f"{model}:predictLongRunning", body)

    def read_submit(self, answer: HttpAnswer) -> Outcome:
        if answer.status != 200:
            raise job_refusal(answer)
        name = str(mapping(answer.json(unreadable=Failure.UNKNOWN_SUBMIT)).get("name", ""))
        if "/operations/" not in name:
            raise ProviderError(Failure.UNKNOWN_SUBMIT, "the answer names no operation")
        return Accepted(name, POLL_S)

    def build_poll(self, provider_job_id: str, metadata: Mapping[str, Any]) -> HttpCall:
        model = provider_job_id.partition("/operations/")[0]
        return self._call(f"{model}:fetchPredictOperation", {"operationName": provider_job_id})

    def read_poll(self, answer: HttpAnswer, metadata: Mapping[str, Any]) -> Outcome:
        if answer.status != 200:
            raise poll_refusal(answer)
        body = mapping(answer.json(unreadable=Failure.TRANSIENT))
        if not body.get("name"):
            raise ProviderError(Failure.TRANSIENT, "the answer names no operation")
        if body.get("done") is not True:
            return Running(POLL_S)
        if body.get("error"):
            raise _failure(mapping(body["error"]))
        return _films(mapping(body.get("response")))

    @property
    def _parent(self) -> str:
        return f"projects/{self.project}/locations/{self.location}"

    def _call(self, path: str, body: Any) -> HttpCall:
        region = "" if self.location == "global" else f"{self.location}-"
        base_url = self.base_url or f"https://{region}aiplatform.googleapis.com"
        return HttpCall(
            method="POST",
            url=f"{base_url}/v1beta1/{path}",
            headers={},
            timeout_s=TIMEOUT_S,
            json_body=body,
            token=token_source(self.credentials_json),
        )


def _instance(job: Job) -> dict[str, Any]:
    instance: dict[str, Any] = {"prompt": job.prompt}
    for role, name in FRAMES.items():
        for file in job.inputs_of(role):
            instance[name] = _encoded(file)
    references = job.inputs_of(Role.REFERENCE)
    if references:
        instance["referenceImages"] = [
            {"image": _encoded(file), "referenceType": "asset"} for file in references
        ]
    return instance


def _parameters(job: Job) -> dict[str, Any]:
    given = {name: job.params[param] for param, name in PARAMETERS.items() if job.params.get(param)}
    if "audio" in job.params:
        given["generateAudio"] = job.params["audio"]
    return {"sampleCount": 1} | given


def _encoded(file: InputFile) -> dict[str, str]:
    return {"bytesBase64Encoded": inline(file), "mimeType": video_mime(file.mime_type)}


def _films(response: dict[str, Any]) -> Finished:
    """Filtered films are missing among the others and cost nothing; none left is a refusal."""
    films = [film for film in dicts(response.get("videos")) if film.get("bytesBase64Encoded")]
    filtered = response.get("raiMediaFilteredCount") or 0
    reasons = str(response.get("raiMediaFilteredReasons") or "")
    if films:
        return Finished(tuple(map(_media, films)), {"filtered": filtered})
    if filtered or reasons:
        raise ProviderError(Failure.POLICY, f"filtered: {reasons}")
    raise ProviderError(Failure.EMPTY_RESULT, "done without a film")


def _media(film: dict[str, Any]) -> Media:
    try:
        data = base64.b64decode(str(film["bytesBase64Encoded"]), validate=True)
    except binascii.Error as error:
        raise ProviderError(Failure.EMPTY_RESULT, "the film is not base64") from error
    return Media(data=data, mime_type=str(film.get("mimeType", "")))


def _failure(error: dict[str, Any]) -> ProviderError:
    """Of a job that is over: it is not asked about again, whatever ended it."""
    detail = f"operation failed: {error.get('code')} {error.get('message', '')}"
    if error.get("code") != INVALID_ARGUMENT:
        return ProviderError(Failure.EMPTY_RESULT, detail)
    failure = Failure.POLICY if speaks_of_policy(detail) else Failure.BAD_INPUT
    return ProviderError(failure, detail)
