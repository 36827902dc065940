"""Cards of the Kling family (product.md 2.1; providers.md 4.2, 4.3, 4.5, 7.1, 7.3)."""

from dataclasses import replace

from botapp.catalog.films import (
    FILM_SLOT,
    FROM_PICTURES,
    NEGATIVE,
    SHORT_OR_LONG,
    TEXT_AND_FRAMES,
)
from botapp.catalog.vocabulary import (
    Card,
    Choice,
    CostUnit,
    Field,
    Kind,
    Mode,
    Range,
    Role,
    Route,
    Rule,
    Slot,
    Switch,
    usd,
)

# Which pictures Kling takes (providers.md 4.2).
PICTURE = Slot(side_min=300, ratio_max=2.5)
FRAMES = {Role.FIRST_FRAME: PICTURE, Role.LAST_FRAME: PICTURE}
REFERENCES = replace(PICTURE, count_max=7)
# The shortest film that Kling takes (providers.md 4.2).
FILM = replace(FILM_SLOT, seconds_min=3.0)
# Beside a film it takes fewer samples (providers.md 4.2).
SAMPLES_BESIDE_A_FILM = {Mode.VIDEO_TO_VIDEO: {Role.REFERENCE: 4}}

# A last frame is possible in 1080p only (providers.md 4.2).
FRAMES_IN_FULL_HD = {Mode.FRAMES_TO_VIDEO: {"resolution": ("1080p",)}}

_FAL_KLING = {
    "duration": Field("duration", as_text=True),
    "aspect_ratio": Field("aspect_ratio"),
    "audio": Field("generate_audio"),
    Role.FIRST_FRAME: Field("start_image_url"),
    Role.LAST_FRAME: Field("end_image_url"),
}
_KIE_KLING = {
    "duration": Field("duration", as_text=True),
    "aspect_ratio": Field("aspect_ratio"),
    "audio": Field("sound"),
    "resolution": Field("mode", values={"720p": "std", "1080p": "pro"}),
    Role.FIRST_FRAME: Field("image_urls", as_list=True),
    Role.LAST_FRAME: Field("image_urls", as_list=True),
}


