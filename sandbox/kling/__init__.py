"""Stand-in of the Kling API: both generations of it, with one book of tasks."""

from sandbox.kling.service import add_routes

__all__ = ["add_routes"]
