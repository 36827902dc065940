"""The text models of the Gemini stand-in: better words, other versions, speech."""

import pytest

from sandbox.tests.gemini_play import KEY, MODEL, inline, parts_of, recording, refusal_of

TEXT_MODEL = "gemini-3.8-flash"


@pytest.fixture
def write(sandbox):
    """Ask a text model, with a system instruction."""

    def do(*parts, system="Improve it.", model=TEXT_MODEL):
        body = {
            "systemInstruction": {"parts": [{"text": system}]},
            "contents": [{"role": "user", "parts": list(parts)}],
        }
        path = f"/gemini/v1/models/{model}:generateContent"
        return sandbox.client.post(path, json=body, headers=KEY)

    return do


def text_of(response):
    return parts_of(response)[0]["text"]


def test_a_better_prompt_is_about_the_same_thing(write):
    text = text_of(write({"text": "рыжий кот [[fast]]"}))

    assert "рыжий кот" in text
    assert "[[" not in text
    assert len(text) > len("рыжий кот") + 20


def test_another_version_is_another(write):
    first = text_of(write({"text": "кот"}))
    second = text_of(write({"text": "кот"}, system=f"Improve it, unlike this:\n{first}"))

    assert "кот" in second
    assert second != first


def test_spoken_words_are_written_down(write):
    voice = inline(recording("Нарисуй кота на луне"), "audio/ogg")

    answer = write(voice, system="Write down what is said.")

    assert text_of(answer) == "Нарисуй кота на луне"
    asked = answer.json()["usageMetadata"]["promptTokensDetails"]
    assert {one["modality"] for one in asked} == {"TEXT", "AUDIO"}


def test_a_recording_without_words_of_its_own_is_told_by_its_length(write):
    text = text_of(write(inline(recording(seconds=2.0, kind="wav"), "audio/wav")))

    assert text == "A recording of 2.0 seconds."


@pytest.mark.parametrize("mime", ["audio/ogg", "audio/amr"])
def test_what_is_no_recording_is_refused(write, mime):
    assert refusal_of(write(inline(b"OggS", mime)))["status"] == "INVALID_ARGUMENT"


def test_a_picture_model_hears_nothing(write):
    refused = refusal_of(write(inline(recording(), "audio/ogg"), model=MODEL))

    assert "Unsupported MIME type" in refused["message"]


def test_words_that_a_picture_model_refuses_can_be_put_differently(write):
    assert "битва" in text_of(write({"text": "битва [[policy]]"}))


def test_words_that_nobody_repeats_end_without_an_answer(write):
    [candidate] = write({"text": "битва [[policy-end]]"}).json()["candidates"]

    assert (candidate["finishReason"], candidate["content"]) == ("SAFETY", {})


@pytest.mark.parametrize(("word", "status"), [("429", 429), ("503", 503), ("gone", 404)])
def test_misfortunes_are_those_of_the_picture_models(write, word, status):
    assert write({"text": f"кот [[{word}]]"}).status_code == status
