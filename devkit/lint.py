"""`make lint`: every check under its own heading, all of them even when one fails."""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from devkit.process import clean_environment

ROOT = Path(__file__).resolve().parent.parent
# What a deployment would set; the checks open no connection.
SAMPLE_PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings_prod",
    "SECRET_KEY": "sample-kXw3-9vQz-secret-key-of-more-than-fifty-characters-7Yp2",
    "PUBLIC_BASE_URL": "https://bot.example.com",
    "ALLOWED_HOSTS": "bot.example.com",
    "CSRF_TRUSTED_ORIGINS": "https://bot.example.com",
    "DATABASE_URL": "postgresql://bot:sample@db.example.com:5432/bot",
    "REDIS_URL": "redis://redis.example.com:6379/0",
    "TELEGRAM_BOT_TOKEN": "123456789:AAExampleTokenForChecksOnly_0123456789ab",
    "TG_WEBHOOK_SECRET": "sample-webhook-secret",
    "GEMINI_API_KEY": "sample-gemini-key",
    "LAVA_API_KEY": "sample-lava-key",
    "LAVA_WEBHOOK_API_KEYS": "sample-lava-webhook-key",
    "STORAGE_URL": "s3://key:secret@s3.example.com/bot?region=eu-central-1",
    "METRICS_TOKEN": "sample-metrics-token",
}


@dataclass(frozen=True)
class Check:
    """One command and the variables it needs besides the usual few."""

    heading: str
    command: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)


def checks(scratch_database: Path) -> list[Check]:
    """`scratch_database` may not exist: the model check only asks it which migrations ran."""
    python = sys.executable
    return [
        Check("ruff: rules", (python, "-m", "ruff", "check", ".")),
        Check("ruff: format", (python, "-m", "ruff", "format", "--check", ".")),
        Check("mypy: types", (python, "-m", "mypy", ".")),
        Check("import-linter: layers", (str(Path(python).with_name("lint-imports")), "--no-logo")),
        Check(
            "Django: models and migrations agree",
            (python, "manage.py", "makemigrations", "--check", "--dry-run"),
            SAMPLE_PRODUCTION | {"DATABASE_URL": f"sqlite:///{scratch_database}"},
        ),
        Check(
            "Django: deployment settings",
            (python, "manage.py", "check", "--deploy", "--fail-level", "WARNING"),
            SAMPLE_PRODUCTION,
        ),
    ]


def main() -> int:
    """Exit code 0 if every check passed, else 1 and their names."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        failed = [check.heading for check in checks(Path(scratch) / "db") if not _passes(check)]
    took_s = time.monotonic() - started
    if failed:
        print(f"\n== Failed: {'; '.join(failed)} ({took_s:.0f} s)", file=sys.stderr)
        return 1
    print(f"\n== All checks passed in {took_s:.0f} s")
    return 0


def _passes(check: Check) -> bool:
    print(f"\n== {check.heading}", flush=True)
    env = clean_environment() | {"TERM": os.environ.get("TERM", "dumb")} | check.env
    return subprocess.run(check.command, cwd=ROOT, env=env, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
