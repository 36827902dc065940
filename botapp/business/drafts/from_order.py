"""A draft of an earlier order: the same wishes, to be changed and ordered anew."""

from collections.abc import Mapping

from botapp.business import generation, selling
from botapp.business.drafts.draft import Draft, Source
from botapp.catalog import Kind, Mode, Role


def from_order(*, user_id: int, generation_id: int, prompt: str) -> Draft:
    """An own order's model, parameters and inputs with other words.

    Raises OrderNotFoundError for anybody else's order, ModelUnavailableError for a model that is
    not on sale.
    """
    order = generation.get_own(user_id=user_id, generation_id=generation_id)
    return Draft(
        slug=selling.get_model(order.ai_model.slug).slug,
        prompt=prompt,
        mode=Mode(order.generation_type),
        params=order.generation_params,
        quantity=order.quantity,
        sources=tuple(_source(given) for given in order.source_media),
        parent_id=order.parent_request_id,
        result_index=order.parent_result_index,
    )


def _source(given: Mapping[str, str]) -> Source:
    role = given.get("role")
    return Source(
        media=Kind.VIDEO if role == Role.VIDEO else Kind.IMAGE,
        file_id=given.get("file_id", ""),
        storage_key=given.get("storage_key", ""),
        # All others follow from the mode and from their order.
        role=Role.MASK if role == Role.MASK else None,
    )
