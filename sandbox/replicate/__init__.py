"""Stand-in of Replicate's predictions, for the models that the product's cards name."""

from sandbox.replicate.service import add_routes

__all__ = ["add_routes"]
