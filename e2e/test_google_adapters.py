"""Our adapters of Google's films against the stand-ins: every mode, every misfortune."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from botapp.catalog import Mode
from botapp.providers import transport
from botapp.providers.base import (
    BadSignatureError,
    Callback,
    Failure,
    HttpAnswer,
    Parent,
    ProviderError,
    Running,
)
from e2e.google_films import (
    FILM,
    FIRST,
    LAST,
    REFERENCE,
    failure_of,
    film_job,
    finish,
    omni,
    poll,
    send,
    submit,
    vertex,
)
from sandbox.film.source import probe_film
from sandbox.tests import google_play
from sandbox.tests.lava_play import Inbox
from sandbox.tests.serving import RunningSandbox, run_sandbox

SMALL = {"duration": 3, "resolution": "360p", "aspect_ratio": "9:16"}
SHORT = {"duration": 4, "resolution": "720p", "aspect_ratio": "9:16", "audio": True, "seed": 0}
FULL = SHORT | {"duration": 8}
VEO = google_play.VEO


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with run_sandbox(google_play.config()) as running:
        yield running


@pytest.fixture(autouse=True)
def afresh(sandbox):
    sandbox.client.post("/__reset")


def shape_of(finished):
    [media] = finished.media
    return probe_film(transport.download(media))


@pytest.mark.parametrize(
    ("mode", "inputs"),
    [
        (Mode.TEXT_TO_VIDEO, ()),
        (Mode.IMAGE_TO_VIDEO, (FIRST,)),
        (Mode.FRAMES_TO_VIDEO, (LAST, FIRST)),
        (Mode.REFERENCES_TO_VIDEO, (REFERENCE, REFERENCE)),
        (Mode.VIDEO_TO_VIDEO, (FILM,)),
        (Mode.VIDEO_TO_VIDEO, (FILM, REFERENCE)),
        (Mode.EXTEND, (FILM,)),
    ],
)
def test_omni_makes_a_film_in_every_mode(sandbox, mode, inputs):
    finished = finish(omni(sandbox), film_job(mode, *inputs, params=SMALL))

    assert shape_of(finished) == ((360, 640), 3.0)
    assert finished.media[0].mime_type == "video/mp4"


def test_omni_continues_its_own_film(sandbox):
    adapter = omni(sandbox)
    first = submit(adapter, film_job(params=SMALL))
    while isinstance(poll(adapter, first), Running):
        time.sleep(0.02)

    parent = Parent(first.provider_job_id, 0)
    finished = finish(adapter, film_job(Mode.EXTEND, FILM, params=SMALL, parent=parent))

    assert shape_of(finished)[1] == 3.0


@pytest.mark.parametrize(
    ("mode", "inputs", "params", "shape"),
    [
        (Mode.TEXT_TO_VIDEO, (), SHORT, ((720, 1280), 4.0)),
        (Mode.IMAGE_TO_VIDEO, (FIRST,), SHORT, ((720, 1280), 4.0)),
        (Mode.FRAMES_TO_VIDEO, (FIRST, LAST), FULL, ((720, 1280), 8.0)),
        (Mode.REFERENCES_TO_VIDEO, (REFERENCE,) * 3, FULL, ((720, 1280), 8.0)),
        (Mode.EXTEND, (FILM,), {"resolution": "720p", "audio": False}, ((720, 1280), 7.0)),
    ],
)
def test_veo_makes_a_film_in_every_mode(sandbox, mode, inputs, params, shape):
    finished = finish(vertex(sandbox), film_job(mode, *inputs, params=params, model=VEO))

    assert shape_of(finished) == shape


def test_veo_makes_as_many_films_as_are_asked_for(sandbox):
    finished = finish(vertex(sandbox), film_job(params=SHORT | {"count": 2}, model=VEO))

    assert len({media.data for media in finished.media}) == 2


REFUSALS = [
    ("[[policy]]", Failure.POLICY),
    ("[[badparam]]", Failure.BAD_INPUT),
    ("[[badkey]]", Failure.AUTH),
    ("[[nocredit]]", Failure.NO_PROVIDER_MONEY),
    ("[[429]]", Failure.RATE),
    ("[[500]]", Failure.TRANSIENT),
    ("[[503]]", Failure.TRANSIENT),
    ("[[gone]]", Failure.MODEL_GONE),
    ("[[garbage]]", Failure.UNKNOWN_SUBMIT),
    ("[[timeout-after-accept]]", Failure.UNKNOWN_SUBMIT),
]
BOTH = pytest.mark.parametrize(
    ("build", "model", "params"), [(omni, google_play.OMNI, SMALL), (vertex, VEO, SHORT)]
)


@BOTH
@pytest.mark.parametrize(("word", "failure"), REFUSALS)
def test_every_refusal_at_the_submit_has_its_name(sandbox, build, model, params, word, failure):
    job = film_job(prompt=f"кот {word}", model=model, params=params)

    assert failure_of(lambda: submit(build(sandbox), job)) is failure


@pytest.mark.parametrize(
    ("word", "of_omni", "of_veo"),
    [
        ("[[policy-end]]", Failure.POLICY, Failure.POLICY),
        ("[[fail]]", Failure.EMPTY_RESULT, Failure.EMPTY_RESULT),
        # Completed with nothing is how Omni refuses; Veo says that it filtered.
        ("[[noimage]]", Failure.POLICY, Failure.EMPTY_RESULT),
        ("[[unknown-finish]]", Failure.EMPTY_RESULT, Failure.EMPTY_RESULT),
        ("[[expired]]", Failure.EMPTY_RESULT, Failure.EMPTY_RESULT),
    ],
)
def test_every_bad_end_has_its_name(sandbox, word, of_omni, of_veo):
    ask = {"prompt": f"кот {word}"}

    assert failure_of(lambda: finish(omni(sandbox), film_job(params=SMALL, **ask))) is of_omni
    job = film_job(params=SHORT, model=VEO, **ask)
    assert failure_of(lambda: finish(vertex(sandbox), job)) is of_veo


@BOTH
@pytest.mark.parametrize("word", ["[[500-poll]]", "[[unknown-status]]", "[[hook-none]]"])
def test_what_passes_at_polls_ends_no_job(sandbox, build, model, params, word):
    job = film_job(prompt=f"кот {word}", model=model, params=params)

    assert finish(build(sandbox), job).media


def test_one_lost_answer_is_one_paid_call(sandbox):
    for adapter, model in ((omni(sandbox), google_play.OMNI), (vertex(sandbox), VEO)):
        job = film_job(prompt="кот [[timeout-after-accept]]", model=model, params=FULL)
        failure_of(lambda adapter=adapter, job=job: submit(adapter, job))

    calls = sandbox.client.get("/__calls").json()["calls"]
    paid = [call for call in calls if call["operation"] != "POST /token"]
    assert len(paid) == 2


def test_a_job_at_omni_is_stopped_once(sandbox):
    adapter = omni(sandbox)
    accepted = submit(adapter, film_job(prompt="кот [[never]]", params=SMALL))
    call = adapter.build_cancel(accepted.provider_job_id, {})
    assert call is not None

    assert adapter.read_cancel(send(call)) is True
    assert adapter.read_cancel(send(call)) is False
    assert failure_of(lambda: poll(adapter, accepted)) is Failure.EMPTY_RESULT


@pytest.fixture
def called(sandbox, inbox):
    """What Omni's callback for this prompt says when our adapter reads it."""

    def called(prompt, count=1):
        adapter = omni(sandbox)
        accepted = submit(adapter, film_job(prompt=prompt, params=SMALL, callback_url=inbox.url))
        while isinstance(poll(adapter, accepted), Running):
            time.sleep(0.02)
        google_play.until_done(lambda: len(inbox.received), lambda n: n >= count)
        keys_call = adapter.build_callback_keys()
        assert keys_call is not None
        keys = send(keys_call)
        return accepted, [
            lambda got=got: adapter.read_callback(as_callback(*got), keys) for got in inbox.received
        ]

    return called


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    inbox = Inbox()
    thread = threading.Thread(target=inbox.server.serve_forever, args=(0.02,))
    thread.start()
    yield inbox
    inbox.server.shutdown()
    thread.join()
    inbox.server.server_close()


