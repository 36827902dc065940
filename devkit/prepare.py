"""Bring the demo's database and bot up to date, in one interpreter: its start is the slow part."""

import django
from django.core.management import call_command


def main() -> None:
    """Every step may be repeated: a second run on the same data changes nothing."""
    django.setup()
    call_command("migrate", interactive=False, verbosity=1)
    for command in ("sync_catalog", "sync_packages", "seed_demo", "set_webhook"):
        call_command(command)


if __name__ == "__main__":
    main()
