from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from botapp.business import pricing
from botapp.management import catalog_document
from botapp.management.catalog_prices import Prices
from botapp.models import AIModel, PricingSettings
from config.providers import variable_of

DOCUMENT = Path(settings.BASE_DIR) / "Документация" / "Модели.md"


class Command(BaseCommand):
    help = "Print every model: what it can do, what it costs here, and which of its routes are on."
    # Cards can be read before their adapters work.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--markdown",
            action="store_true",
            help=f"write {DOCUMENT.name} instead, by the cards and the starting prices alone",
        )

    def handle(self, *args: Any, markdown: bool, **options: Any) -> None:
        cards = catalog_document.all_cards()
        if markdown:
            DOCUMENT.write_text(document(), encoding="utf-8")
            self.stdout.write(f"{DOCUMENT.name}: {len(cards)} models")
            return
        providers = {route.provider for card in cards for route in card.routes}
        off = {name: variable_of(name) for name in providers if name not in settings.PROVIDERS}
        self.stdout.write(catalog_document.text(cards, _prices_here(), off))


def document() -> str:
    """What the document says; it depends on the cards only, not on a database."""
    return catalog_document.markdown(catalog_document.all_cards(), Prices(PricingSettings()))


def _prices_here() -> Prices:
    costs = AIModel.objects.values_list("slug", "base_cost_usd", "unit_cost_usd")
    return Prices(pricing.get_settings(), {slug: base or unit for slug, base, unit in costs})
