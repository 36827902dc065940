"""Stand-in of the OpenAI API: images, and the videos API that resellers keep alive."""

from sandbox.openai.service import add_routes

__all__ = ["add_routes"]
