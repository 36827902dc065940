"""Stand-in of Gemini's Interactions API: films of Omni and pictures of Nano Banana."""

from sandbox.interactions.service import add_routes

__all__ = ["add_routes"]
