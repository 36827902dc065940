"""The models of both generations (facts: provider notes, sections 4.2, 4.3 and 4.5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Endpoint(StrEnum):
    TEXT = "text-to-video"
    IMAGE = "image-to-video"
    OMNI = "omni-video"


BOTH = frozenset({Endpoint.TEXT, Endpoint.IMAGE})
HD, FULL_HD, UHD = "720p", "1080p", "4k"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """`usd` is the price of a second by resolution, `usd_loud` with sound of its own."""

    id: str
    title: str
    endpoints: frozenset[Endpoint] = BOTH
    seconds: tuple[int, ...] = (5, 10)
    resolutions: tuple[str, ...] = (HD, FULL_HD)
    prompt_max: int = 2500
    last_frame: bool = True
    # These two go with 1080p only.
    frames_in_full_hd: bool = False
    sound_in_full_hd: bool = False
    # Without a choice the film always has sound, or never.
    sound_is_a_choice: bool = False
    has_sound: bool = False
    # What a film from one first frame may last, where that differs.
    seconds_from_picture: tuple[int, ...] = ()
    source_seconds_max: float = 15.5
    usd: Mapping[str, float] = field(default_factory=dict)
    usd_loud: Mapping[str, float] = field(default_factory=dict)

    def price(self, resolution: str, *, sound: bool) -> float:
        table = self.usd_loud if sound and self.usd_loud else self.usd
        return table.get(resolution, max(table.values()))


_LONG = tuple(range(3, 16))
_OMNI = frozenset({Endpoint.OMNI})


def _v3(model_id: str) -> Model:
    return Model(
        id=model_id,
        title="Kling 3.0",
        seconds=_LONG,
        resolutions=(HD, FULL_HD, UHD),
        prompt_max=3072,
        sound_is_a_choice=True,
        usd={HD: 0.084, FULL_HD: 0.112, UHD: 0.42},
        usd_loud={HD: 0.126, FULL_HD: 0.168, UHD: 0.42},
    )


def _v2_6(model_id: str) -> Model:
    return Model(
        id=model_id,
        title="Kling 2.6",
        frames_in_full_hd=True,
        sound_in_full_hd=True,
        sound_is_a_choice=True,
        usd={HD: 0.042, FULL_HD: 0.07},
        usd_loud={FULL_HD: 0.14},
    )


def _v2_5(model_id: str) -> Model:
    return Model(
        id=model_id,
        title="Kling 2.5 Turbo",
        frames_in_full_hd=True,
        usd={HD: 0.042, FULL_HD: 0.07},
    )


def _older(model_id: str, title: str, *, only_images: bool = False) -> Model:
    return Model(
        id=model_id,
        title=title,
        endpoints=frozenset({Endpoint.IMAGE}) if only_images else BOTH,
        frames_in_full_hd=True,
        usd={HD: 0.04, FULL_HD: 0.07},
    )


def _master(model_id: str, title: str) -> Model:
    return Model(
        id=model_id,
        title=title,
        resolutions=(FULL_HD,),
        last_frame=False,
        usd={FULL_HD: 0.28},
    )


_NEW = (
    Model(
        id="kling-3.0-turbo",
        title="Kling 3.0 Turbo",
        seconds=_LONG,
        last_frame=False,
        has_sound=True,
        usd={HD: 0.112, FULL_HD: 0.14},
    ),
    _v3("kling-3.0"),
    _v2_6("kling-2.6"),
    _v2_5("kling-2.5-turbo"),
    Model(
        id="kling-3.0-omni",
        title="Kling 3.0 Omni",
        endpoints=_OMNI,
        seconds=_LONG,
        resolutions=(HD, FULL_HD, UHD),
        sound_is_a_choice=True,
        usd={HD: 0.084, FULL_HD: 0.112, UHD: 0.42},
        usd_loud={HD: 0.112, FULL_HD: 0.14, UHD: 0.42},
    ),
    Model(
        id="kling-o1",
        title="Kling O1",
        endpoints=_OMNI,
        seconds=tuple(range(3, 11)),
        seconds_from_picture=(5, 10),
        source_seconds_max=10.0,
        usd={HD: 0.084, FULL_HD: 0.112},
    ),
)
_OLD = (
    _v3("kling-v3"),
    _v2_6("kling-v2-6"),
    _v2_5("kling-v2-5-turbo"),
    _older("kling-v2-1", "Kling 2.1", only_images=True),
    _master("kling-v2-1-master", "Kling 2.1 Master"),
    _master("kling-v2-master", "Kling 2.0 Master"),
    _older("kling-v1-6", "Kling 1.6"),
    _older("kling-v1-5", "Kling 1.5", only_images=True),
)
MODELS = {model.id: model for model in _NEW}
LEGACY_MODELS = {model.id: model for model in _OLD}
