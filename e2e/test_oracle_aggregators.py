"""The same order by our adapter and by the provider's own client: the recorded requests agree.

What may differ is said at each comparison; headers are compared where they carry meaning.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import fal_client
import openai
import pytest
import replicate.client
import runwayml
from fal_client import client as fal_client_module

from botapp.catalog import Mode, Role
from botapp.providers import transport
from botapp.providers.base import InputFile
from botapp.providers.fal import Fal
from botapp.providers.model_input import data_uri
from botapp.providers.openai import OpenAI
from botapp.providers.replicate import Replicate
from botapp.providers.runway import Runway
from botapp.providers.sora import Sora
from botapp.tests.providers.ordering import picture
from e2e.adapter_play import Play, order
from sandbox.tests.serving import FAST, RunningSandbox, run_sandbox

pytestmark = pytest.mark.oracle

HOOK = "http://127.0.0.1:9/hook?job=r-1&k=x"


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with run_sandbox(FAST) as running:
        yield running


def seen(call: dict[str, Any], *headers: str) -> dict[str, Any]:
    """What of a recorded request must be the same."""
    shown = {name: call[name] for name in ("method", "path", "query", "body")}
    given = {name.lower(): value for name, value in call["headers"].items()}
    return shown | {name: given.get(name) for name in ("authorization", *headers)}


@pytest.fixture
def fal(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr(fal_client_module, "QUEUE_URL_FORMAT", f"{sandbox.base_url}/fal/")
    client = fal_client.SyncClient(key=FAST.fal_api_key)
    yield client
    client._client.close()


FAL_ORDERS = [
    (
        order("flux-pro", "fal", Mode.TEXT_TO_IMAGE, aspect_ratio="21:9", seed=7),
        {"aspect_ratio": "21:9", "seed": 7, "num_images": 1, "output_format": "png"},
    ),
    (
        order("gpt-image-1", "fal", Mode.TEXT_TO_IMAGE, quality="high", aspect_ratio="9:16"),
        {
            "quality": "high",
            "image_size": "portrait_16_9",
            "background": "auto",
            "num_images": 1,
        },
    ),
    (
        order("nano-banana", "fal", Mode.TEXT_TO_IMAGE, image_size="4K", count=2),
        {"aspect_ratio": "1:1", "resolution": "4K", "num_images": 2},
    ),
    (
        order("kling-v3", "fal", Mode.TEXT_TO_VIDEO, duration=3, audio=True),
        {"duration": "3", "aspect_ratio": "16:9", "generate_audio": True},
    ),
]


@pytest.mark.parametrize(("job", "arguments"), FAL_ORDERS)
def test_fal(sandbox: RunningSandbox, fal: Any, job: Any, arguments: dict[str, Any]) -> None:
    adapter = Fal(FAST.fal_api_key, f"{sandbox.base_url}/fal", jwks_url="")
    play = Play(adapter, sandbox, "fal")
    taken = play.accept(replace(job, prompt="[[fast]]", callback_url=HOOK))
    cancel = adapter.build_cancel(taken.provider_job_id, taken.metadata)
    play.ask(taken)

    handle = fal.submit(job.provider_model, {"prompt": "[[fast]]"} | arguments, webhook_url=HOOK)
    handle.get()

    our_calls, their_calls = [seen(call) for call in play.calls()[:3]], play.calls()[3:]
    assert our_calls[0] == seen(their_calls[0])
    for ours, theirs in zip(our_calls[1:], their_calls[1:], strict=True):
        # The id in the path is each job's own; the client does not say that it wants no logs.
        theirs["path"] = theirs["path"].replace(handle.request_id, taken.provider_job_id)
        assert seen(theirs) | {"query": {}} == ours | {"query": {}}
    assert cancel is not None
    assert cancel.url == handle.cancel_url.replace(handle.request_id, taken.provider_job_id)


@pytest.mark.parametrize(
    ("job", "given"),
    [
        (
            order("flux-pro", "replicate", Mode.TEXT_TO_IMAGE, aspect_ratio="16:9", seed=7),
            {"aspect_ratio": "16:9", "seed": 7, "output_format": "png"},
        ),
        (
            order("imagen-3", "replicate", Mode.TEXT_TO_IMAGE, negative_prompt="dogs"),
            {"aspect_ratio": "1:1", "negative_prompt": "dogs", "output_format": "png"},
        ),
    ],
)
def test_replicate(sandbox: RunningSandbox, job: Any, given: dict[str, Any]) -> None:
    play = Play(
        Replicate(FAST.replicate_api_key, f"{sandbox.base_url}/replicate"), sandbox, "replicate"
    )
    client = replicate.client.Client(
        api_token=FAST.replicate_api_key, base_url=f"{sandbox.base_url}/replicate"
    )
    taken = play.accept(replace(job, callback_url=HOOK))
    play.ask(taken)

    prediction = client.models.predictions.create(
        model=job.provider_model,
        input={"prompt": job.prompt} | given,
        webhook=HOOK,
        webhook_events_filter=["completed"],
    )
    prediction.reload()
    client._client.close()

    ours, our_poll, theirs, their_poll = play.calls()
    assert seen(ours) == seen(theirs)
    assert their_poll["path"].replace(prediction.id, taken.provider_job_id) == our_poll["path"]


def runway_by_client(client: runwayml.RunwayML, job: Any) -> str:
    """The job in the words of the client; the inputs are the same files."""
    first, *_ = [data_uri(file) for file in job.inputs] or [""]
    if job.mode is Mode.TEXT_TO_VIDEO:
        created: Any = client.text_to_video.create(
            model="gen4.5", prompt_text=job.prompt, ratio="720:1280", duration=3, seed=5
        )
    elif job.mode is Mode.IMAGE_TO_VIDEO:
        created = client.image_to_video.create(
            model="gen4_turbo",
            prompt_image=first,
            prompt_text=job.prompt,
            ratio="960:960",
            duration=10,
        )
    else:
        created = client.video_to_video.create(
            model="aleph2", video_uri=first, prompt_text=job.prompt, target_aspect_ratio="1:1"
        )
    return str(created.id)


@pytest.mark.parametrize(
    "job",
    [
        order(
            "runway_gen45", "runway", Mode.TEXT_TO_VIDEO, aspect_ratio="9:16", duration=3, seed=5
        ),
        order("runway_gen4", "runway", Mode.IMAGE_TO_VIDEO, aspect_ratio="1:1", duration=10),
        order("runway_aleph", "runway", Mode.VIDEO_TO_VIDEO, aspect_ratio="1:1"),
    ],
    ids=["words", "picture", "film"],
)
def test_runway(sandbox: RunningSandbox, job: Any) -> None:
    base_url = f"{sandbox.base_url}/runway"
    play = Play(Runway(FAST.runway_api_key, base_url), sandbox, "runway")
    taken = play.accept(job)
    play.ask(taken)
    cancel = play.adapter.build_cancel(taken.provider_job_id, {})

    with runwayml.RunwayML(api_key=FAST.runway_api_key, base_url=base_url) as client:
        task_id = runway_by_client(client, job)
        client.tasks.retrieve(task_id)
        client.tasks.delete(task_id)

    ours, our_poll, theirs, their_poll, their_cancel = play.calls()
    assert seen(ours, "x-runway-version") == seen(theirs, "x-runway-version")
    assert their_poll["path"].replace(task_id, taken.provider_job_id) == our_poll["path"]
    assert cancel is not None
    assert cancel.method == their_cancel["method"]
    their_path = their_cancel["path"].replace(task_id, taken.provider_job_id)
    assert cancel.url == f"{sandbox.base_url}{their_path}"


def named_by_content(call: dict[str, Any]) -> dict[str, Any]:
    """The request with files told by their bytes: what a file is called is everyone's own."""
    body = {
        name: [each["sha256"] for each in value]
        if isinstance(value, list)
        else (value.get("sha256") if isinstance(value, dict) else value)
        for name, value in call["body"].items()
    }
    return seen(call) | {"body": body}


