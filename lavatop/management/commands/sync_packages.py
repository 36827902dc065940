"""`manage.py sync_packages [--check]`."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lavatop import packages
from lavatop.client import LavaError, get_client


class Command(BaseCommand):
    help = "Adds the standard token packages where absent and finds their offers at Lava.top."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing; exit 1 if anything differs"
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        """A package that cannot be sold is reported; only Lava.top's silence is an error."""
        news = packages.add_missing(write=not check)
        if settings.LAVA_API_KEY:
            news += self._match(write=not check)
        else:
            news.append("LAVA_API_KEY is not set: nothing can be sold")
        self.stdout.write("\n".join(news) or "All packages are up to date.")
        if check and news:
            raise CommandError("packages differ")

    def _match(self, *, write: bool) -> list[str]:
        try:
            products = get_client().list_products()
        except LavaError as error:
            raise CommandError(f"Lava.top did not list its products: {error}") from error
        return list(packages.match_offers(products, write=write))
