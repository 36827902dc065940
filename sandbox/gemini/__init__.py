"""Stand-in of the Gemini API: image models that draw, text models that write."""

from sandbox.gemini.service import add_routes

__all__ = ["add_routes"]
