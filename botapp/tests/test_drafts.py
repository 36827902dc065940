"""Drafts are plain values: every change is tried without Telegram and without a database."""

import json

import pytest

from botapp.business import generation, media_rules
from botapp.business.drafts import Draft, Source, changes, inputs
from botapp.business.errors import BusinessError
from botapp.catalog import BY_SLUG, CARDS, FOLLOW_UPS, Choice, Kind, Mode, Range, Role, Switch, Text
from botapp.keyboards.card import choices, is_typed
from botapp.texts import refusals

PHOTO = Source(media=Kind.IMAGE, file_id="photo", mime_type="image/jpeg")
FILM = Source(media=Kind.VIDEO, file_id="film", mime_type="video/mp4", seconds=4)
MASK = Source(media=Kind.IMAGE, file_id="mask", mime_type="image/png", role=Role.MASK)
VEO, KLING, ALEPH = BY_SLUG["veo3-fast"], BY_SLUG["kling_O1"], BY_SLUG["runway_aleph"]
GPT, FLUX, BANANA = BY_SLUG["gpt-image-1"], BY_SLUG["flux-pro"], BY_SLUG["nano-banana"]


def draft(card, **facts):
    return Draft(slug=card.slug, **facts)


def test_a_draft_survives_the_conversation():
    whole = Draft(
        slug="veo3-fast",
        prompt="море",
        mode=Mode.EXTEND,
        params={"duration": 8, "audio": False},
        quantity=2,
        sources=(PHOTO, FILM, MASK),
        parent_id=5,
        result_index=0,
    )

    assert Draft.from_dict(json.loads(json.dumps(whole.as_dict()))) == whole


def test_a_mode_of_another_version_is_decided_anew():
    kept = draft(VEO).as_dict() | {"mode": "dream2video"}

    assert Draft.from_dict(kept) == draft(VEO)


def test_what_another_version_kept_besides_is_left_out():
    kept = draft(VEO).as_dict() | {"wish": "unknown here"}
    kept.pop("parent_id")

    assert Draft.from_dict(kept) == draft(VEO)


@pytest.mark.parametrize(
    ("card", "sources", "mode"),
    [
        (VEO, (), Mode.TEXT_TO_VIDEO),
        (VEO, (PHOTO,), Mode.IMAGE_TO_VIDEO),
        (VEO, (PHOTO,) * 2, Mode.FRAMES_TO_VIDEO),
        (VEO, (PHOTO,) * 3, Mode.REFERENCES_TO_VIDEO),
        (VEO, (FILM,), Mode.EXTEND),
        (KLING, (FILM, PHOTO), Mode.VIDEO_TO_VIDEO),
        (ALEPH, (), Mode.VIDEO_TO_VIDEO),
        (BANANA, (PHOTO,), Mode.IMAGE_TO_IMAGE),
        (GPT, (PHOTO, MASK), Mode.IMAGE_TO_IMAGE),
    ],
)
def test_the_inputs_make_the_mode(card, sources, mode):
    assert changes.mode_of(card, draft(card, sources=sources)) is mode


def test_the_chosen_mode_holds_while_the_inputs_allow_it():
    chosen = changes.with_mode(VEO, draft(VEO, sources=(PHOTO,)), "references2video")
    assert changes.mode_of(VEO, chosen) is Mode.REFERENCES_TO_VIDEO

    film = changes.with_source(VEO, chosen, FILM)

    assert film.sources == (FILM,), "Veo takes no photos beside a film"
    assert changes.mode_of(VEO, film) is Mode.EXTEND


def test_a_mode_the_inputs_rule_out_cannot_be_chosen():
    with pytest.raises(generation.InvalidParameterError):
        changes.with_mode(VEO, draft(VEO, sources=(PHOTO,)), "text2video")


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.slug)
def test_without_inputs_every_mode_of_a_card_is_open(card):
    assert set(inputs.open_modes(card, ())) == set(card.modes) - FOLLOW_UPS


@pytest.mark.parametrize(
    ("card", "given", "new", "left"),
    [
        (ALEPH, (FILM, PHOTO), PHOTO, (FILM, PHOTO)),
        (ALEPH, (PHOTO,), FILM, (PHOTO, FILM)),
        (BY_SLUG["sora2"], (PHOTO,), PHOTO, (PHOTO,)),
        (GPT, (PHOTO, MASK), MASK, (PHOTO, MASK)),
        (VEO, (PHOTO,) * 3, FILM, (FILM,)),
    ],
)
def test_a_new_input_stands_beside_the_others_or_takes_a_place(card, given, new, left):
    assert inputs.add(card, given, new) == left


