"""What a model is and what its endpoints take."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Endpoint(StrEnum):
    IMAGE_TO_VIDEO = "image_to_video"
    TEXT_TO_VIDEO = "text_to_video"
    VIDEO_TO_VIDEO = "video_to_video"
    TEXT_TO_IMAGE = "text_to_image"


class Sound(StrEnum):
    NEVER = "never"
    ALWAYS = "always"
    # Asked for with `audio`; given when it is left out.
    OPTION = "option"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """`shapes` are the accepted values of `ratio`; an empty tuple says that there is no such
    field and the result takes its shape from the input."""

    id: str
    title: str
    shapes: Mapping[Endpoint, tuple[str, ...]]
    # A second, or a picture.
    credits: int
    # Accepted lengths; empty: as long as the source.
    seconds: tuple[int, ...] = ()
    usual_seconds: int = 5
    must_say_seconds: bool = False
    must_say_shape: bool = True
    must_say_prompt: bool = True
    sound: Sound = Sound.NEVER
    last_frame: bool = False
    resolutions: tuple[str, ...] = ()
    references_max: int = 0
    prompt_max: int = 2500
