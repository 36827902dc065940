"""Images of the OpenAI stand-in: every option is seen on the picture or refused."""

import io

import httpx
import pytest
from PIL import Image

from sandbox.tests.gemini_play import picture
from sandbox.tests.openai_play import KEY, OpenAi, opened, pictures_of, refusal_of


@pytest.fixture
def openai(sandbox):
    return OpenAi(sandbox.client)


@pytest.mark.parametrize(
    ("model", "size", "pixels"),
    [
        ("gpt-image-2.5-flare", "1536x864", (1536, 864)),
        ("gpt-image-2.6-sunburst", "816x1632", (816, 1632)),
        ("gpt-image-2", "auto", (1024, 1024)),
        ("gpt-image-1.5", "1024x1536", (1024, 1536)),
        ("gpt-image-1-mini", "1536x1024", (1536, 1024)),
    ],
)
def test_a_picture_has_the_asked_size(openai, model, size, pixels):
    answer = openai.generate(model=model, size=size)

    assert opened(answer).size == pixels
    assert answer.json()["size"] == f"{pixels[0]}x{pixels[1]}"


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_a_picture_comes_in_the_asked_format(openai, kind):
    answer = openai.generate(output_format=kind)

    assert opened(answer).format == kind.upper()
    assert answer.json()["output_format"] == kind


def test_compression_makes_the_file_smaller(openai):
    small, large = (
        len(pictures_of(openai.generate(output_format="jpeg", output_compression=level))[0])
        for level in (10, 90)
    )

    assert small < large / 2


@pytest.mark.parametrize(
    "change",
    [{"quality": "max"}, {"moderation": "low"}, {"prompt": "собака"}, {"model": "gpt-image-2"}],
)
def test_every_option_changes_the_picture(openai, change):
    plain, again, changed = (pictures_of(openai.generate(**each)) for each in ({}, {}, change))

    assert plain == again
    assert plain != changed


def test_several_pictures_are_all_different(openai):
    assert len(set(pictures_of(openai.generate(n=3)))) == 3


@pytest.mark.parametrize(("kind", "prompt"), [("png", "кот и ракета"), ("webp", "абракадабра")])
def test_a_transparent_background_is_transparent(openai, kind, prompt):
    answer = openai.generate(prompt, background="transparent", output_format=kind)

    alpha = opened(answer).getchannel("A")
    assert alpha.getpixel((2, 2)) == 0
    assert alpha.getextrema() == (0, 255)
    assert answer.json()["background"] == "transparent"


def test_an_opaque_background_is_opaque(openai):
    answer = openai.generate(background="opaque")

    assert opened(answer).mode == "RGB"
    assert answer.json()["background"] == "opaque"


def test_the_usage_grows_with_size_quality_number_and_inputs(openai):
    def usage(answer):
        assert answer.status_code == 200, answer.text
        return answer.json()["usage"]

    small = usage(openai.generate())
    assert small["output_tokens"] == small["output_tokens_details"]["image_tokens"] == 272
    assert small["total_tokens"] == small["input_tokens"] + 272
    assert usage(openai.generate(quality="high"))["output_tokens"] == 4160
    assert usage(openai.generate(size="2048x2048"))["output_tokens"] == 4 * 272
    assert usage(openai.generate(n=2))["output_tokens"] == 2 * 272
    edited = usage(openai.edit(images=[picture(), picture()], size="1024x1024"))
    assert edited["input_tokens_details"]["image_tokens"] == 2 * 258


def test_one_photo_is_edited_and_gives_its_shape(openai):
    edited = opened(openai.edit("кот", images=[picture("red", (300, 200))]))

    assert edited.size == (1536, 1024)
    red, green, blue = edited.getpixel((40, 300))
    assert red > 150 > 80 > max(green, blue)


def test_several_photos_go_into_one_picture(openai):
    both = pictures_of(openai.edit(images=[picture("red"), picture("blue")]))
    one = pictures_of(openai.edit(images=[picture("red")]))

    assert both != one


