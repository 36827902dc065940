"""The Gemini stand-in over plain HTTP: what it accepts, refuses and answers."""

import pytest

from sandbox.tests.gemini_play import KEY, MODEL, image_of, inline, parts_of, picture, refusal_of
from sandbox.tests.serving import FAST

PRO = "gemini-3-pro-image"
LITE = "gemini-3.1-flash-lite-image"
TEXT_MODEL = "gemini-3.8-flash"


@pytest.mark.parametrize(
    ("model", "ratio", "size", "pixels"),
    [
        (MODEL, "9:16", "1K", (768, 1376)),
        (MODEL, "1:1", "1K", (1024, 1024)),
        (MODEL, "16:9", "2K", (2752, 1536)),
        (MODEL, "8:1", "1K", (3072, 384)),
        (PRO, "21:9", "1K", (1584, 672)),
        (PRO, "1:1", "4K", (4096, 4096)),
        (LITE, "4:5", "1K", (928, 1152)),
    ],
)
def test_the_picture_has_the_asked_size(ask, model, ratio, size, pixels):
    config = {"imageConfig": {"aspectRatio": ratio, "imageSize": size}}

    image = image_of(ask(model=model, config=config))

    assert image.format == "PNG"
    assert image.size == pixels


def test_snake_case_and_unknown_fields_are_accepted(ask):
    config = {
        "response_modalities": ["TEXT", "IMAGE"],
        "thinkingConfig": {"thinking_level": "minimal"},
        "image_config": {"aspect_ratio": "16:9"},
        "field_of_next_year": 1,
    }
    photo = {
        "inline_data": {"mime_type": "image/png", "data": inline(picture())["inlineData"]["data"]}
    }

    response = ask(images=[photo], config=config, somethingNew={"a": 1})

    assert image_of(response).size == (1376, 768)


def test_the_answer_carries_signature_usage_version_and_id(ask):
    answer = ask("кот на луне", images=[inline(picture())]).json()

    [candidate] = answer["candidates"]
    assert (candidate["index"], candidate["finishReason"]) == (0, "STOP")
    assert candidate["content"]["role"] == "model"
    assert candidate["content"]["parts"][-1]["thoughtSignature"]
    assert answer["modelVersion"] == MODEL
    assert answer["responseId"]
    usage = answer["usageMetadata"]
    assert usage["candidatesTokensDetails"] == [{"modality": "IMAGE", "tokenCount": 1120}]
    assert {"modality": "IMAGE", "tokenCount": 258} in usage["promptTokensDetails"]
    assert usage["totalTokenCount"] == (
        usage["promptTokenCount"] + usage["candidatesTokenCount"] + usage["thoughtsTokenCount"]
    )


def test_only_pro_shows_a_draft_and_it_is_marked_as_a_thought(ask):
    pro_images = [part for part in parts_of(ask(model=PRO)) if "inlineData" in part]
    usual_images = [part for part in parts_of(ask()) if "inlineData" in part]

    assert [part.get("thought", False) for part in pro_images] == [True, False]
    assert pro_images[0]["inlineData"] != pro_images[1]["inlineData"]
    assert len(usual_images) == 1


def test_the_same_request_gives_the_same_picture_and_another_prompt_another(ask):
    first, again, other = (parts_of(ask(prompt))[-1] for prompt in ("кот", "кот", "пёс"))

    assert first == again
    assert first["inlineData"] != other["inlineData"]


def test_an_edit_without_a_ratio_keeps_the_shape_of_the_photo(ask):
    wide = picture("blue", (1600, 900))

    assert image_of(ask("добавь кота", images=[inline(wide)])).size == (1376, 768)


def test_the_photo_of_an_edit_fills_the_picture(ask):
    image = image_of(ask("[[fast]] dog", images=[inline(picture((10, 200, 30), (300, 300)))]))

    assert image.convert("RGB").getpixel((30, 30)) == (10, 200, 30)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_jpeg_and_webp_inputs_are_taken(ask, kind):
    photo = inline(picture(kind=kind), f"image/{kind.lower()}")

    assert image_of(ask(images=[photo])).size[0] > 0


def test_a_heic_photo_is_taken(ask):
    heic = b"\x00\x00\x00\x18ftypheic" + bytes(64)

    assert image_of(ask(images=[inline(heic, "image/heic")])).size == (1024, 1024)


@pytest.mark.parametrize("headers", [{}, {"x-goog-api-key": "wrong"}])
def test_a_wrong_key_is_refused_with_its_reason(ask, headers):
    error = refusal_of(ask(headers=headers))

    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
    assert error["details"][0]["reason"] == "API_KEY_INVALID"


