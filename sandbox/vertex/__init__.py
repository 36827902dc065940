"""Stand-in of Vertex AI: tokens for service accounts, films of Veo, Gemini's generateContent."""

from sandbox.vertex.service import add_routes

__all__ = ["add_routes"]
