"""Kling, kie and Midjourney: our adapters against the stand-ins, every route, every misfortune."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import jwt
import pytest
from aiohttp import web

from botapp.catalog import BY_SLUG, Mode, Range, Role
from botapp.providers import transport
from botapp.providers.base import (
    Accepted,
    BadSignatureError,
    Callback,
    Failure,
    Finished,
    HttpAnswer,
    Job,
    Parent,
    Provider,
    ProviderError,
    Running,
)
from botapp.providers.kie import Kie
from botapp.providers.kie_mj import KieMidjourney
from botapp.providers.kling import Kling
from botapp.providers.kling_legacy import KlingLegacy
from botapp.providers.midjourney_proxy import MidjourneyProxy
from botapp.tests.providers.ordering import job_for, routes_of
from e2e.adapter_play import Play, size_of
from sandbox.film.source import probe_film
from sandbox.tests.conftest import inbox  # noqa: F401 (a fixture)
from sandbox.tests.gemini_play import picture
from sandbox.tests.kling_play import QUICK, source_film
from sandbox.tests.lava_play import Inbox
from sandbox.tests.serving import RunningSandbox, run_sandbox, serve

KLING_SECRET = QUICK.kling_webhook_secret
ADAPTERS: dict[str, Callable[[str], Provider]] = {
    "kling": lambda url: Kling(QUICK.kling_api_key, f"{url}/kling", webhook_secret=KLING_SECRET),
    "kling_legacy": lambda url: KlingLegacy(
        "",
        f"{url}/kling",
        webhook_secret=KLING_SECRET,
        access_key=QUICK.kling_access_key,
        secret_key=QUICK.kling_secret_key,
    ),
    "kie": lambda url: Kie(QUICK.kie_api_key, f"{url}/kie", webhook_key=QUICK.kie_webhook_key),
    "kie_mj": lambda url: KieMidjourney(
        QUICK.kie_api_key, f"{url}/kie", webhook_key=QUICK.kie_webhook_key
    ),
    "midjourney_proxy": lambda url: MidjourneyProxy(QUICK.midjourney_api_key, f"{url}/midjourney"),
}
SERVICES = {
    "kling": "kling",
    "kling_legacy": "kling",
    "kie": "kie",
    "kie_mj": "kie",
    "midjourney_proxy": "midjourney",
}
USUAL = {
    "kling": ("kling-v3", Mode.TEXT_TO_VIDEO),
    "kling_legacy": ("kling-v2-1-master", Mode.TEXT_TO_VIDEO),
    "kie": ("nano-banana-lite", Mode.TEXT_TO_IMAGE),
    "kie_mj": ("midjourney-v7-fast", Mode.TEXT_TO_IMAGE),
    "midjourney_proxy": ("midjourney-v7-fast", Mode.TEXT_TO_IMAGE),
}
FOLLOW_UPS = (Mode.UPSCALE, Mode.VARIATION)
ROUTES = [
    pytest.param(provider, card.slug, mode, id=f"{provider}-{card.slug}-{mode}")
    for provider in ADAPTERS
    for card, _route, mode in routes_of(provider)
    if mode not in FOLLOW_UPS
]
ALL = pytest.mark.parametrize("provider", ADAPTERS)
SIGNING = pytest.mark.parametrize("provider", ["kling", "kling_legacy", "kie", "kie_mj"])
MIDJOURNEY = pytest.mark.parametrize("provider", ["kie_mj", "midjourney_proxy"])
FRAME = picture("red", (640, 480))


@pytest.fixture(scope="module")
def files() -> Iterator[str]:
    """Our own addresses of a person's files, as providers fetch them."""
    shelf = {"picture.png": FRAME, "film.mp4": source_film(3)}

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=shelf[request.match_info["name"]])

    app = web.Application()
    app.router.add_get("/{name}", answer)
    with serve(app) as url:
        yield url


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with run_sandbox(QUICK) as running:
        yield running


@pytest.fixture
def play(sandbox: RunningSandbox, provider: str) -> Play:
    return Play(ADAPTERS[provider](sandbox.base_url), sandbox, SERVICES[provider])


def ordered(
    provider: str, slug: str, mode: Mode, files: str = "", prompt: str = "[[fast]] cat", **params
) -> Job:
    """As short as the card has it, with files that can be opened."""
    length = BY_SLUG[slug].params.get("duration")
    shortest = {"duration": length.minimum} if isinstance(length, Range) else {}
    job = job_for(slug, provider, mode, **shortest, **params)
    inputs = tuple(
        replace(file, data=FRAME, url=f"{files}/{_name(file.role)}") for file in job.inputs
    )
    return replace(job, prompt=prompt, inputs=inputs)


def usual(provider: str, prompt: str, **changes: Any) -> Job:
    return replace(ordered(provider, *USUAL[provider], prompt=prompt), **changes)


