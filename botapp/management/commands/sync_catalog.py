import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from botapp.business import catalog_sync


class Command(BaseCommand):
    help = "Write the catalog's cards into AIModel; operators' own fields are never overwritten."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; exit 1 when something would"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            stale = catalog_sync.find_stale()
            for slug in stale:
                self.stdout.write(f"{slug}: differs from its card")
            sys.exit(1 if stale else 0)
        created, updated = catalog_sync.sync()
        self.stdout.write(f"Catalog: {created} created, {updated} updated.")
