"""Pictures the sandbox's image models answer with, drawn from the words and the photos given."""

from sandbox.drawing.picture import Order, as_png, draw_draft, draw_picture, paint_picture

__all__ = ["Order", "as_png", "draw_draft", "draw_picture", "paint_picture"]
