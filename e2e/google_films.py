"""Our adapters of Google against Google's stand-ins: one job from the submit to the bytes."""

import time
from collections.abc import Callable
from typing import Any

from botapp.catalog import Mode, Role
from botapp.providers import transport
from botapp.providers.base import (
    Accepted,
    Failure,
    Finished,
    HttpAnswer,
    InputFile,
    Job,
    Outcome,
    Provider,
    ProviderError,
    Ready,
    Running,
)
from botapp.providers.omni import Omni
from botapp.providers.vertex import Vertex
from sandbox.tests import google_play
from sandbox.tests.serving import FAST, RunningSandbox

LOOKS_MAX = 400
LOOK_EVERY_S = 0.02

PICTURE = google_play.picture()
FIRST = InputFile(PICTURE, "image/png", Role.FIRST_FRAME)
LAST = InputFile(google_play.picture("blue"), "image/png", Role.LAST_FRAME)
REFERENCE = InputFile(google_play.picture("green"), "image/png", Role.REFERENCE)
FILM = InputFile(google_play.film(), "video/mp4", Role.VIDEO)


def omni(sandbox: RunningSandbox) -> Omni:
    return Omni(api_key=FAST.gemini_api_key, base_url=f"{sandbox.base_url}/gemini")


def vertex(sandbox: RunningSandbox) -> Vertex:
    return Vertex(
        credentials_json=google_play.service_account(sandbox.base_url),
        project="p",
        location="us-central1",
        base_url=f"{sandbox.base_url}/vertex",
    )


def film_job(
    mode: Mode = Mode.TEXT_TO_VIDEO,
    *inputs: InputFile,
    prompt: str = "кот",
    model: str = google_play.OMNI,
    **fields: Any,
) -> Job:
    return Job(
        reference="R-1", provider_model=model, mode=mode, prompt=prompt, inputs=inputs, **fields
    )


def submit(adapter: Provider, job: Job) -> Accepted:
    outcome = adapter.read_submit(transport.send(adapter.build_submit(job)))
    assert isinstance(outcome, Accepted)
    return outcome


def poll(adapter: Provider, accepted: Accepted) -> Outcome:
    call = adapter.build_poll(accepted.provider_job_id, accepted.metadata)
    [answer] = transport.send_all([call])
    if isinstance(answer, ProviderError):
        raise answer
    return adapter.read_poll(answer, accepted.metadata)


def finish(adapter: Provider, job: Job) -> Finished:
    """Submit and ask until it is finished, as the product does."""
    accepted = submit(adapter, job)
    outcome = _until(lambda: poll(adapter, accepted), lambda said: not isinstance(said, Running))
    if isinstance(outcome, Ready):
        call = outcome.call
        outcome = _until(lambda: adapter.read_result(transport.send(call)), lambda _: True)
    assert isinstance(outcome, Finished)
    return outcome


def failure_of(act: Callable[[], object]) -> Failure:
    try:
        act()
    except ProviderError as error:
        return error.failure
    raise AssertionError("it did not fail")


def send(call: Any) -> HttpAnswer:
    return transport.send(call)


def _until(ask: Callable[[], Outcome], is_good: Callable[[Outcome], bool]) -> Outcome:
    """What passes is asked again, also what fails in passing."""
    for _ in range(LOOKS_MAX):
        try:
            said = ask()
            if is_good(said):
                return said
        except ProviderError as error:
            if error.failure not in (Failure.TRANSIENT, Failure.RATE):
                raise
        time.sleep(LOOK_EVERY_S)
    raise AssertionError("the job never ended")
