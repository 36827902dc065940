"""What a film is ordered by."""

from dataclasses import dataclass
from enum import StrEnum


class SourceUse(StrEnum):
    """What becomes of a source film: its colours change, or it goes on after its last picture."""

    RECOLOR = "recolor"
    CONTINUE = "continue"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmOrder:
    """The same order always gives the same film. Pictures and the source are whole files.

    `seconds` are kept to an eighth.
    """

    prompt: str
    model: str
    width: int
    height: int
    seconds: float
    sound: bool = False
    # Options that a person should read on the film, such as "1080p" or "seed 7".
    labels: tuple[str, ...] = ()
    # Whatever else should make another film of the same prompt: seed, style, number of the film.
    variation: str = ""
    first_frame: bytes | None = None
    last_frame: bytes | None = None
    references: tuple[bytes, ...] = ()
    source: bytes | None = None
    source_use: SourceUse = SourceUse.RECOLOR

    def __post_init__(self) -> None:
        if self.width % 2 or self.height % 2:
            raise ValueError("the sides of a film are even")
