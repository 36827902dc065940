"""Stand-in of kie.ai: its jobs, its door to Midjourney, its uploads and its purse."""

from sandbox.kie.service import add_routes

__all__ = ["add_routes"]