@pytest.fixture
def openai_client(sandbox: RunningSandbox) -> Iterator[openai.OpenAI]:
    base_url = f"{sandbox.base_url}/openai/v1"
    with openai.OpenAI(api_key=FAST.openai_api_key, base_url=base_url) as client:
        yield client


def test_openai_generations(sandbox: RunningSandbox, openai_client: openai.OpenAI) -> None:
    play = Play(OpenAI(FAST.openai_api_key, f"{sandbox.base_url}/openai"), sandbox, "openai")
    play.submit(
        order(
            "gpt-image-1",
            "openai",
            Mode.TEXT_TO_IMAGE,
            aspect_ratio="16:9",
            quality="low",
            background="transparent",
            count=2,
        )
    )

    openai_client.images.generate(
        model="gpt-image-2.5-flare",
        prompt="кот",
        size="1536x864",
        quality="low",
        background="transparent",
        n=2,
        output_format="png",
    )

    ours, theirs = play.calls()
    assert seen(ours) == seen(theirs)


@pytest.mark.parametrize("count", [1, 3])
def test_openai_edits(sandbox: RunningSandbox, openai_client: openai.OpenAI, count: int) -> None:
    play = Play(OpenAI(FAST.openai_api_key, f"{sandbox.base_url}/openai"), sandbox, "openai")
    job = order("gpt-image-1", "openai", Mode.IMAGE_TO_IMAGE, quality="high")
    pictures = [picture(color) for color in ("red", "green", "blue")][:count]
    mask = picture("white")
    files = tuple(InputFile(each, "image/png") for each in pictures)
    masks = (InputFile(mask, "image/png", Role.MASK),) if count == 1 else ()
    play.submit(replace(job, prompt="[[fast]] кот", inputs=(*files, *masks)))

    given: Any = [("image.png", each, "image/png") for each in pictures]
    more: Any = {"mask": ("mask.png", mask, "image/png")} if masks else {}
    openai_client.images.edit(
        model="gpt-image-2.5-flare",
        prompt="[[fast]] кот",
        image=given[0] if count == 1 else given,
        size="1024x1024",
        quality="high",
        background="auto",
        n=1,
        output_format="png",
        **more,
    )

    ours, theirs = play.calls()
    assert named_by_content(ours) == named_by_content(theirs)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("mode", [Mode.TEXT_TO_VIDEO, Mode.IMAGE_TO_VIDEO])
