"""Stand-in of midjourney-proxy, and the pictures that every door to Midjourney shows."""

from sandbox.midjourney.service import add_routes

__all__ = ["add_routes"]
