"""Cards of the other video models (product.md 2.1; providers.md 1.8, 3.6, 5, 6.1)."""

from dataclasses import replace

from botapp.catalog.films import (
    FILM_SLOT,
    FRAME_SLOTS,
    SHORT_OR_LONG,
    TEXT_AND_FRAMES,
)
from botapp.catalog.images import SEED
from botapp.catalog.vocabulary import (
    Card,
    Choice,
    CostUnit,
    Kind,
    Mode,
    Range,
    Role,
    Route,
    Slot,
    usd,
)

# Which pictures Runway takes (providers.md 5).
RUNWAY_PICTURE = Slot(ratio_max=2.0)
# Between two frames, and in one go on from a film, Omni makes at most ten seconds.
TEN_SECONDS_AT_MOST = {"duration": (5, 3, 4, 6, 7, 8, 9, 10)}

OTHER_VIDEO_CARDS: tuple[Card, ...] = (
    Card(
        slug="gemini-omni",
        name="Gemini Omni",
        display_name="🌀 Gemini Omni",
        kind=Kind.VIDEO,
        modes=(*TEXT_AND_FRAMES, Mode.REFERENCES_TO_VIDEO, Mode.VIDEO_TO_VIDEO, Mode.EXTEND),
        routes=(
            Route(
                "omni",
                "gemini-omni-1.2-flash",
                (
                    usd("0.0230", resolution="360p"),
                    usd("0.1050", resolution="1080p"),
                    usd("0.2100", resolution="4k"),
                    usd("0.0700"),
                ),
            ),
        ),
        costs=(
            usd("0.0180", resolution="360p"),
            usd("0.0700", resolution="1080p"),
            usd("0.1400", resolution="4k"),
            usd("0.0450"),
        ),
        cost_unit=CostUnit.SECOND,
        prompt_length_max=4000,
        order=13,
        short_description="Видео Google со звуком: от 3 до 15 секунд",
        params={
            "duration": Range(3, 15, default=5),
            "resolution": Choice(("720p", "360p", "1080p", "4k")),
            "aspect_ratio": Choice(("9:16", "16:9")),
        },
        params_not_in={"aspect_ratio": (Mode.EXTEND, Mode.VIDEO_TO_VIDEO)},
        options_in={
            Mode.FRAMES_TO_VIDEO: TEN_SECONDS_AT_MOST,
            Mode.EXTEND: TEN_SECONDS_AT_MOST,
        },
        inputs=FRAME_SLOTS
        | {
            Role.REFERENCE: Slot(count_max=6),
            # An uploaded film may have ten seconds (Omni's limits of 2026-09-18).
            Role.VIDEO: replace(FILM_SLOT, seconds_max=10.0),
        },
        usual_time_s=70,
    ),
    Card(
        slug="sora2",
        name="Sora 2",
        display_name="🎥 Sora 2 (OpenAI)",
        kind=Kind.VIDEO,
        modes=(Mode.TEXT_TO_VIDEO, Mode.IMAGE_TO_VIDEO),
        routes=(Route("sora", "sora-2", (usd("0.1000"),)),),
        # OpenAI ended it on 2026-09-24 (providers.md 0.1); resellers imitate its API, and
        # SORA_API_BASE_URL points at one.
        is_active=False,
        costs=(usd("0.0200"),),
        cost_unit=CostUnit.SECOND,
        prompt_length_max=4000,
        order=30,
        short_description="Видео OpenAI через совместимые сервисы",
        params={
            "duration": Choice((8, 4, 12)),
            "aspect_ratio": Choice(("9:16", "16:9")),
        },
        inputs={Role.FIRST_FRAME: Slot()},
        usual_time_s=120,
    ),
    Card(
        slug="runway_gen4",
        name="Runway Gen-4 Turbo",
        display_name="🎞️ Runway Gen-4 Turbo",
        kind=Kind.VIDEO,
        modes=(Mode.IMAGE_TO_VIDEO,),
        routes=(Route("runway", "gen4_turbo", (usd("0.0500"),)),),
        costs=(usd("0.0200"),),
        cost_unit=CostUnit.SECOND,
        prompt_length_max=1000,
        order=75,
        short_description="Быстро оживить картинку",
        params={
            "duration": SHORT_OR_LONG,
            "aspect_ratio": Choice(("16:9", "9:16", "1:1", "4:3", "3:4", "21:9")),
            "seed": SEED,
        },
        inputs={Role.FIRST_FRAME: RUNWAY_PICTURE},
        usual_time_s=60,
    ),
    Card(
        slug="runway_gen45",
        name="Runway Gen-4.5",
        display_name="🎞️ Runway Gen-4.5",
        kind=Kind.VIDEO,
        modes=(Mode.TEXT_TO_VIDEO, Mode.IMAGE_TO_VIDEO),
        routes=(Route("runway", "gen4.5", (usd("0.1200"),)),),
        costs=(usd("0.0900"),),
        cost_unit=CostUnit.SECOND,
        prompt_length_max=1000,
        order=74,
        short_description="Кинематографичное движение",
        params={
            "duration": Range(2, 10, default=5),
            "aspect_ratio": Choice(("16:9", "9:16", "1:1", "4:3", "3:4", "21:9")),
            "seed": SEED,
        },
        options_in={Mode.TEXT_TO_VIDEO: {"aspect_ratio": ("16:9", "9:16")}},
        inputs={Role.FIRST_FRAME: RUNWAY_PICTURE},
        usual_time_s=90,
    ),
    Card(
        slug="runway_aleph",
        name="Runway Aleph",
        display_name="🎞️ Runway Aleph",
        kind=Kind.VIDEO,
        modes=(Mode.VIDEO_TO_VIDEO,),
        routes=(Route("runway", "aleph2", (usd("0.7500"),)),),
        costs=(usd("0.5000"),),
        cost_unit=CostUnit.GENERATION,
        prompt_length_max=1000,
        order=76,
        short_description="Изменить готовое видео словами",
        params={
            # The film's own, unless another is asked for.
            "aspect_ratio": Choice(("auto", "16:9", "9:16", "1:1", "4:3", "3:4", "21:9")),
            "seed": SEED,
        },
        inputs={
            Role.VIDEO: Slot(
                mime_types=FILM_SLOT.mime_types,
                bytes_max=16 * 1024 * 1024,
                seconds_min=1.0,
                seconds_max=5.5,
            ),
            Role.REFERENCE: RUNWAY_PICTURE,
        },
        usual_time_s=120,
    ),
    Card(
        slug="midjourney-video",
        name="Midjourney Video",
        display_name="🎬 Midjourney Video",
        kind=Kind.VIDEO,
        modes=(Mode.IMAGE_TO_VIDEO,),
        routes=(Route("kie_mj", "mj_video", (usd("0.0160"),)),),
        costs=(usd("0.0150"),),
        cost_unit=CostUnit.SECOND,
        prompt_length_max=2000,
        order=80,
        short_description="Оживить картинку в стиле Midjourney",
        params={
            "duration": Choice((5,)),
            "motion": Choice(("low", "high")),
        },
        inputs={Role.FIRST_FRAME: Slot()},
        usual_time_s=150,
    ),
)
