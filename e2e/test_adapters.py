"""Our adapters against the stand-ins: every route of the cards, every misfortune."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PIL import Image

from botapp.catalog import CARDS, Mode, Param, Range, Role
from botapp.providers import transport
from botapp.providers.base import (
    BadSignatureError,
    Callback,
    Failure,
    Finished,
    HttpAnswer,
    InputFile,
    Job,
    Provider,
    ProviderError,
    Running,
)
from botapp.providers.fal import Fal
from botapp.providers.openai import OpenAI
from botapp.providers.replicate import Replicate
from botapp.providers.runway import Runway
from botapp.providers.sora import Sora
from botapp.tests.providers.ordering import routes_of
from e2e.adapter_play import Play, order, size_of
from sandbox.tests.conftest import inbox  # noqa: F401 (a fixture)
from sandbox.tests.fal_play import wait_for
from sandbox.tests.lava_play import Inbox
from sandbox.tests.serving import FAST, RunningSandbox, run_sandbox

ADAPTERS: dict[str, Callable[[str], Provider]] = {
    "fal": lambda url: Fal(
        FAST.fal_api_key, f"{url}/fal", jwks_url=f"{url}/fal/.well-known/jwks.json"
    ),
    "replicate": lambda url: Replicate(FAST.replicate_api_key, f"{url}/replicate"),
    "runway": lambda url: Runway(FAST.runway_api_key, f"{url}/runway"),
    "openai": lambda url: OpenAI(FAST.openai_api_key, f"{url}/openai"),
    "sora": lambda url: Sora(FAST.sora_api_key, f"{url}/sora"),
}
USUAL = {
    "fal": ("flux-pro", Mode.TEXT_TO_IMAGE),
    "replicate": ("flux-pro", Mode.TEXT_TO_IMAGE),
    "runway": ("runway_gen4", Mode.IMAGE_TO_VIDEO),
    "openai": ("gpt-image-1", Mode.IMAGE_TO_IMAGE),
    "sora": ("sora2", Mode.TEXT_TO_VIDEO),
}
ROUTES = [
    pytest.param(provider, card.slug, mode, id=f"{provider}-{card.slug}-{mode}")
    for provider in ADAPTERS
    for card, _route, mode in routes_of(provider)
]
ALL = pytest.mark.parametrize("provider", ADAPTERS)
JOBS = pytest.mark.parametrize("provider", ["fal", "replicate", "runway", "sora"])
CALLING_BACK = pytest.mark.parametrize("provider", ["fal", "replicate"])


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with run_sandbox(FAST) as running:
        yield running


@pytest.fixture
def play(sandbox: RunningSandbox, provider: str) -> Play:
    return Play(ADAPTERS[provider](sandbox.base_url), sandbox, provider)


def usual(provider: str, prompt: str) -> Job:
    slug, mode = USUAL[provider]
    return order(slug, provider, mode, prompt=prompt)


def shortest(slug: str) -> dict[str, int]:
    [card] = [card for card in CARDS if card.slug == slug]
    length: Param | None = card.params.get("duration")
    return {"duration": length.minimum} if isinstance(length, Range) else {}


@pytest.mark.parametrize(("provider", "slug", "mode"), ROUTES)
def test_every_route_brings_what_was_ordered(play: Play, provider: str, slug: str, mode: Mode):
    job = order(slug, provider, mode, prompt="[[fast]] кот", **shortest(slug))

    finished = play.finish(job)

    [width, height] = size_of(transport.download(finished.media[0]))
    asked = str(job.params.get("aspect_ratio", ""))
    if ":" in asked:
        across, down = (int(part) for part in asked.split(":"))
        assert width / height == pytest.approx(across / down, rel=0.03)
    assert len(play.orders()) == 1


@pytest.mark.parametrize(("provider", "slug"), [("fal", "nano-banana"), ("openai", "gpt-image-1")])
def test_as_many_pictures_come_as_were_ordered(play: Play, provider: str, slug: str):
    finished = play.finish(order(slug, provider, Mode.TEXT_TO_IMAGE, count=3))

    assert len({transport.download(media) for media in finished.media}) == 3


@ALL
@pytest.mark.parametrize(
    ("word", "failure"),
    [
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
    with pytest.raises(ProviderError) as refused:
        play.submit(usual(provider, f"[[{word}]] кот"))

    assert refused.value.failure is failure
    assert len(play.orders()) == 1


@ALL
def test_what_waiting_does_not_help_is_no_matter_of_waiting(play: Play, provider: str):
    with pytest.raises(ProviderError) as refused:
        play.submit(usual(provider, "[[429-day]] кот"))

    # OpenAI says "quota" when the money is gone; the others have no such word.
    is_openai = provider in ("openai", "sora")
    assert refused.value.failure is (Failure.NO_PROVIDER_MONEY if is_openai else Failure.RATE)


@ALL
@pytest.mark.parametrize(
    ("word", "failure"),
    [
        ("policy", Failure.POLICY),
        ("policy-end", Failure.POLICY),
        ("badparam", Failure.BAD_INPUT),
        ("noimage", Failure.EMPTY_RESULT),
    ],
)
def test_a_failure_sooner_or_later_has_its_name(
    play: Play, provider: str, word: str, failure: Failure
):
    with pytest.raises(ProviderError) as refused:
        transport.download(play.finish(usual(provider, f"[[{word}]] кот")).media[0])

    assert refused.value.failure is failure
    assert len(play.orders()) == 1


@JOBS
def test_a_job_that_failed_is_never_asked_about_again(play: Play, provider: str):
    with pytest.raises(ProviderError) as refused:
        play.finish(usual(provider, "[[fail]] кот"))

    assert refused.value.failure is Failure.EMPTY_RESULT


@JOBS
@pytest.mark.parametrize("word", ["fast", "500-poll", "unknown-status"])
def test_a_stumbling_job_arrives(play: Play, provider: str, word: str):
    finished = play.finish(usual(provider, f"[[{word}]] кот"))

    assert transport.download(finished.media[0])


@JOBS
def test_a_job_may_never_end(play: Play, provider: str):
    taken = play.accept(usual(provider, "[[never]] кот"))

    assert all(isinstance(play.ask(taken), Running) for _ in range(5))


@JOBS
def test_an_expired_result_is_an_empty_one(play: Play, provider: str):
    finished = play.finish(usual(provider, "[[expired]] кот"))

    with pytest.raises(ProviderError) as refused:
        transport.download(finished.media[0])
    assert refused.value.failure is Failure.EMPTY_RESULT


@JOBS
def test_a_job_that_nobody_knows_is_lost(play: Play, provider: str):
    taken = play.accept(usual(provider, "кот"))

    with pytest.raises(ProviderError) as refused:
        play.ask(replace(taken, provider_job_id="11111111-1111-4111-8111-111111111111"))
    assert refused.value.failure is Failure.EMPTY_RESULT


@pytest.mark.parametrize(
    ("provider", "is_certain"), [("fal", False), ("replicate", True), ("runway", True)]
)
def test_a_cancelled_job_brings_nothing(play: Play, provider: str, is_certain: bool):
    taken = play.accept(usual(provider, "[[never]] кот"))
    call = play.adapter.build_cancel(taken.provider_job_id, taken.metadata)

    assert call is not None
    # fal only takes note of the wish.
    assert play.adapter.read_cancel(transport.send(call)) is (provider != "fal")
    with pytest.raises(ProviderError) as refused:
        play.ask(taken)
    assert refused.value.failure is Failure.EMPTY_RESULT


@pytest.mark.parametrize("provider", ["replicate"])
def test_a_job_whose_answer_was_lost_is_found_by_our_number(play: Play):
    job = replace(
        usual("replicate", "[[timeout-after-accept]] [[fast]] кот"),
        reference="r-777",
        callback_url="https://bot.example/hook?job=r-777",
    )
    with pytest.raises(ProviderError):
        play.submit(job)

    call = play.adapter.build_recovery("r-777")
    assert call is not None
    answer = transport.send(call)
    found = play.adapter.read_recovery(answer, "r-777")

    assert found is not None
    assert isinstance(play.wait(found), Finished)
    assert play.adapter.read_recovery(answer, "r-778") is None


def test_openai_repaints_only_what_the_mask_leaves_open(sandbox: RunningSandbox):
    play = Play(ADAPTERS["openai"](sandbox.base_url), sandbox, "openai")
    job = order("gpt-image-1", "openai", Mode.IMAGE_TO_IMAGE)
    mask = InputFile(open_half((64, 48)), "image/png", Role.MASK)

    finished = play.finish(replace(job, inputs=(*job.inputs, mask)))

    with Image.open(io.BytesIO(transport.download(finished.media[0]))) as made:
        kept, repainted = made.convert("RGB").crop((0, 0, 100, made.height)), made
        assert kept.getpixel((10, made.height // 2)) == (255, 0, 0)
        assert len(repainted.convert("RGB").getcolors(2**24) or ()) > 10


def open_half(size: tuple[int, int]) -> bytes:
    """A mask that keeps the left half."""
    mask = Image.new("RGBA", size, (0, 0, 0, 0))
    mask.paste((0, 0, 0, 255), (0, 0, size[0] // 2, size[1]))
    written = io.BytesIO()
    mask.save(written, "PNG")
    return written.getvalue()


def heard(play: Play, inbox: Inbox, word: str) -> tuple[Callback, HttpAnswer | None, str]:  # noqa: F811
    """A callback as it came, the keys to check it, and the id of its job."""
    job = replace(usual(play.service, f"[[fast]] [[{word}]] кот"), callback_url=inbox.url)
    taken = play.accept(job)
    headers, body = wait_for(inbox, 1)[0]
    lower = {name.lower(): value for name, value in headers.items()}
    call = play.adapter.build_callback_keys()
    keys = None if call is None else transport.send(call)
    stamp = lower.get("webhook-timestamp") or lower["x-fal-webhook-timestamp"]
    # Our clock: of the present, however old the callback says that it is.
    now = int(stamp) + (3600 if word == "hook-old" else 1)
    return Callback(lower, body, received_at_s=now), keys, taken.provider_job_id


@CALLING_BACK
@pytest.mark.parametrize("word", ["fast", "hook-twice", "hook-early", "policy-end", "fail"])
def test_a_callback_names_its_job(play: Play, inbox: Inbox, word: str):  # noqa: F811
    callback, keys, job_id = heard(play, inbox, word)

    assert play.adapter.read_callback(callback, keys) == job_id


@CALLING_BACK
@pytest.mark.parametrize("word", ["hook-badsig", "hook-old"])
def test_a_spoilt_callback_is_not_believed(play: Play, inbox: Inbox, word: str):  # noqa: F811
    callback, keys, _ = heard(play, inbox, word)

    with pytest.raises(BadSignatureError):
        play.adapter.read_callback(callback, keys)


def test_a_lost_job_of_fal_is_found_by_its_callback(sandbox: RunningSandbox, inbox: Inbox):  # noqa: F811
    play = Play(ADAPTERS["fal"](sandbox.base_url), sandbox, "fal")
    job = replace(usual("fal", "[[timeout-after-accept]] [[fast]] кот"), callback_url=inbox.url)
    with pytest.raises(ProviderError):
        play.submit(job)

    headers, body = wait_for(inbox, 1)[0]
    lower = {name.lower(): value for name, value in headers.items()}
    now = float(lower["x-fal-webhook-timestamp"])
    keys_call = play.adapter.build_callback_keys()
    assert keys_call is not None
    job_id = play.adapter.read_callback(Callback(lower, body, now), transport.send(keys_call))
    metadata = {"model": job.provider_model}
    answer = transport.send(play.adapter.build_poll(job_id, metadata))
    ready = play.adapter.read_poll(answer, metadata)

    finished = play.adapter.read_result(transport.send(ready.call))  # type: ignore[union-attr]
    assert Image.open(io.BytesIO(transport.download(finished.media[0]))).size
