"""The witness: Google's official client, unchanged, is satisfied with the stand-in."""

import io

import pytest
from google import genai
from google.genai import errors, types
from PIL import Image

from sandbox.tests.gemini_play import recording
from sandbox.tests.serving import FAST

pytestmark = pytest.mark.oracle

MODEL = "gemini-nano-banana-2.1"


@pytest.fixture
def client(sandbox):
    return client_of(sandbox, FAST.gemini_api_key)


def client_of(sandbox, api_key):
    options = types.HttpOptions(base_url=f"{sandbox.base_url}/gemini")
    return genai.Client(api_key=api_key, http_options=options)


def image_config(**image):
    return types.GenerateContentConfig(
        response_modalities=["TEXT", "IMAGE"],
        thinking_config=types.ThinkingConfig(thinking_level=types.ThinkingLevel.MINIMAL),
        image_config=types.ImageConfig(**image),
    )


def final_image(answer):
    [*_, last] = [part for part in answer.parts if part.inline_data and not part.thought]
    return Image.open(io.BytesIO(last.inline_data.data))


@pytest.mark.parametrize(
    ("ratio", "size", "pixels"), [("9:16", "1K", (768, 1376)), ("1:1", "2K", (2048, 2048))]
)
def test_the_client_gets_a_picture_of_the_asked_size(client, ratio, size, pixels):
    answer = client.models.generate_content(
        model=MODEL,
        contents="put the cat on the moon",
        config=image_config(aspect_ratio=ratio, image_size=size),
    )

    assert final_image(answer).size == pixels
    assert answer.candidates[0].finish_reason is types.FinishReason.STOP
    assert answer.usage_metadata.candidates_tokens_details[0].modality is types.MediaModality.IMAGE
    assert answer.model_version == MODEL
    assert answer.response_id


def test_the_client_edits_a_photo(client):
    photo = io.BytesIO()
    Image.new("RGB", (200, 200), (10, 200, 30)).save(photo, "JPEG")
    part = types.Part.from_bytes(data=photo.getvalue(), mime_type="image/jpeg")

    answer = client.models.generate_content(model=MODEL, contents=["add a dog", part])

    assert final_image(answer).size == (1024, 1024)


def test_the_client_sees_the_draft_of_pro_as_a_thought(client):
    answer = client.models.generate_content(model="gemini-3-pro-image", contents="a cat")

    drafts = [part for part in answer.parts if part.inline_data and part.thought]
    assert len(drafts) == 1
    assert final_image(answer).size == (1024, 1024)
    assert answer.parts[-1].thought_signature


def test_the_client_sees_the_block_reason(client):
    answer = client.models.generate_content(model=MODEL, contents="[[policy]]")

    assert answer.prompt_feedback.block_reason is types.BlockedReason.PROHIBITED_CONTENT
    assert answer.candidates is None


def test_the_client_sees_image_safety(client):
    answer = client.models.generate_content(model=MODEL, contents="[[policy-end]]")

    assert answer.candidates[0].finish_reason is types.FinishReason.IMAGE_SAFETY
    assert answer.parts is None


def test_the_client_sees_when_to_retry(client):
    with pytest.raises(errors.ClientError) as caught:
        client.models.generate_content(model=MODEL, contents="[[429]]")

    assert (caught.value.code, caught.value.status) == (429, "RESOURCE_EXHAUSTED")
    details = caught.value.details["error"]["details"]
    [retry] = [d for d in details if d["@type"] == "type.googleapis.com/google.rpc.RetryInfo"]
    assert retry["retryDelay"] == "2s"


def test_the_client_sees_a_model_that_is_gone(client):
    with pytest.raises(errors.ClientError) as caught:
        client.models.generate_content(model="gemini-2.5-flash-image", contents="a cat")

    assert (caught.value.code, caught.value.status) == (404, "NOT_FOUND")


def test_the_client_sees_a_wrong_key(sandbox):
    stranger = client_of(sandbox, "wrong")

    with pytest.raises(errors.ClientError) as caught:
        stranger.models.generate_content(model=MODEL, contents="a cat")

    assert (caught.value.code, caught.value.status) == (400, "INVALID_ARGUMENT")
    assert caught.value.details["error"]["details"][0]["reason"] == "API_KEY_INVALID"


def test_the_client_sees_server_errors(client):
    with pytest.raises(errors.ServerError) as caught:
        client.models.generate_content(model=MODEL, contents="[[503]]")

    assert (caught.value.code, caught.value.status) == (503, "UNAVAILABLE")


def test_the_client_gets_a_text(client):
    answer = client.models.generate_content(
        model="gemini-3.8-flash",
        contents="a fox in the rain",
        config=types.GenerateContentConfig(system_instruction="Write a prompt."),
    )

    assert "a fox in the rain" in answer.text


def test_the_client_has_a_recording_written_down(client):
    voice = types.Part.from_bytes(data=recording("Нарисуй кота"), mime_type="audio/ogg")

    answer = client.models.generate_content(
        model="gemini-3.8-flash",
        contents=[voice],
        config=types.GenerateContentConfig(
            system_instruction="Write down what is said.", temperature=0.3, top_p=0.9
        ),
    )

    assert answer.text == "Нарисуй кота"
    [_, heard] = answer.usage_metadata.prompt_tokens_details
    assert heard.modality is types.MediaModality.AUDIO


def test_the_client_reads_the_models(client):
    names = {model.name for model in client.models.list()}

    assert f"models/{MODEL}" in names
    assert client.models.get(model=MODEL).display_name == "Nano Banana 2.1"
