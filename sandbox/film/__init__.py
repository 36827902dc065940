"""Films the sandbox's video models answer with: real MP4, drawn from the words and the inputs."""

from sandbox.film.director import draw_film
from sandbox.film.order import FilmOrder, SourceUse

__all__ = ["FilmOrder", "SourceUse", "draw_film"]
