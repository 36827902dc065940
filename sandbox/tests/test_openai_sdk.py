"""The witness: OpenAI's official client, unchanged, is satisfied with the stand-in."""

import base64
import io
import warnings

import openai
import pytest
from aiohttp import web
from PIL import Image

from sandbox.config import Config
from sandbox.film.source import probe_film
from sandbox.tests.gemini_play import picture
from sandbox.tests.serving import FAST, run_sandbox, serve

pytestmark = pytest.mark.oracle

MODEL = "gpt-image-2.5-flare"


@pytest.fixture
def client(sandbox):
    with client_of(sandbox) as client:
        yield client


def client_of(sandbox, prefix="openai", api_key=FAST.openai_api_key, **settings):
    base_url = f"{sandbox.base_url}/{prefix}/v1"
    return openai.OpenAI(api_key=api_key, base_url=base_url, **{"max_retries": 0} | settings)


@pytest.fixture(autouse=True)
def _the_client_says_that_videos_are_deprecated():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


def image_of(answer):
    return Image.open(io.BytesIO(base64.b64decode(answer.data[0].b64_json)))


def png(size=(160, 160), color="red"):
    return ("a.png", picture(color, size), "image/png")


def test_the_client_gets_a_picture(client):
    answer = client.images.generate(
        model=MODEL,
        prompt="кот",
        size="1536x864",
        quality="low",
        n=1,
        output_format="jpeg",
        output_compression=80,
        background="opaque",
        moderation="low",
        safety_identifier="abc",
    )

    assert image_of(answer).size == (1536, 864)
    assert (answer.output_format, answer.quality, answer.background) == ("jpeg", "low", "opaque")
    assert answer.usage.output_tokens_details.image_tokens == answer.usage.output_tokens
    assert answer._request_id.startswith("req_")


@pytest.mark.parametrize(
    ("images", "names"), [(png(), ["image"]), ([png(), png(color="blue")], ["image[]"])]
)
def test_the_client_edits_photos(sandbox, client, images, names):
    answer = client.images.edit(model=MODEL, prompt="кот", image=images, size="1024x1024")

    assert image_of(answer).size == (1024, 1024)
    [call] = sandbox.client.get("/__calls?service=openai").json()["calls"]
    assert call["operation"] == "POST /v1/images/edits"
    assert [name for name in call["body"] if name.startswith("image")] == names


def test_the_client_edits_a_part_of_a_photo(client):
    mask = io.BytesIO()
    Image.new("RGBA", (160, 160), (0, 0, 0, 255)).save(mask, "PNG")

    answer = client.images.edit(
        model=MODEL, prompt="море", image=png(), mask=("m.png", mask.getvalue(), "image/png")
    )

    assert image_of(answer).getpixel((500, 100)) == (255, 0, 0)


def test_the_client_sees_the_moderation(client):
    with pytest.raises(openai.BadRequestError) as caught:
        client.images.generate(model=MODEL, prompt="[[policy]]")

    assert caught.value.code == "moderation_blocked"
    assert caught.value.type == "image_generation_user_error"
    assert caught.value.body["moderation_details"]["moderation_stage"] == "input"


@pytest.mark.parametrize(
    ("prompt", "error", "code"),
    [
        ("[[429]]", openai.RateLimitError, "rate_limit_exceeded"),
        ("[[nocredit]]", openai.RateLimitError, "insufficient_quota"),
        ("[[gone]]", openai.NotFoundError, "model_not_found"),
        ("[[badparam]]", openai.BadRequestError, "invalid_value"),
        ("[[badkey]]", openai.AuthenticationError, "invalid_api_key"),
        ("[[500]]", openai.InternalServerError, "server_error"),
    ],
)
def test_the_client_sees_every_refusal(client, prompt, error, code):
    with pytest.raises(error) as caught:
        client.images.generate(model=MODEL, prompt=prompt)

    assert caught.value.code == code


def test_the_client_sees_a_wrong_key(sandbox):
    with (
        client_of(sandbox, api_key="wrong") as stranger,
        pytest.raises(openai.AuthenticationError),
    ):
        stranger.images.generate(model=MODEL, prompt="кот")


def test_the_client_left_to_itself_pays_three_times_for_a_lost_answer(sandbox):
    with client_of(sandbox, max_retries=2) as client, pytest.raises(openai.APIConnectionError):
        client.images.generate(model=MODEL, prompt="[[timeout-after-accept]]")

    assert len(sandbox.client.get("/__calls?service=openai").json()["calls"]) == 3


@pytest.mark.parametrize("prefix", ["openai", "sora"])
def test_the_client_makes_and_downloads_a_video(sandbox, prefix):
    key = FAST.sora_api_key if prefix == "sora" else FAST.openai_api_key
    with client_of(sandbox, prefix, key) as client:
        video = client.videos.create_and_poll(
            prompt="кот",
            model="sora-2",
            seconds="4",
            size="1280x720",
            input_reference=png((1280, 720)),
        )
        content = client.videos.download_content(video.id).read()
        thumbnail = client.videos.download_content(video.id, variant="thumbnail").read()

    assert (video.status, video.progress, video.seconds) == ("completed", 100, "4")
    assert probe_film(content) == ((1280, 720), 4)
    assert Image.open(io.BytesIO(thumbnail)).size == (1280, 720)


def test_the_client_remixes_lists_and_deletes_videos(client):
    video = client.videos.create_and_poll(prompt="[[fast]] кот")
    remix = client.videos.remix(video.id, prompt="[[fast]] ночью")

    assert remix.remixed_from_video_id == video.id
    assert [listed.id for listed in client.videos.list(limit=1)] == [remix.id, video.id]
    assert client.videos.delete(video.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.videos.retrieve(video.id)


def test_the_client_sees_why_a_video_failed(client):
    video = client.videos.create_and_poll(prompt="[[policy-end]] [[fast]]")

    assert (video.status, video.error.code) == ("failed", "moderation_blocked")


def test_the_client_unwraps_the_webhook_and_sees_through_a_forged_one():
    posts = []

    async def take(request):
        posts.append((dict(request.headers), await request.text()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", take)
    with serve(app) as url:
        config = Config(openai_webhook_url=f"{url}/hook", video_job_s=0.0)
        with run_sandbox(config) as sandbox, client_of(sandbox) as client:
            genuine = client.videos.create(prompt="[[hook-early]] кот")
            client.videos.create(prompt="[[hook-early]] [[hook-badsig]]")
            client.videos.create(prompt="[[hook-early]] [[hook-old]]")
            settings = {"secret": config.openai_webhook_secret}
            event = client.webhooks.unwrap(posts[0][1], posts[0][0], **settings)
            for headers, body in posts[1:]:
                with pytest.raises(openai.InvalidWebhookSignatureError):
                    client.webhooks.unwrap(body, headers, **settings)

    assert (event.type, event.data.id) == ("video.completed", genuine.id)
    assert len(posts) == 3