def failure_of(act: Callable[[], object]) -> Failure:
    with pytest.raises(ProviderError) as refused:
        act()
    return refused.value.failure


@pytest.mark.parametrize(("provider", "slug", "mode"), ROUTES)
def test_every_route_brings_what_was_ordered(
    play: Play, files: str, provider: str, slug: str, mode: Mode
):
    job = ordered(provider, slug, mode, files)

    finished = play.finish(job)

    films = [transport.download(media) for media in finished.media]
    assert len(films) == (4 if (provider, mode.value[-5:]) == ("kie_mj", "image") else 1)
    width, height = size_of(films[0])
    asked = str(job.params.get("aspect_ratio", "4:3"))
    across, down = (int(part) for part in asked.split(":"))
    # A film that is changed keeps its own shape.
    ratio = 16 / 9 if mode is Mode.VIDEO_TO_VIDEO else across / down
    assert width / height == pytest.approx(ratio, rel=0.05)
    if "duration" in job.params:
        assert round(probe_film(films[0])[1]) == job.params["duration"]
    assert len(play.orders()) == 1


@MIDJOURNEY
@pytest.mark.parametrize("index", [0, 3])
def test_one_picture_is_enlarged_and_varied(play: Play, provider: str, index: int):
    taken = play.accept(usual(provider, "[[fast]] cat"))
    first = play.wait(taken)
    parent = Parent(taken.provider_job_id, index, taken.metadata)
    slug, _mode = USUAL[provider]

    large, others = (
        play.finish(replace(ordered(provider, slug, mode), parent=parent)) for mode in FOLLOW_UPS
    )

    [enlarged] = large.media
    is_grid = provider == "midjourney_proxy"
    times = 1 if is_grid else 2
    before = size_of(transport.download(first.media[0]))
    assert size_of(transport.download(enlarged)) == tuple(side * times for side in before)
    assert len(others.media) == len(first.media) == (1 if is_grid else 4)
    assert (first.metadata, large.metadata) == ({"grid_side": 2} if is_grid else {}, {})


@ALL
@pytest.mark.parametrize(
    ("word", "failure"),
    [
        ("policy", Failure.POLICY),
        ("badparam", Failure.BAD_INPUT),
        ("badkey", Failure.AUTH),
        ("nocredit", Failure.NO_PROVIDER_MONEY),
        ("gone", Failure.MODEL_GONE),
        ("429", Failure.RATE),
        ("429-always", Failure.RATE),
        ("500", Failure.TRANSIENT),
        ("500-always", Failure.TRANSIENT),
        ("503", Failure.TRANSIENT),
        ("garbage", Failure.UNKNOWN_SUBMIT),
        ("timeout-after-accept", Failure.UNKNOWN_SUBMIT),
    ],
)
def test_a_refused_submit_has_its_name(play: Play, provider: str, word: str, failure: Failure):
    if provider == "midjourney_proxy":
        # It knows neither models nor money, only "failure" and "not found".
        others = {"nocredit": Failure.TRANSIENT, "gone": Failure.BAD_INPUT}
        failure = others.get(word, failure)

    assert failure_of(lambda: play.submit(usual(provider, f"[[{word}]] cat"))) is failure
    assert len(play.orders()) == 1


@ALL
@pytest.mark.parametrize(
    ("word", "failure"),
    [
        ("policy-end", Failure.POLICY),
        ("fail", Failure.EMPTY_RESULT),
        ("noimage", Failure.EMPTY_RESULT),
    ],
)
def test_a_job_that_failed_says_why_and_is_over(
    play: Play, provider: str, word: str, failure: Failure
):
    assert failure_of(lambda: play.finish(usual(provider, f"[[{word}]] cat"))) is failure


@ALL
@pytest.mark.parametrize("word", ["", "[[500-poll]]", "[[unknown-status]]"])
def test_a_job_arrives_though_it_takes_a_few_polls_or_stumbles(
    play: Play, provider: str, word: str
):
    assert play.finish(usual(provider, f"{word} cat")).media
    polls = [call for call in play.calls() if call["method"] == "GET"]
    assert len(polls) >= 3


@ALL
def test_a_job_may_never_end(play: Play, provider: str):
    taken = play.accept(usual(provider, "[[never]] cat"))

    assert all(isinstance(play.ask(taken), Running) for _ in range(5))


@ALL
def test_an_expired_result_is_an_empty_one(play: Play, provider: str):
    finished = play.finish(usual(provider, "[[expired]] cat"))

    assert failure_of(lambda: transport.download(finished.media[0])) is Failure.EMPTY_RESULT


@ALL
def test_a_job_that_nobody_knows_is_lost(play: Play, provider: str):
    taken = play.accept(usual(provider, "cat"))
    unknown = replace(taken, provider_job_id="17")

    assert failure_of(lambda: play.ask(unknown)) is Failure.EMPTY_RESULT


