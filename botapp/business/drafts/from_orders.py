"""Drafts that begin with an own order: the same once more, but other words or another model."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from botapp import catalog
from botapp.business import generation, selling
from botapp.business.drafts import changes, inputs, offer
from botapp.business.drafts.draft import Draft, Source
from botapp.business.errors import BusinessError
from botapp.catalog import FOLLOW_UPS, Card, Kind, Mode, Role
from botapp.models import AIModel, GenRequest, UserSettings


@dataclass(frozen=True)
class Alternative:
    """Another model for the same wish: its price, and how much more it is than was paid."""

    model: AIModel
    price: Decimal
    difference: Decimal


def from_order(*, user_id: int, generation_id: int, prompt: str | None = None) -> Draft:
    """The draft that would make an own order again, or the same with another prompt.

    Raises OrderNotFoundError for anybody else's order, ModelUnavailableError for a model that is
    not on sale.
    """
    order = generation.get_kept(user_id=user_id, generation_id=generation_id)
    selling.get_model(order.ai_model.slug)
    draft = _draft_of(order)
    return draft if prompt is None else changes.with_prompt(draft, prompt)


def by_another_model(*, user_id: int, generation_id: int, slug: str) -> Draft:
    """The same wishes for another model; the order's own may be off sale by now."""
    order = generation.get_kept(user_id=user_id, generation_id=generation_id)
    return offer.choose_model(_draft_of(order), slug)


def alternatives(*, user_id: int, generation_id: int) -> list[Alternative]:
    """Models on sale that can do what an own order did, with all its files."""
    order = generation.get_kept(user_id=user_id, generation_id=generation_id)
    draft = _draft_of(order)
    paid = generation.full_price(order)
    return [
        Alternative(model, price, price - paid)
        for model in selling.all_models()
        if model.type == order.ai_model.type and model.slug != draft.slug
        if (price := _price(draft, model)) is not None
    ]


def animate(*, user_id: int, generation_id: int, result_index: int) -> Draft:
    """A film that begins with a picture of an own order.

    By the person's usual model if it can, else by the first on sale that can;
    ModelUnavailableError when none can.
    """
    order = generation.get_kept(user_id=user_id, generation_id=generation_id)
    source = _picture(order, result_index)
    ratio = {
        name: value for name, value in order.generation_params.items() if name == "aspect_ratio"
    }
    return Draft(
        slug=_animator(user_id, source),
        prompt=order.prompt,
        mode=Mode.IMAGE_TO_VIDEO,
        params=ratio,
        sources=(source,),
        parent_id=order.pk,
    )


def edit_result(*, user_id: int, generation_id: int, result_index: int, prompt: str) -> Draft:
    """A picture of an own order, changed as `prompt` says, by the model that made it."""
    order = generation.get_kept(user_id=user_id, generation_id=generation_id)
    source = _picture(order, result_index)
    return Draft(
        slug=order.ai_model.slug,
        prompt=prompt,
        mode=Mode.IMAGE_TO_IMAGE,
        params=order.generation_params,
        sources=(source,),
        parent_id=order.pk,
    )


def _draft_of(order: GenRequest) -> Draft:
    """What continued a single result is only its words: the result belongs to its provider."""
    card, mode = _card(order), Mode(order.generation_type)
    if mode in FOLLOW_UPS:
        return Draft(slug=card.slug, prompt=order.prompt)
    return Draft(
        slug=card.slug,
        prompt=order.prompt,
        mode=mode,
        params=order.generation_params,
        quantity=order.quantity,
        sources=_sources(order, card, mode),
        parent_id=order.parent_request_id if order.parent_result_index is not None else order.pk,
        result_index=order.parent_result_index,
    )


def _card(order: GenRequest) -> Card:
    card = catalog.find(order.ai_model.slug)
    if card is None:
        raise generation.ModelUnavailableError(order.ai_model.slug)
    return card


def _sources(order: GenRequest, card: Card, mode: Mode) -> tuple[Source, ...]:
    roles = generation.roles(card, order.source_media, mode)
    return tuple(
        _source(given, role) for given, role in zip(order.source_media, roles, strict=True)
    )


def _source(given: Mapping[str, str], role: Role) -> Source:
    """Only a mask says what it is for; the mode decides about the others."""
    return Source(
        media=Kind.VIDEO if role is Role.VIDEO else Kind.IMAGE,
        file_id=given.get("file_id", ""),
        storage_key=given.get("storage_key", ""),
        role=role if role is Role.MASK else None,
    )


def _price(draft: Draft, model: AIModel) -> Decimal | None:
    """What the draft costs with another model; None for one that cannot make it as it is."""
    card = catalog.BY_SLUG[model.slug]
    moved = changes.with_model(card, draft)
    if len(moved.sources) < len(draft.sources):
        return None
    try:
        return offer.price(moved, model, card)
    except BusinessError:
        return None


def _picture(order: GenRequest, index: int) -> Source:
    result = order.results.exclude(storage_key="").filter(index=index).first()
    if result is None or not result.mime_type.startswith("image/"):
        raise generation.OrderNotFoundError(str(order.pk))
    return Source(
        media=Kind.IMAGE,
        storage_key=result.storage_key,
        mime_type=result.mime_type,
        width=result.width,
        height=result.height,
    )


def _animator(user_id: int, source: Source) -> str:
    usual = UserSettings.objects.filter(user_id=user_id).values_list(
        "preferred_video_model__slug", flat=True
    )
    slugs = [model.slug for model in selling.all_models() if model.type == AIModel.Type.VIDEO]
    able = [slug for slug in slugs if _animates(catalog.BY_SLUG[slug], source)]
    if not able:
        raise generation.ModelUnavailableError(Mode.IMAGE_TO_VIDEO)
    preferred = usual.first()
    return preferred if preferred in able else able[0]


def _animates(card: Card, source: Source) -> bool:
    is_open = Mode.IMAGE_TO_VIDEO in inputs.open_modes(card, [source])
    return is_open and inputs.fits(card, source)
