"""Pictures the sandbox's image models answer with, drawn from the words and the photos given."""

from sandbox.drawing.picture import Order, draw_draft, draw_picture

__all__ = ["Order", "draw_draft", "draw_picture"]
