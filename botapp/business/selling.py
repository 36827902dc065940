"""What is on sale: active, and servable by a provider that this deployment has a key for."""

from dataclasses import dataclass
from decimal import Decimal

from botapp import catalog
from botapp.business import pricing
from botapp.business.availability import is_servable
from botapp.business.generation import ModelUnavailableError
from botapp.models import AIModel


@dataclass(frozen=True)
class OnSale:
    """A line of the price list: what one unit costs at least, and whether it may cost more."""

    model: AIModel
    price: Decimal
    may_cost_more: bool


def price_list(kind: str | None = None) -> list[OnSale]:
    """All models on sale, or those that make pictures or films."""
    models = [model for model in all_models() if kind in (None, model.type)]
    costs = [_costs(catalog.BY_SLUG[model.slug]) for model in models]
    cheapest = [(model, (min(usd), usd[0])) for model, usd in zip(models, costs, strict=True)]
    return [
        OnSale(model, price, may_cost_more=len(set(usd)) > 1)
        for model, price, usd in zip(models, pricing.unit_prices(cheapest), costs, strict=True)
    ]


def all_models() -> list[AIModel]:
    return [model for model in AIModel.objects.on_sale() if _can_be_made(model.slug)]


def get_model(slug: str) -> AIModel:
    """A model on sale. Raises ModelUnavailableError."""
    model = AIModel.objects.on_sale().filter(slug=slug).first()
    if model is None or not _can_be_made(slug):
        raise ModelUnavailableError(slug)
    return model


def take_off_sale(*, model_id: int) -> None:
    """The provider dropped the model: nobody else shall pay for it until an operator decides."""
    AIModel.objects.filter(pk=model_id).update(is_active=False)


def _can_be_made(slug: str) -> bool:
    card = catalog.find(slug)
    return card is not None and is_servable(card)


def _costs(card: catalog.Card) -> list[Decimal]:
    """What one unit costs in dollars: by default, and with all other options."""
    return [card.base_cost_usd, *(cost.usd for cost in card.costs)]
