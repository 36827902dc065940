"""The strip below the picture with the prompt on it."""

from functools import lru_cache
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFont

_PANEL = (16, 18, 32, 214)
_TEXT = (255, 255, 255, 255)
_SMALL_TEXT = (190, 200, 226, 255)
_LAST_PLAIN_CHARACTER = "\uffff"


class Caption:
    """As much of the text as fits a third of the picture; the signature small, below it."""

    def __init__(self, size: tuple[int, int], *, text: str, signature: str) -> None:
        self._width, self._bottom = size
        font_size = max(18, min(size) // 26)
        self._font = font_of(font_size)
        self._small_font = font_of(max(14, round(font_size * 0.62)))
        self._margin, self._line_height = font_size * 0.9, font_size * 1.28
        self._signature = signature
        lines_max = max(1, int((size[1] * 0.32 - self._margin * 2) / self._line_height))
        lines = _wrapped(_legible(text), self._font, self._width - self._margin * 2)
        if len(lines) > lines_max:
            lines = [*lines[: lines_max - 1], lines[lines_max - 1].rstrip(" .,") + "…"]
        self._lines = lines
        text_height = self._line_height * len(lines) + self._small_font.size
        self.top = self._bottom - self._margin * 1.6 - text_height

    def paint(self, canvas: Image.Image) -> None:
        panel = self.panel()
        canvas.paste(panel, (0, self._bottom - panel.height), panel)

    def panel(self) -> Image.Image:
        """The strip alone, half transparent, as wide as the picture."""
        panel = Image.new("RGBA", (self._width, round(self._bottom - self.top)), _PANEL)
        draw = ImageDraw.Draw(panel)
        for number, line in enumerate(self._lines):
            place = (self._margin, self._margin * 0.7 + number * self._line_height)
            draw.text(place, line, _TEXT, self._font)
        place = (self._margin, panel.height - self._margin * 0.6)
        draw.text(place, self._signature, _SMALL_TEXT, self._small_font, anchor="ls")
        return panel


@lru_cache
def font_of(size: int) -> ImageFont.FreeTypeFont:
    try:
        return ImageFont.truetype("DejaVuSans.ttf", size)
    except OSError:
        fallback = ImageFont.load_default(size)
        assert isinstance(fallback, ImageFont.FreeTypeFont)
        return fallback


def _legible(text: str) -> str:
    """One line, without the pictographs the font has no drawing for."""
    plain = "".join(sign for sign in text if sign <= _LAST_PLAIN_CHARACTER)
    return " ".join(plain.split())


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines: list[str] = []
    current = ""
    for word in text.split():
        for piece in _pieces(word, font, width):
            longer = f"{current} {piece}".strip()
            if current and font.getlength(longer) > width:
                lines.append(current)
                current = piece
            else:
                current = longer
    return [*lines, current] if current else lines


def _pieces(word: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """Cut a word that is wider than the line."""
    if font.getlength(word) <= width:
        return [word]
    per_line = max(1, int(width / font.getlength("ш")))
    cuts = [*range(0, len(word), per_line), len(word)]
    return [word[start:end] for start, end in pairwise(cuts)]