def test_the_key_may_come_in_the_query(sandbox):
    path = f"/gemini/v1beta/models/{MODEL}"

    assert sandbox.client.get(path, params={"key": FAST.gemini_api_key}).status_code == 200
    assert sandbox.client.get(path, params={"key": "wrong"}).status_code == 400


@pytest.mark.parametrize("model", ["gemini-2.5-flash-image-preview", "imagen-4", "x"])
def test_a_dead_model_is_not_found(ask, model):
    error = refusal_of(ask(model=model))

    assert (error["code"], error["status"]) == (404, "NOT_FOUND")
    assert f"models/{model} is not found for API version v1" in error["message"]


def test_the_models_are_listed_and_each_can_be_read(sandbox):
    listed = sandbox.client.get("/gemini/v1/models", headers=KEY).json()["models"]

    assert {model["name"] for model in listed} >= {f"models/{MODEL}", f"models/{TEXT_MODEL}"}
    for model in listed:
        assert sandbox.client.get(f"/gemini/v1/{model['name']}", headers=KEY).json() == model
    assert sandbox.client.get("/gemini/v1/models/gone", headers=KEY).status_code == 404


@pytest.mark.parametrize(
    ("model", "config"),
    [
        (MODEL, {"imageConfig": {"aspectRatio": "7:3"}}),
        (PRO, {"imageConfig": {"aspectRatio": "1:8"}}),
        (MODEL, {"imageConfig": {"imageSize": "512"}}),
        (LITE, {"imageConfig": {"imageSize": "2K"}}),
        (MODEL, {"imageConfig": {"imageSize": ["1K"]}}),
        (MODEL, {"imageConfig": "wide"}),
        (MODEL, {"candidateCount": 2}),
        (MODEL, {"thinkingConfig": {"thinkingLevel": "EXTREME"}}),
        (TEXT_MODEL, {"responseModalities": ["IMAGE"]}),
    ],
)
def test_a_setting_the_model_does_not_have_is_an_invalid_argument(ask, model, config):
    assert refusal_of(ask(model=model, config=config))["status"] == "INVALID_ARGUMENT"


@pytest.mark.parametrize(
    "image",
    [
        inline(picture(), "image/gif"),
        inline(b"video", "video/mp4"),
        inline(b"this is no picture"),
        inline(picture()[:60]),
        inline(b"no container", "image/heic"),
        {"inlineData": {"mimeType": "image/png", "data": "%%%"}},
        {"inlineData": "text"},
    ],
)
def test_an_unusable_input_image_is_an_invalid_argument(ask, image):
    assert refusal_of(ask(images=[image]))["status"] == "INVALID_ARGUMENT"


def test_a_bad_base64_names_the_field(ask):
    error = refusal_of(ask(images=[{"inlineData": {"mimeType": "image/png", "data": "%%%"}}]))

    [violation] = error["details"][0]["fieldViolations"]
    assert violation["field"] == "contents[0].parts[1].inline_data.data"


def test_fourteen_reference_images_are_taken_and_fifteen_are_not(ask):
    photo = inline(picture())

    assert ask(images=[photo] * 14).status_code == 200
    assert refusal_of(ask(images=[photo] * 15))["status"] == "INVALID_ARGUMENT"


@pytest.mark.parametrize(
    "body",
    [b"not json", b"[]", b"{}", b'{"contents":[]}', b'{"contents":"x"}', b'{"contents":[{}]}'],
)
def test_a_body_without_contents_is_an_invalid_argument(sandbox, body):
    path = f"/gemini/v1/models/{MODEL}:generateContent"

    response = sandbox.client.post(path, content=body, headers=KEY)

    assert refusal_of(response)["status"] == "INVALID_ARGUMENT"


def test_a_text_model_answers_about_the_picture_it_was_shown(ask):
    red, blue = (
        parts_of(ask("Опиши", model=TEXT_MODEL, images=[inline(picture(color, size))]))[0]["text"]
        for color, size in (("red", (400, 200)), ("blue", (200, 400)))
    )

    assert "Горизонтальный" in red
    assert "красный" in red
    assert "Вертикальный" in blue
    assert "синий" in blue


def test_a_text_model_answers_in_the_language_of_the_question(ask):
    [part] = parts_of(ask("a fox in the rain", model=TEXT_MODEL))

    assert "a fox in the rain" in part["text"]
    assert part["text"].isascii()


def test_a_text_model_takes_videos_and_links(ask):
    link = {"fileData": {"mimeType": "video/mp4", "fileUri": "https://youtu.be/x"}}

    [part] = parts_of(ask("clip", model=TEXT_MODEL, images=[inline(b"mp4", "video/mp4"), link]))

    assert "clips: 2" in part["text"]