@pytest.mark.parametrize(
    ("card", "given", "new", "error"),
    [
        (FLUX, (), PHOTO, generation.InputNotTakenError),
        (BANANA, (), FILM, generation.InputNotTakenError),
        (BANANA, (PHOTO,), MASK, generation.InputNotTakenError),
        (VEO, (PHOTO,) * 3, PHOTO, generation.TooManyInputsError),
        (KLING, (FILM, *(PHOTO,) * 7), PHOTO, generation.TooManyInputsError),
        (ALEPH, (), Source(Kind.VIDEO, seconds=6), media_rules.FilmTooLongError),
        (ALEPH, (), Source(Kind.VIDEO, size_bytes=2**25), media_rules.FilmTooBigError),
        (BANANA, (), Source(Kind.IMAGE, mime_type="image/gif"), generation.FileTypeError),
    ],
)
def test_what_does_not_fit_is_refused(card, given, new, error):
    with pytest.raises(error):
        inputs.add(card, given, new)


def test_another_model_keeps_the_first_inputs_it_takes():
    many = draft(BANANA, sources=(PHOTO,) * 5, quantity=4, params={"aspect_ratio": "4:5"})

    veo = changes.with_model(VEO, many)

    assert (len(veo.sources), veo.quantity) == (3, 1)
    assert changes.with_model(FLUX, many).sources == ()
    assert changes.with_model(BANANA, many) is many
    assert changes.values(VEO, veo)["aspect_ratio"] == "9:16", "the nearest that is possible"


def test_the_last_wish_wins_and_what_gave_way_stays_so():
    high = changes.with_value(VEO, draft(VEO), "resolution", "4k")
    short = changes.with_value(VEO, high, "duration", 4)
    long = changes.with_value(VEO, short, "duration", 8)

    assert changes.values(VEO, short) | {"duration": 4, "resolution": "720p"} == changes.values(
        VEO, short
    )
    assert changes.values(VEO, long)["resolution"] == "720p", "nobody pressed 4K again"


@pytest.mark.parametrize(
    ("param", "said", "value"),
    [
        (Choice((5, 10)), "10", 10),
        (Choice(("7", "niji6")), "7", "7"),
        (Switch(), "1", True),
        (Switch(), "0", False),
        (Range(0, 1000, default=100, step=50), " 333 ", 350),
        (Text(5), "слово", "слово"),
    ],
)
def test_values_are_read_as_their_parameter_means_them(param, said, value):
    assert changes.read_value(param, said) == value
    assert type(changes.read_value(param, said)) is type(value)


@pytest.mark.parametrize(
    ("param", "said", "error"),
    [
        (Choice((5, 10)), "7", generation.InvalidParameterError),
        (Range(0, 10, default=1), "11", generation.NotANumberError),
        (Range(0, 10, default=1), "-1", generation.NotANumberError),
        (Range(0, 10, default=1), "9" * 30, generation.NotANumberError),
        (Range(0, 10, default=1), "5.5", generation.NotANumberError),
        (Text(5), "слова!", generation.PromptTooLongError),
    ],
)
def test_nonsense_is_refused(param, said, error):
    with pytest.raises(error):
        changes.read_value(param, said)


def test_a_grid_shows_a_handful_and_the_chosen():
    assert choices(Range(3, 15, default=5), 5) == list(range(3, 16))
    weird = choices(Range(0, 3000, default=0, step=100), 1700)
    assert weird == [0, 400, 800, 1200, 1600, 1700, 2000, 2400, 2800, 3000]
    assert choices(Range(0, 2**31 - 1, default=0), 42) == [0, 42]
    assert is_typed(Range(0, 100, default=5, step=5))
    assert not is_typed(Range(3, 15, default=5))


def every_refusal(root=BusinessError):
    """All that the chat may meet; the shop's own are told by its page."""
    for error in root.__subclasses__():
        if error.__module__.startswith("botapp."):
            yield error
        yield from every_refusal(error)


def test_every_refusal_has_a_sentence():
    assert set(every_refusal()) - set(refusals.SENTENCES) == set()


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (generation.MissingInputError(Role.LAST_FRAME), "ещё одно фото"),
        (generation.InputNotTakenError(Role.VIDEO), "не берёт видео"),
        (generation.CoolingDownError(wait_s=41.2), "через 0:42"),
        (generation.DailyLimitError(count_max=3), "3 заказа в сутки"),
        (generation.FileTooLargeError(bytes_max=2**24), "не больше 16 МБ"),
    ],
)
def test_refusals_are_plain_words(error, sentence):
    assert sentence in refusals.refusal(error)