KLING_CARDS: tuple[Card, ...] = (
    Card(
        slug="kling-v2-5-turbo",
        name="Kling 2.5 Turbo",
        display_name="🐉 Kling 2.5 Turbo",
        kind=Kind.VIDEO,
        modes=TEXT_AND_FRAMES,
        routes=(
            Route("kling", "kling-2.5-turbo", (usd("0.0700", resolution="1080p"), usd("0.0420"))),
            Route(
                "kling_legacy",
                "kling-v2-5-turbo",
                (usd("0.0700", resolution="1080p"), usd("0.0420")),
            ),
        ),
        costs=(usd("0.0700", resolution="1080p"), usd("0.0420")),
        cost_unit=CostUnit.SECOND,
        prompt_length_max=2500,
        order=35,
        short_description="Живое движение, хорошая цена",
        params={
            "duration": SHORT_OR_LONG,
            "resolution": Choice(("720p", "1080p")),
            "aspect_ratio": Choice(("16:9", "9:16", "1:1")),
        },
        params_not_in={"aspect_ratio": FROM_PICTURES},
        options_in=FRAMES_IN_FULL_HD,
        inputs=FRAMES,
        usual_time_s=150,
    ),
    Card(
        slug="kling-v2-6",
        name="Kling 2.6",
        display_name="🐉 Kling 2.6",
        kind=Kind.VIDEO,
        modes=TEXT_AND_FRAMES,
        routes=(
            Route(
                "kling",
                "kling-2.6",
                (
                    usd("0.1400", audio=True),
                    usd("0.0700", resolution="1080p"),
                    usd("0.0420"),
                ),
            ),
            Route(
                "kling_legacy",
                "kling-v2-6",
                (
                    usd("0.1400", audio=True),
                    usd("0.0700", resolution="1080p"),
                    usd("0.0420"),
                ),
            ),
        ),
        costs=(usd("0.0700", audio=True), usd("0.0650", resolution="1080p"), usd("0.0550")),
        cost_unit=CostUnit.SECOND,
        prompt_length_max=2500,
        order=36,
        short_description="Видео с родным звуком",
        params={
            "duration": SHORT_OR_LONG,
            "resolution": Choice(("720p", "1080p")),
            "audio": Switch(),
            "aspect_ratio": Choice(("16:9", "9:16", "1:1")),
        },
        params_not_in={"aspect_ratio": FROM_PICTURES},
        rules=(Rule({"audio": True}, {"resolution": ("1080p",)}),),
        options_in=FRAMES_IN_FULL_HD,
        inputs=FRAMES,
        usual_time_s=150,
    ),
    Card(
        slug="kling-v2-1",
        name="Kling 2.1",
        display_name="🐉 Kling 2.1",
        kind=Kind.VIDEO,
        modes=FROM_PICTURES,
        routes=(
            Route("kling_legacy", "kling-v2-1", (usd("0.0700", resolution="1080p"), usd("0.0400"))),
        ),
        costs=(usd("0.0700", resolution="1080p"), usd("0.0400")),
        cost_unit=CostUnit.SECOND,
        prompt_length_max=2500,
        order=37,
        short_description="Оживить фото недорого",
        params={
            "duration": SHORT_OR_LONG,
            "resolution": Choice(("720p", "1080p")),
            "negative_prompt": NEGATIVE,
        },
        options_in=FRAMES_IN_FULL_HD,
        inputs=FRAMES,
        usual_time_s=180,
    ),
    Card(
        slug="kling-v2-1-master",
        name="Kling 2.1 Master",
        display_name="🐉 Kling 2.1 Master",
        kind=Kind.VIDEO,
        modes=(Mode.TEXT_TO_VIDEO, Mode.IMAGE_TO_VIDEO),
        routes=(Route("kling_legacy", "kling-v2-1-master", (usd("0.2800"),)),),
        costs=(usd("0.1600"),),
        cost_unit=CostUnit.SECOND,
        prompt_length_max=2500,
        order=63,
        short_description="Кино по сложному описанию",
        params={
            "duration": SHORT_OR_LONG,
            "aspect_ratio": Choice(("16:9", "9:16", "1:1")),
            "negative_prompt": NEGATIVE,
        },
        params_not_in={"aspect_ratio": FROM_PICTURES},
        inputs={Role.FIRST_FRAME: PICTURE},
        usual_time_s=240,
    ),
    Card(
        slug="kling-v3-turbo",
        name="Kling 3.0 Turbo",
        display_name="🐉 Kling 3.0 Turbo",
        kind=Kind.VIDEO,
        modes=(Mode.TEXT_TO_VIDEO, Mode.IMAGE_TO_VIDEO),
        routes=(
            Route("kling", "kling-3.0-turbo", (usd("0.1400", resolution="1080p"), usd("0.1120"))),
        ),
        costs=(usd("0.1000", resolution="1080p"), usd("0.0800")),
        cost_unit=CostUnit.SECOND,
        prompt_length_max=2500,
        order=33,
        short_description="Третье поколение, всегда со звуком",
        params={
            "duration": Range(3, 15, default=5),
            "resolution": Choice(("720p", "1080p")),
            "aspect_ratio": Choice(("16:9", "9:16", "1:1")),
        },
        params_not_in={"aspect_ratio": FROM_PICTURES},
        inputs={Role.FIRST_FRAME: PICTURE},
        usual_time_s=120,
    ),
    Card(
        slug="kling-v3",
        name="Kling 3.0",
        display_name="🐉 Kling 3.0",
        kind=Kind.VIDEO,
        modes=TEXT_AND_FRAMES,
        routes=(
            Route(
                "kling",
                "kling-3.0",
                (
                    usd("0.4200", resolution="4k"),
                    usd("0.1680", resolution="1080p", audio=True),
                    usd("0.1120", resolution="1080p"),
                    usd("0.1260", audio=True),
                    usd("0.0840"),
                ),
            ),
            Route(
                "fal",
                "fal-ai/kling-video/v3/pro/text-to-video",
                (usd("0.1960", audio=True), usd("0.1120")),
                models=dict.fromkeys(FROM_PICTURES, "fal-ai/kling-video/v3/pro/image-to-video"),
                fields=_FAL_KLING,
                only={"resolution": ("1080p",)},
            ),
            Route(
                "kie",
                "kling-3.0/video",
                (usd("0.1350", audio=True), usd("0.1000")),
                fields=_KIE_KLING,
                constants={"multi_shots": False},
                only={"resolution": ("720p", "1080p")},
            ),
        ),
        costs=(
            usd("0.4200", resolution="4k"),
            usd("0.1680", resolution="1080p", audio=True),
            usd("0.1120", resolution="1080p"),
            usd("0.1260", audio=True),
            usd("0.0840"),
        ),
        cost_unit=CostUnit.SECOND,
        prompt_length_max=3072,
        order=32,
        short_description="Третье поколение: до 15 секунд, 4K",
        params={
            "duration": Range(3, 15, default=5),
            "resolution": Choice(("720p", "1080p", "4k")),
            "audio": Switch(),
            "aspect_ratio": Choice(("16:9", "9:16", "1:1")),
        },
        params_not_in={"aspect_ratio": FROM_PICTURES},
        inputs=FRAMES,
        usual_time_s=180,
    ),
    Card(
        slug="kling_O1",
        name="Kling O1",
        display_name="🐉 Kling O1",
        kind=Kind.VIDEO,
        modes=(*TEXT_AND_FRAMES, Mode.REFERENCES_TO_VIDEO, Mode.VIDEO_TO_VIDEO),
        routes=(Route("kling", "kling-o1", (usd("0.1120", resolution="1080p"), usd("0.0840"))),),
        costs=(usd("0.1300", resolution="1080p"), usd("0.1000")),
        cost_unit=CostUnit.SECOND,
        prompt_length_max=1700,
        order=64,
        short_description="Персонажи по образцам: @image_1 в описании",
        params={
            "duration": Range(3, 10, default=5),
            "resolution": Choice(("720p", "1080p")),
            "aspect_ratio": Choice(("16:9", "9:16", "1:1")),
        },
        params_not_in={"aspect_ratio": (*FROM_PICTURES, Mode.VIDEO_TO_VIDEO)},
        # From one picture it makes five or ten seconds only (providers.md 4.2).
        options_in={Mode.IMAGE_TO_VIDEO: {"duration": (5, 10)}},
        inputs=FRAMES | {Role.REFERENCE: REFERENCES, Role.VIDEO: replace(FILM, seconds_max=10.0)},
        counts_in=SAMPLES_BESIDE_A_FILM,
        usual_time_s=200,
    ),
    Card(
        slug="kling-v3-omni",
        name="Kling 3.0 Omni",
        display_name="🐉 Kling 3.0 Omni",
        kind=Kind.VIDEO,
        modes=(*TEXT_AND_FRAMES, Mode.REFERENCES_TO_VIDEO, Mode.VIDEO_TO_VIDEO),
        routes=(
            Route(
                "kling",
                "kling-3.0-omni",
                (
                    usd("0.4200", resolution="4k"),
                    usd("0.1680", resolution="1080p", mode=Mode.VIDEO_TO_VIDEO),
                    usd("0.1260", mode=Mode.VIDEO_TO_VIDEO),
                    usd("0.1400", resolution="1080p", audio=True),
                    usd("0.1120", resolution="1080p"),
                    usd("0.1120", audio=True),
                    usd("0.0840"),
                ),
            ),
        ),
        costs=(
            usd("0.4200", resolution="4k"),
            usd("0.1680", resolution="1080p", mode=Mode.VIDEO_TO_VIDEO),
            usd("0.1260", mode=Mode.VIDEO_TO_VIDEO),
            usd("0.1400", resolution="1080p", audio=True),
            usd("0.1120", resolution="1080p"),
            usd("0.1120", audio=True),
            usd("0.0840"),
        ),
        cost_unit=CostUnit.SECOND,
        prompt_length_max=2500,
        order=34,
        short_description="Образцы, видео и звук в одном",
        params={
            "duration": Range(3, 15, default=5),
            "resolution": Choice(("720p", "1080p", "4k")),
            "audio": Switch(),
            "aspect_ratio": Choice(("16:9", "9:16", "1:1")),
        },
        params_not_in={"aspect_ratio": (*FROM_PICTURES, Mode.VIDEO_TO_VIDEO)},
        inputs=FRAMES | {Role.REFERENCE: REFERENCES, Role.VIDEO: FILM},
        counts_in=SAMPLES_BESIDE_A_FILM,
        usual_time_s=200,
    ),
)
