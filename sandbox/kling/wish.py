"""What both generations of the API boil down to: one film that is wished for."""

from dataclasses import dataclass

from sandbox.film import FilmOrder, SourceUse
from sandbox.jobs import BadInputError, Film, Opened, open_input, read_input, without_words
from sandbox.kling.errors import bad_parameter
from sandbox.kling.models import FULL_HD, HD, UHD, Model

RATIOS = {"16:9": (1280, 720), "9:16": (720, 1280), "1:1": (960, 960)}
_TIMES = {HD: 1.0, FULL_HD: 1.5, UHD: 3.0}
_SIDE_MIN = 300
_STRETCH_MAX = 2.5
_PICTURE_MIMES = ("image/png", "image/jpeg")
_FILM_MIMES = ("video/mp4", "video/quicktime")
_FILM_SECONDS_MIN = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Without a ratio the first frame or the source decides."""

    model: Model
    prompt: str
    resolution: str
    seconds: int
    sound: bool
    ratio: str | None = None
    negative_prompt: str = ""
    first_frame: Opened | None = None
    last_frame: Opened | None = None
    references: tuple[Opened, ...] = ()
    source: Opened | None = None
    source_use: SourceUse = SourceUse.RECOLOR
    reference: str = ""
    callback_url: str = ""

    @property
    def usd(self) -> float:
        return self.seconds * self.model.price(self.resolution, sound=self.sound)

    def film(self) -> Film:
        width, height = self._size()
        negative = [f"no {self.negative_prompt}"] if self.negative_prompt else []
        return Film(
            FilmOrder(
                prompt=without_words(self.prompt),
                model=self.model.title,
                width=width,
                height=height,
                seconds=self.seconds,
                sound=self.sound,
                labels=(self.resolution, *([self.ratio] if self.ratio else []), *negative),
                variation=self.negative_prompt,
                first_frame=_content(self.first_frame),
                last_frame=_content(self.last_frame),
                references=tuple(picture.content for picture in self.references),
                source=_content(self.source),
                source_use=self.source_use,
            )
        )

    def _size(self) -> tuple[int, int]:
        times = _TIMES[self.resolution]
        given = self.first_frame or self.source
        if self.ratio is not None or given is None:
            width, height = RATIOS[self.ratio or "16:9"]
            return round(width * times), round(height * times)
        # The given shape, with as many pixels as 16:9 has.
        area = RATIOS["16:9"][0] * RATIOS["16:9"][1] * times * times
        width = (area * given.width / given.height) ** 0.5
        return _even(width), _even(width * given.height / given.width)


async def open_picture(given: object, name: str, *, bytes_max: int) -> Opened:
    """Raises KlingError for what Kling would not look at."""
    opened = await _open(given, name)
    if opened.mime not in _PICTURE_MIMES:
        raise bad_parameter(f"{name}: only jpg, jpeg and png are supported")
    if len(opened.content) > bytes_max:
        raise bad_parameter(f"{name}: the file is too large")
    if min(opened.width, opened.height) < _SIDE_MIN:
        raise bad_parameter(f"{name}: width and height must be at least {_SIDE_MIN}px")
    if max(opened.width / opened.height, opened.height / opened.width) > _STRETCH_MAX:
        raise bad_parameter(f"{name}: the aspect ratio must be between 1:2.5 and 2.5:1")
    return opened


async def open_film(given: object, name: str, *, seconds_max: float) -> Opened:
    if not isinstance(given, str) or not given.startswith(("http://", "https://")):
        raise bad_parameter(f"{name}: a video is taken by URL only")
    opened = await _open(given, name)
    if opened.mime not in _FILM_MIMES:
        raise bad_parameter(f"{name}: only mp4 and mov are supported")
    if not _FILM_SECONDS_MIN <= opened.seconds <= seconds_max:
        raise bad_parameter(f"{name}: the length must be {_FILM_SECONDS_MIN}s to {seconds_max}s")
    return opened


def check_film(wish: Wish) -> Wish:
    """What no film of this model can be. Raises KlingError."""
    model = wish.model
    if len(wish.prompt) > model.prompt_max:
        raise bad_parameter(f"prompt must not exceed {model.prompt_max} characters")
    if wish.resolution not in model.resolutions:
        raise bad_parameter(f"resolution {wish.resolution} is not supported by {model.id}")
    if wish.last_frame is not None and (wish.first_frame is None or not model.last_frame):
        raise bad_parameter(f"last_frame is not supported by {model.id}, or lacks a first_frame")
    if wish.last_frame is not None and model.frames_in_full_hd and wish.resolution != FULL_HD:
        raise bad_parameter("first and last frames are supported in 1080p only")
    if wish.sound and model.sound_in_full_hd and wish.resolution != FULL_HD:
        raise bad_parameter("native audio is supported in 1080p only")
    if wish.seconds not in _lengths(wish):
        raise bad_parameter(f"duration {wish.seconds} is not supported")
    if wish.ratio is not None and wish.ratio not in RATIOS:
        raise bad_parameter(f"aspect_ratio {wish.ratio} is not supported")
    return wish


def _lengths(wish: Wish) -> tuple[int, ...]:
    alone = wish.first_frame is not None and wish.last_frame is None and not wish.references
    return (alone and wish.model.seconds_from_picture) or wish.model.seconds


async def _open(given: object, name: str) -> Opened:
    if not isinstance(given, str) or not given or given.startswith("data:"):
        raise bad_parameter(f"{name}: a URL, or base64 without the data: prefix, is expected")
    try:
        return await open_input(await read_input(given))
    except BadInputError as error:
        raise bad_parameter(f"{name}: {error}") from error


def _content(opened: Opened | None) -> bytes | None:
    return None if opened is None else opened.content


def _even(length: float) -> int:
    return round(length / 2) * 2
