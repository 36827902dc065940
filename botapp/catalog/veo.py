"""Cards of Google Veo: three levels that differ in id and money.

Facts: product.md 2.1, providers.md 2.1.
"""

from dataclasses import replace

from botapp.catalog.films import FILM_SLOT, FRAME_SLOTS, NEGATIVE, TEXT_AND_FRAMES
from botapp.catalog.images import SEED
from botapp.catalog.vocabulary import (
    Card,
    Choice,
    CostUnit,
    Kind,
    Mode,
    Role,
    Route,
    Rule,
    Slot,
    Switch,
    usd,
)

EIGHT_SECONDS = {"duration": (8,)}

FAST = Card(
    slug="veo3-fast",
    name="Veo 3.1 Fast",
    display_name="⚡ Veo 3.1 Fast",
    kind=Kind.VIDEO,
    modes=(*TEXT_AND_FRAMES, Mode.REFERENCES_TO_VIDEO, Mode.EXTEND),
    routes=(
        Route(
            "vertex",
            "veo-3.1-fast-generate-001",
            (
                usd("0.3000", resolution="4k"),
                usd("0.1200", resolution="1080p"),
                usd("0.1000"),
            ),
        ),
    ),
    costs=(usd("0.1500", resolution="4k"), usd("0.0600", resolution="1080p"), usd("0.0500")),
    cost_unit=CostUnit.SECOND,
    prompt_length_max=4000,
    order=10,
    short_description="Видео со звуком, быстро",
    params={
        "aspect_ratio": Choice(("9:16", "16:9")),
        "resolution": Choice(("720p", "1080p", "4k")),
        "duration": Choice((8, 6, 4)),
        "audio": Switch(default=True),
        "negative_prompt": NEGATIVE,
        "seed": SEED,
    },
    params_not_in={"duration": (Mode.EXTEND,), "aspect_ratio": (Mode.EXTEND,)},
    rules=(
        Rule({"resolution": "1080p"}, EIGHT_SECONDS),
        Rule({"resolution": "4k"}, EIGHT_SECONDS),
    ),
    options_in={Mode.FRAMES_TO_VIDEO: EIGHT_SECONDS, Mode.REFERENCES_TO_VIDEO: EIGHT_SECONDS},
    inputs=FRAME_SLOTS | {Role.REFERENCE: Slot(count_max=3), Role.VIDEO: FILM_SLOT},
    seconds_by_mode={Mode.EXTEND: 7},
    usual_time_s=90,
)
PRO = replace(
    FAST,
    slug="veo3-pro",
    name="Veo 3.1 Pro",
    display_name="🎬 Veo 3.1 Pro",
    routes=(
        Route("vertex", "veo-3.1-generate-001", (usd("0.6000", resolution="4k"), usd("0.4000"))),
    ),
    costs=(usd("0.3000", resolution="4k"), usd("0.2000")),
    order=11,
    short_description="Лучшее качество Veo",
    usual_time_s=150,
)
# The lite level takes no references and makes no 4K.
LITE = replace(
    FAST,
    slug="veo3-lite",
    name="Veo 3.1 Lite",
    display_name="🪶 Veo 3.1 Lite",
    modes=(*TEXT_AND_FRAMES, Mode.EXTEND),
    routes=(
        Route(
            "vertex",
            "veo-3.1-lite-generate-001",
            (usd("0.0800", resolution="1080p"), usd("0.0500")),
        ),
    ),
    costs=(usd("0.0400", resolution="1080p"), usd("0.0250")),
    order=12,
    short_description="Самое дешёвое видео со звуком",
    params=dict(FAST.params) | {"resolution": Choice(("720p", "1080p"))},
    rules=(Rule({"resolution": "1080p"}, EIGHT_SECONDS),),
    options_in={Mode.FRAMES_TO_VIDEO: EIGHT_SECONDS},
    inputs=FRAME_SLOTS | {Role.VIDEO: FILM_SLOT},
    usual_time_s=70,
)

VEO_CARDS = (FAST, PRO, LITE)
