"""Stand-in of fal.ai's queue, for the models that the product's cards name."""

from sandbox.fal.service import add_routes

__all__ = ["add_routes"]