@ALL
def test_nobody_of_them_can_stop_a_job(play: Play, provider: str):
    assert play.adapter.build_cancel("17", {}) is None


@pytest.mark.parametrize(
    ("provider", "mode"),
    [
        ("kling", Mode.TEXT_TO_VIDEO),
        ("kling_legacy", Mode.TEXT_TO_VIDEO),
        ("kling_legacy", Mode.IMAGE_TO_VIDEO),
        ("midjourney_proxy", Mode.TEXT_TO_IMAGE),
    ],
)
def test_a_job_whose_answer_was_lost_is_found_by_our_reference(
    play: Play, provider: str, mode: Mode
):
    slug, _ = USUAL[provider]
    job = ordered(provider, slug, mode, prompt="[[timeout-after-accept]] cat")
    with pytest.raises(ProviderError):
        play.submit(replace(job, reference="U-77-1"))

    found = recover(play, "U-77-1")

    assert found is not None
    assert play.wait(found).media
    assert len(play.orders()) == 1


@pytest.mark.parametrize("provider", ["kling", "kling_legacy", "midjourney_proxy"])
def test_a_reference_that_was_never_used_leads_to_no_job(play: Play, provider: str):
    found = recover(play, "U-78-1")

    # The older routes of Kling are asked one after the other.
    assert found is None or failure_of(lambda: play.ask(found)) is Failure.EMPTY_RESULT


@pytest.mark.parametrize("provider", ["kie", "kie_mj"])
def test_kie_cannot_be_asked_by_our_reference(play: Play, provider: str):
    assert play.adapter.build_recovery("U-77-1") is None


@ALL
def test_a_callback_names_the_job(play: Play, inbox: Inbox, provider: str):  # noqa: F811
    taken = play.accept(usual(provider, "[[hook-early]] cat", callback_url=inbox.url))

    assert play.adapter.read_callback(first_callback(play, inbox), None) == taken.provider_job_id


@SIGNING
@pytest.mark.parametrize("word", ["hook-badsig", "hook-old"])
def test_a_callback_that_is_forged_or_old_is_not_believed(
    play: Play,
    inbox: Inbox,  # noqa: F811
    provider: str,
    word: str,
):
    prompt = f"[[hook-early]] [[{word}]] cat"
    play.accept(usual(provider, prompt, callback_url=inbox.url))

    with pytest.raises(BadSignatureError):
        play.adapter.read_callback(first_callback(play, inbox), None)


@pytest.mark.parametrize("provider", ["kling_legacy"])
def test_the_token_we_send_is_what_pyjwt_takes_for_good(play: Play, provider: str):
    play.accept(usual(provider, "cat"))

    [order] = play.orders()
    token = order["headers"]["Authorization"].removeprefix("Bearer ")
    claims = jwt.decode(token, QUICK.kling_secret_key, algorithms=["HS256"])
    assert claims["iss"] == QUICK.kling_access_key
    assert claims["exp"] - claims["nbf"] == 1805


@pytest.mark.parametrize("provider", ["kling_legacy"])
@pytest.mark.parametrize(("shift_s", "failure"), [(-3600, "1004"), (3600, "1003")])
def test_a_token_of_a_wrong_clock_is_made_anew(
    sandbox: RunningSandbox, play: Play, shift_s: int, failure: str
):
    assert isinstance(play.adapter, KlingLegacy)
    right = play.adapter.clock
    wrong = replace(play.adapter, clock=lambda: right() + shift_s)

    with pytest.raises(ProviderError, match=failure) as refused:
        Play(wrong, sandbox, "kling").submit(usual("kling_legacy", "cat"))

    assert refused.value.failure is Failure.TRANSIENT
    assert play.finish(usual("kling_legacy", "[[fast]] cat")).media


@pytest.mark.parametrize("provider", ["kling"])
def test_the_api_key_opens_the_older_routes_too(sandbox: RunningSandbox, play: Play):
    adapter = KlingLegacy(QUICK.kling_api_key, f"{sandbox.base_url}/kling")

    finished = Play(adapter, sandbox, "kling").finish(usual("kling_legacy", "[[fast]] cat"))

    assert isinstance(finished, Finished)


def recover(play: Play, reference: str) -> Accepted | None:
    call = play.adapter.build_recovery(reference)
    assert call is not None
    [answer] = transport.send_all([call])
    assert isinstance(answer, HttpAnswer)
    return play.adapter.read_recovery(answer, reference)


def first_callback(play: Play, inbox: Inbox) -> Callback:  # noqa: F811
    """[[hook-early]] has told it before the submit was answered."""
    headers, body = inbox.received[0]
    [sent, *_] = play.sandbox.client.get("/__callbacks").json()["callbacks"]
    lower = {name.lower(): text for name, text in headers.items()}
    assert sent["body"].encode() == body
    return Callback(lower, body, received_at_s=time.time())


def _name(role: Role) -> str:
    return "film.mp4" if role is Role.VIDEO else "picture.png"
