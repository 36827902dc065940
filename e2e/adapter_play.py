"""An adapter at work against a stand-in: what the engine does with it, without the engine."""

import io
from dataclasses import dataclass, replace
from typing import Any

from PIL import Image

from botapp.catalog import Mode, Role
from botapp.providers import transport
from botapp.providers.base import (
    Accepted,
    Failure,
    Finished,
    Job,
    Outcome,
    Provider,
    ProviderError,
    Ready,
    Running,
)
from botapp.tests.providers.ordering import job_for
from sandbox.film import FilmOrder, draw_film
from sandbox.film.source import probe_film
from sandbox.tests.serving import RunningSandbox

POLLS_MAX = 12


@dataclass(frozen=True)
class Play:
    """`service` is the stand-in's name in the list of calls."""

    adapter: Provider
    sandbox: RunningSandbox
    service: str

    def submit(self, job: Job) -> Outcome:
        return self.adapter.read_submit(transport.send(self.adapter.build_submit(job)))

    def accept(self, job: Job) -> Accepted:
        outcome = self.submit(job)
        assert isinstance(outcome, Accepted), outcome
        return outcome

    def ask(self, taken: Accepted) -> Outcome:
        call = self.adapter.build_poll(taken.provider_job_id, taken.metadata)
        [answer] = transport.send_all([call])
        if isinstance(answer, ProviderError):
            raise answer
        outcome = self.adapter.read_poll(answer, taken.metadata)
        if isinstance(outcome, Ready):
            return self.adapter.read_result(transport.send(outcome.call))
        return outcome

    def wait(self, outcome: Outcome) -> Finished:
        """Ask until it ends; a poll that breaks is repeated. Raises the job's ProviderError."""
        for _ in range(POLLS_MAX):
            if isinstance(outcome, Finished):
                return outcome
            assert isinstance(outcome, Accepted), outcome
            try:
                said = self.ask(outcome)
            except ProviderError as error:
                if error.failure is not Failure.TRANSIENT:
                    raise
                continue
            outcome = outcome if isinstance(said, Running) else said
        raise AssertionError(f"still running after {POLLS_MAX} polls")

    def finish(self, job: Job) -> Finished:
        return self.wait(self.submit(job))

    def calls(self) -> list[dict[str, Any]]:
        listed = self.sandbox.client.get("/__calls", params={"service": self.service})
        calls: list[dict[str, Any]] = listed.json()["calls"]
        return calls

    def orders(self) -> list[dict[str, Any]]:
        """The paid requests among the calls."""
        return [call for call in self.calls() if call["method"] == "POST"]


def order(slug: str, provider: str, mode: Mode, *, prompt: str = "кот", **params: Any) -> Job:
    """A job as the card orders it, with files that a stand-in can open, inside the request."""
    job = job_for(slug, provider, mode, **params)
    inputs = tuple(
        replace(file, url="", data=film() if file.role is Role.VIDEO else file.data)
        for file in job.inputs
    )
    return replace(job, prompt=prompt, inputs=inputs)


def film() -> bytes:
    return draw_film(FilmOrder(prompt="cat", model="source", width=320, height=180, seconds=2))


def size_of(content: bytes) -> tuple[int, int]:
    """Width and height of a picture or a film; raises for bytes that are neither."""
    if content[4:8] == b"ftyp":
        return probe_film(content)[0]
    with Image.open(io.BytesIO(content)) as picture:
        picture.load()
        return picture.size