def as_callback(headers, body):
    return Callback({name.lower(): value for name, value in headers.items()}, body, time.time())


@pytest.mark.parametrize(("word", "count"), [("", 1), ("[[hook-twice]]", 2), ("[[hook-late]]", 1)])
def test_a_callback_names_its_job(called, word, count):
    accepted, reads = called(f"кот {word}", count)

    assert [read() for read in reads] == [accepted.provider_job_id] * count


@pytest.mark.parametrize("word", ["[[hook-badsig]]", "[[hook-old]]"])
def test_a_bad_or_old_callback_is_nobodys(called, word):
    _, [read] = called(f"кот {word}")

    with pytest.raises(BadSignatureError):
        read()


def test_a_callback_may_come_before_the_answer(called):
    accepted, [read] = called("кот [[hook-early]]")

    assert read() == accepted.provider_job_id


def test_a_wrong_account_gets_no_token_and_makes_no_call(sandbox):
    stranger = replace(
        vertex(sandbox), credentials_json=google_play.service_account("http://127.0.0.1:9")
    )

    assert failure_of(lambda: submit(stranger, film_job(model=VEO, params=SHORT))) is (
        Failure.TRANSIENT
    )
    assert not sandbox.client.get("/__calls?service=vertex").json()["calls"]


def test_the_keys_of_nobody_open_nothing(sandbox):
    with pytest.raises(ProviderError):
        omni(sandbox).read_callback(
            Callback({"webhook-signature": "x"}, b"{}", 0.0), HttpAnswer(500, {}, b"<html>")
        )
