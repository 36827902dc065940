"""What a person gave for an order, to be given once more."""

from dataclasses import dataclass

from botapp import catalog
from botapp.business import generation
from botapp.business.drafts import Source
from botapp.catalog import Kind, Mode, Role


@dataclass(frozen=True)
class OwnInput:
    """One of them; `index` is its place among the order's inputs."""

    index: int
    role: Role
    source: Source


@dataclass(frozen=True)
class OwnInputs:
    mode: Mode
    inputs: tuple[OwnInput, ...]

    def is_enough(self, kept: list[OwnInput]) -> bool:
        """Whether these are all that were given, and all the mode needs."""
        roles = {one.role for one in kept}
        # Who had their data erased has orders that name no input any more.
        return len(kept) == len(self.inputs) and roles >= catalog.REQUIRED_ROLES[self.mode]


def of_order(*, user_id: int, generation_id: int) -> OwnInputs:
    """Raises OrderNotFoundError for anybody else's order, ModelUnavailableError for a model the
    catalog knows no more."""
    order = generation.get_own(user_id=user_id, generation_id=generation_id)
    card, mode = catalog.find(order.ai_model.slug), Mode(order.generation_type)
    if card is None:
        raise generation.ModelUnavailableError(order.ai_model.slug)
    roles = generation.roles(card, order.source_media, mode)
    given = zip(order.source_media, roles, strict=True)
    inputs = [OwnInput(index, role, _source(one, role)) for index, (one, role) in enumerate(given)]
    return OwnInputs(mode, tuple(inputs))


def get(*, user_id: int, generation_id: int, index: int) -> Source:
    """Raises OrderNotFoundError where there is no such input of an own order."""
    inputs = of_order(user_id=user_id, generation_id=generation_id).inputs
    if index >= len(inputs):
        raise generation.OrderNotFoundError(f"{generation_id}, input {index}")
    return inputs[index].source


def _source(given: dict[str, str], role: Role) -> Source:
    return Source(
        media=Kind.VIDEO if role is Role.VIDEO else Kind.IMAGE,
        file_id=given.get("file_id", ""),
        storage_key=given.get("storage_key", ""),
    )
