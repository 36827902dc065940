import sys
from typing import Any

from django.core.management.base import BaseCommand

from botapp.business import audit


class Command(BaseCommand):
    help = "Re-add the whole ledger: exit 0 when clean, 1 with a list of what does not fit."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = 0
        for fault in audit.find_discrepancies():
            self.stdout.write(fault)
            faults += 1
        if faults:
            self.stderr.write(f"{faults} discrepancies")
            sys.exit(1)
        self.stdout.write("The ledger is clean.")
