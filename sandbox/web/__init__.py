"""Stand-in of the open web: pages and files that people send links to, and traps among them."""

from sandbox.web.service import add_routes

__all__ = ["add_routes"]
