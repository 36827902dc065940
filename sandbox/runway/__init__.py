"""Stand-in of the Runway API: its own models and those of others that one key reaches."""

from sandbox.runway.service import add_routes

__all__ = ["add_routes"]