def test_only_the_transparent_part_of_the_mask_is_edited(openai):
    mask = Image.new("RGBA", (200, 200), (0, 0, 0, 255))
    mask.paste((0, 0, 0, 0), (100, 0, 200, 200))
    written = io.BytesIO()
    mask.save(written, "PNG")

    edited = opened(
        openai.edit("море ночью", images=[picture("red", (200, 200))], mask=written.getvalue())
    )

    assert edited.getpixel((100, 300)) == (255, 0, 0)
    assert edited.getpixel((900, 300)) != (255, 0, 0)


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"size": "1000x1000"}, "invalid_value", "size"),
        ({"size": "4096x1024"}, "invalid_value", "size"),
        ({"size": "512x512"}, "invalid_value", "size"),
        ({"size": "2048x640"}, "invalid_value", "size"),
        ({"model": "gpt-image-1.5", "size": "1536x864"}, "invalid_value", "size"),
        ({"model": "gpt-image-2", "quality": "max"}, "invalid_value", "quality"),
        ({"n": 11}, "invalid_value", "n"),
        ({"background": "transparent", "output_format": "jpeg"}, "invalid_value", "background"),
        ({"output_format": "gif"}, "invalid_value", "output_format"),
        ({"output_compression": 50}, "invalid_value", "output_compression"),
        ({"response_format": "url"}, "unknown_parameter", "response_format"),
        ({"style": "vivid"}, "unknown_parameter", "style"),
        ({"prompt": ""}, "missing_required_parameter", "prompt"),
        ({"prompt": "я" * 32_001}, "string_above_max_length", "prompt"),
        ({"model": None}, "missing_required_parameter", "model"),
        ({"prompt": "[[badparam]]"}, "invalid_value", "size"),
    ],
)
def test_a_bad_parameter_is_named(openai, changes, code, param):
    response = openai.generate(**changes)

    assert response.status_code == 400
    error = refusal_of(response)
    assert (error["code"], error["param"]) == (code, param)


@pytest.mark.parametrize("model", ["gpt-image-1", "dall-e-3", "nothing"])
def test_a_model_that_is_gone(openai, model):
    response = openai.generate(model=model)

    assert response.status_code == 404
    assert refusal_of(response)["code"] == "model_not_found"


@pytest.mark.parametrize(
    "changes",
    [
        {"images": [b"\x89PNG\r\n\x1a\nbroken"]},
        {"images": [b"nothing known"]},
        {"mask": picture(size=(10, 10))},
    ],
)
def test_a_file_that_cannot_be_used(openai, changes):
    assert refusal_of(openai.edit(**changes))["code"] == "invalid_image_file"


def test_a_photo_must_say_what_it_is_and_be_there(openai):
    path, fields = "/openai/v1/images/edits", {"model": "gpt-image-2", "prompt": "x"}
    odd = {"image": ("a.bin", picture(), "application/octet-stream")}
    other = {"model": (None, "gpt-image-2")}

    unknown = openai.client.post(path, data=fields, files=odd, headers=KEY)
    absent = openai.client.post(path, data={"prompt": "x"}, files=other, headers=KEY)

    assert refusal_of(unknown)["code"] == "unsupported_file_mimetype"
    assert refusal_of(absent)["code"] == "missing_required_parameter"


def test_input_fidelity_belongs_to_older_models(openai):
    assert openai.edit(model="gpt-image-1.5", input_fidelity="high").status_code == 200
    assert refusal_of(openai.edit(input_fidelity="high"))["param"] == "input_fidelity"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
def test_the_key_is_demanded(openai, headers):
    response = openai.generate(headers=headers)

    assert response.status_code == 401
    assert refusal_of(response)["code"] == "invalid_api_key"


@pytest.mark.parametrize(
    ("word", "status", "code"),
    [
        ("policy", 400, "moderation_blocked"),
        ("policy-end", 400, "moderation_blocked"),
        ("badkey", 401, "invalid_api_key"),
        ("nocredit", 429, "insufficient_quota"),
        ("429-always", 429, "rate_limit_exceeded"),
        ("500-always", 500, "server_error"),
        ("503", 503, "server_error"),
        ("fail", 500, "server_error"),
        ("gone", 404, "model_not_found"),
    ],
)
def test_a_magic_word_refuses_every_time(openai, word, status, code):
    for _ in range(2):
        response = openai.generate(f"[[{word}]]")
        assert (response.status_code, refusal_of(response)["code"]) == (status, code)


@pytest.mark.parametrize(("word", "stage"), [("policy", "input"), ("policy-end", "output")])
def test_a_block_tells_its_stage(openai, word, stage):
    details = refusal_of(openai.generate(f"[[{word}]]"))["moderation_details"]

    assert details["moderation_stage"] == stage


@pytest.mark.parametrize(("word", "status"), [("429", 429), ("500", 500)])
def test_once_is_once(openai, word, status):
    assert [openai.generate(f"[[{word}]]").status_code for _ in range(2)] == [status, 200]


def test_a_rate_limit_says_when_to_come_back(openai):
    headers = openai.generate("[[429]]").headers

    assert (headers["retry-after"], headers["retry-after-ms"]) == ("2", "2000")
    assert headers["x-request-id"].startswith("req_")


def test_an_answer_without_a_picture_and_garbage(openai):
    assert openai.generate("[[noimage]]").json()["data"] == []
    assert openai.generate("[[garbage]]").headers["Content-Type"].startswith("text/html")


def test_a_lost_answer(openai):
    with pytest.raises(httpx.RemoteProtocolError):
        openai.generate("[[timeout-after-accept]]")


def test_an_answer_that_never_comes(openai):
    with pytest.raises(httpx.ReadTimeout):
        openai.client.post(
            "/openai/v1/images/generations",
            json={"model": "gpt-image-2", "prompt": "[[never]]"},
            headers=KEY,
            timeout=0.3,
        )
