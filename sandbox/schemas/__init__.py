"""Models whose input has a schema of its own, as the aggregators (fal, Replicate) offer them."""

from sandbox.schemas.models import Model
from sandbox.schemas.properties import Flaw, Kind, Property, check
from sandbox.schemas.works import make_works, open_pictures

__all__ = ["Flaw", "Kind", "Model", "Property", "check", "make_works", "open_pictures"]
