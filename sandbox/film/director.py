"""Puts backdrop, figures and lettering together, frame by frame."""

from collections.abc import Iterator

from sandbox.drawing.picture import seeded
from sandbox.film import tone
from sandbox.film.order import FilmOrder
from sandbox.film.overlay import Counter, still_parts
from sandbox.film.recording import record
from sandbox.film.sheet import Sheet
from sandbox.film.stage import FPS, Figures, backdrops, open_picture


def draw_film(order: FilmOrder) -> bytes:
    """Return an MP4 (H.264, and AAC when sound is on) of exactly the ordered size and length."""
    samples = None
    if order.sound:
        samples = tone.melody(order.seconds, seeded(order.prompt + order.variation))
    return record(_frames(order), fps=FPS, samples=samples)


def _frames(order: FilmOrder) -> Iterator[Sheet]:
    count = max(1, round(order.seconds * FPS))
    references = [open_picture(reference) for reference in order.references]
    stills = still_parts(order, references)
    figures, counter = Figures(order), Counter(order)
    for number, sheet in zip(range(count), backdrops(order, count), strict=False):
        for patch, corner in figures.at(number / max(1, count - 1)):
            sheet.put(patch, corner)
        for patch, corner in (*stills, counter.at(number / FPS)):
            sheet.put(patch, corner)
        yield sheet
