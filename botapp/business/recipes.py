"""Recipes: how a result was made, given to others by a link. Inputs are never given."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from botapp import catalog
from botapp.business import generation, referrals, selling
from botapp.business.drafts import Draft
from botapp.business.errors import BusinessError
from botapp.catalog import FOLLOW_UPS, Kind, Mode
from botapp.models import GenRequest, GenResult, Recipe


class RecipeNotFoundError(BusinessError):
    """There is no such recipe, or its author has removed it."""


@dataclass(frozen=True)
class Opened:
    """What a person who came by the link sees: the author's result and a draft of their own.

    `is_other_model` when the author's model is not on sale any more.
    """

    order: GenRequest
    results: tuple[GenResult, ...]
    draft: Draft
    is_other_model: bool


@transaction.atomic
def share(*, user_id: int, generation_id: int) -> Recipe:
    """The recipe of an own order that was made; the same however often it is asked for.

    Raises OrderNotFoundError.
    """
    order = generation.get_kept(user_id=user_id, generation_id=generation_id)
    if order.status != GenRequest.Status.DONE or order.hidden_at is not None:
        raise generation.OrderNotFoundError(str(generation_id))
    recipe, _ = Recipe.objects.get_or_create(request=order, defaults={"author_id": user_id})
    recipe.request = order
    return recipe


@transaction.atomic
def follow(*, user_id: int, code: str) -> Opened:
    """Somebody came by the link: who is new was invited by the author. The author's own visits
    are not counted.

    Raises RecipeNotFoundError, and ModelUnavailableError when nothing of the kind is on sale.
    """
    # Whoever takes a work out of the history takes its link back with it.
    shown = Recipe.objects.filter(code=code, request__hidden_at=None)
    recipe = shown.select_related("request__ai_model").first()
    if recipe is None:
        raise RecipeNotFoundError(code)
    draft = _draft(recipe)
    if recipe.author_id != user_id:
        referrals.join(user_id=user_id, inviter_id=recipe.author_id)
        Recipe.objects.filter(pk=recipe.pk).update(opened_count=F("opened_count") + 1)
    order = recipe.request
    is_other = draft.slug != order.ai_model.slug
    return Opened(order, tuple(order.results.all()), draft, is_other_model=is_other)


def _draft(recipe: Recipe) -> Draft:
    """The author's model, settings and words; what another model lacks of them is left out."""
    order = recipe.request
    mode = Mode(order.generation_type)
    return Draft(
        slug=_slug(order),
        prompt=order.prompt,
        mode=None if mode in FOLLOW_UPS else mode,
        params=order.generation_params,
        quantity=order.quantity,
        recipe_id=recipe.pk,
    )


def _slug(order: GenRequest) -> str:
    """The order's model while it is on sale, else the usual one of its kind."""
    slug, kind = order.ai_model.slug, order.ai_model.type
    on_sale = [model.slug for model in selling.all_models() if model.type == kind]
    usual = [catalog.DEFAULT_IMAGE_SLUG] if kind == Kind.IMAGE else []
    for candidate in (slug, *usual, *on_sale):
        if candidate in on_sale:
            return candidate
    raise generation.ModelUnavailableError(slug)