def test_sora(sandbox: RunningSandbox, mode: Mode) -> None:
    play = Play(Sora(FAST.sora_api_key, f"{sandbox.base_url}/sora"), sandbox, "sora")
    job = order("sora2", "sora", mode, aspect_ratio="16:9", duration=4)
    finished = play.finish(job)
    transport.download(finished.media[0])
    [*_, download] = play.calls()
    frames = [part.data for part in play.adapter.build_submit(job).parts]

    base_url = f"{sandbox.base_url}/sora/v1"
    with openai.OpenAI(api_key=FAST.sora_api_key, base_url=base_url) as client:
        reference: Any = {"input_reference": ("a.png", frames[0], "image/png")} if frames else {}
        video = client.videos.create(
            model="sora-2", prompt="кот", seconds="4", size="1280x720", **reference
        )
        client.videos.poll(video.id, poll_interval_ms=10)
        client.videos.download_content(video.id)

    calls = play.calls()
    [ours, theirs] = [call for call in calls if call["method"] == "POST"]
    assert named_by_content(ours) == named_by_content(theirs)
    # The content type names the kind of form; its boundary is everyone's own.
    kinds = {call["headers"]["Content-Type"].partition(";")[0] for call in (ours, theirs)}
    assert kinds == {"multipart/form-data"}
    [*_, their_download] = calls
    assert download["operation"] == their_download["operation"]
    assert seen(download)["query"] == seen(their_download)["query"]
