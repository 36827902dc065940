"""What the text models hear: nobody can speak in a sandbox, so the file says its words itself.

The words are in the tag that is meant for them, LYRICS; a recording without it is told by length.
"""

import io
from dataclasses import dataclass

import av

from sandbox.gemini.errors import invalid_argument

_TAG = "lyrics"


@dataclass(frozen=True, slots=True)
class Heard:
    words: str
    seconds: float


def hear(content: bytes) -> Heard:
    """Raises GoogleError when the bytes are no recording."""
    try:
        with av.open(io.BytesIO(content), "r") as container:
            if not container.streams.audio:
                raise invalid_argument("Unable to process input audio. Please retry.")
            tags = dict(container.metadata) | dict(container.streams.audio[0].metadata)
            seconds = (container.duration or 0) / av.time_base
    except av.FFmpegError as error:
        raise invalid_argument("Unable to process input audio. Please retry.") from error
    words = next((said for name, said in tags.items() if name.lower() == _TAG), "")
    return Heard(words.strip(), seconds)
