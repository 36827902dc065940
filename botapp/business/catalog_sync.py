"""Writes the cards into `AIModel`: facts always, the operators' fields only on creation."""

from dataclasses import asdict
from typing import Any

from django.db import transaction

from botapp import catalog
from botapp.business import pricing
from botapp.models import AIModel


def find_stale() -> list[str]:
    """Slugs whose row is absent or differs from the card in a fact."""
    rows = {row.slug: row for row in AIModel.objects.all()}
    return [
        card.slug
        for card in catalog.CARDS
        if (row := rows.get(card.slug)) is None or _differs(row, _facts(card))
    ]


@transaction.atomic
def sync() -> tuple[int, int]:
    """Create missing rows, refresh facts of the others; returns how many of each."""
    rows = {row.slug: row for row in AIModel.objects.all()}
    new = [card for card in catalog.CARDS if card.slug not in rows]
    AIModel.objects.bulk_create(
        AIModel(slug=card.slug, **_facts(card), **_operators_start(card)) for card in new
    )
    updated = 0
    for card in catalog.CARDS:
        row = rows.get(card.slug)
        if row is not None and _differs(row, _facts(card)):
            AIModel.objects.filter(pk=row.pk).update(**_facts(card))
            updated += 1
    pricing.refresh_prices()
    return len(new), updated


def _differs(row: AIModel, facts: dict[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in facts.items())


def _facts(card: catalog.Card) -> dict[str, Any]:
    """What the model can do; the same on every deployment."""
    return {
        "name": card.name,
        "type": card.kind.value,
        "provider": card.route.provider,
        "api_model_name": card.route.model,
        "cost_unit": card.cost_unit.value,
        "max_prompt_length": card.prompt_length_max,
        "supports_image_input": bool(card.inputs),
        "max_input_images": card.images_max,
        "max_quantity": card.quantity_max,
        "default_params": card.defaults,
        "allowed_params": {name: _as_json(param) for name, param in card.params.items()},
    }


def _operators_start(card: catalog.Card) -> dict[str, Any]:
    """Where operators begin; from then on the row is theirs."""
    return {
        "display_name": card.display_name,
        "short_description": card.short_description,
        "base_cost_usd": card.base_cost_usd,
        "unit_cost_usd": card.base_cost_usd,
        "order": card.order,
        "is_active": card.is_active,
        "cooldown_seconds": card.cooldown_s,
        "daily_limit": card.daily_limit,
    }


def _as_json(param: catalog.Param) -> dict[str, Any]:
    """What an operator and the mini app read of a parameter."""
    return {"type": type(param).__name__.lower(), **_json_values(asdict(param))}


def _json_values(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in facts.items()
    }
