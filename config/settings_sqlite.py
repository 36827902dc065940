"""The light profile: SQLite, no Redis, no worker; tasks run where they are rung.

Everything has a value, so `manage.py` works at once: migrations, catalog, admin and a full
generation. The secrets here protect nothing: the profile serves one developer on loopback.
"""

from pathlib import Path

from config.env import provide_defaults

_DATA_DIR = Path(__file__).resolve().parent.parent / ".data"
_DATA_DIR.mkdir(exist_ok=True)

provide_defaults(
    {
        "SECRET_KEY": "light-profile-only-secret-key-that-protects-nothing",
        "PUBLIC_BASE_URL": "http://127.0.0.1:8000",
        "DATABASE_URL": f"sqlite:///{_DATA_DIR}/light.sqlite3",
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "TELEGRAM_BOT_TOKEN": "424242:SANDBOX-demo-token-abcdefghijklmnopqrst",
        "TG_WEBHOOK_SECRET": "light-profile-secret",
    }
)

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES as _GIVEN  # noqa: E402

# A DATABASE_URL of the developer's shell may name another server: this profile is SQLite.
_IS_SQLITE = _GIVEN["default"]["ENGINE"] == "django.db.backends.sqlite3"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": _GIVEN["default"]["NAME"] if _IS_SQLITE else str(_DATA_DIR / "light.sqlite3"),
        # Writers wait for each other instead of failing half-way.
        "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE"},
    }
}
# Whoever generates keeps a thread, and what is said meanwhile needs others for the chat log.
WEBHOOK_DB_THREADS = 32
CONVERSATIONS_IN_REDIS = False
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_BROKER_URL = "memory://"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
