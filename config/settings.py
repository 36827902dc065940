"""Settings of every process, read once from the environment (see config/env.example)."""

from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.env import Env
from config.logging import logging_config
from config.providers import providers_config
from config.storage import storages_config
from config.unfold import UNFOLD  # noqa: F401  # a setting of django-unfold

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()

# --- Django -------------------------------------------------------------------------------
SECRET_KEY = env.text("SECRET_KEY")
DEBUG = env.flag("DJANGO_DEBUG", default=False)
PUBLIC_BASE_URL = env.url("PUBLIC_BASE_URL", schemes=("https", "http"))
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", urlsplit(PUBLIC_BASE_URL).hostname or "")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", PUBLIC_BASE_URL)

# Each holds a thread and a connection to Postgres, see botapp/request_slots.py.
WEB_REQUESTS_MAX = env.integer("WEB_REQUESTS_MAX", 24, minimum=3)

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "unfold",
    # Without autodiscovery: only the web process needs the admin, see config/urls.py.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "botapp",
    "lavatop",
    "dashboard",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "botapp.static_files.WholeFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "dashboard.middleware.operators_time",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
# Whoever comes to the login by its own address.
LOGIN_REDIRECT_URL = "admin:index"

# Under ASGI a persistent connection per request thread leaks (one per thread); the webhook's own
# small thread pool keeps its connections instead, see botapp/db_threads.py, and a worker's threads
# keep theirs, see config/celery.py.
DATABASES = {
    "default": dj_database_url.parse(
        env.url("DATABASE_URL", schemes=("postgres", "postgresql", "sqlite")),
        conn_max_age=0,
        conn_health_checks=False,
    )
}

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = storages_config(
    env.url("STORAGE_URL", f"file://{BASE_DIR}/.data/media", schemes=("file", "s3"))
)
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
X_FRAME_OPTIONS = "DENY"

# --- Redis, Celery ------------------------------------------------------------------------
REDIS_URL = env.url("REDIS_URL", schemes=("redis", "rediss"))
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        # A Redis that hangs is as good as one that is away, and must not be waited for.
        "OPTIONS": {
            "socket_connect_timeout": 1,
            "socket_timeout": 1,
            "retry": Retry(NoBackoff(), retries=0),
        },
    }
}
CELERY_BROKER_URL = REDIS_URL
# Conversation states and per-person locks are shared by all web processes.
CONVERSATIONS_IN_REDIS = True
CELERY_TASK_ALWAYS_EAGER = False

# --- Telegram -----------------------------------------------------------------------------
TELEGRAM_BOT_TOKEN = env.text("TELEGRAM_BOT_TOKEN")
TG_WEBHOOK_SECRET = env.text("TG_WEBHOOK_SECRET")
TELEGRAM_API_BASE_URL = env.url(
    "TELEGRAM_API_BASE_URL", "https://api.telegram.org", schemes=("https", "http")
)
TELEGRAM_WEBAPP_JS_URL = env.url(
    "TELEGRAM_WEBAPP_JS_URL",
    "https://telegram.org/js/telegram-web-app.js",
    schemes=("https", "http"),
)
SUPPORT_USERNAME = env.text("SUPPORT_USERNAME", "")
# Messages of one person in ten seconds; albums are many messages.
FLOOD_MESSAGES_MAX = env.integer("FLOOD_MESSAGES_MAX", 40, minimum=1)
WEBHOOK_DB_THREADS = env.integer("WEBHOOK_DB_THREADS", 4, minimum=1)

# --- Providers: one without a key is off, and a system check says so ------------------------
PROVIDERS = providers_config(env)
GENERATION_LEASE_S = env.integer("GENERATION_LEASE_S", 45, minimum=3)
# Jobs that a provider has of us at once, and requests that one worker has open at once.
PROVIDER_CONCURRENCY_USUAL = env.integer("PROVIDER_CONCURRENCY_USUAL", 50, minimum=1)
PROVIDER_CONCURRENCY = env.numbers_by_name("PROVIDER_CONCURRENCY", "runway=3,fal=10")
# Share of each provider's usual pause between two polls.
GENERATION_POLL_PACE = env.number("GENERATION_POLL_PACE", 1.0)
SUBMITS_AT_ONCE_MAX = env.integer("SUBMITS_AT_ONCE_MAX", 24, minimum=1)
GENERATION_RATE_PATIENCE_S = env.integer("GENERATION_RATE_PATIENCE_S", 600, minimum=1)
# Words are written by this model; ids die often, so it is no code (providers.md 0.1).
GEMINI_TEXT_MODEL = env.text("GEMINI_TEXT_MODEL", "gemini-3.8-flash")

# --- Prompts from a reference ----------------------------------------------------------------
# Replaces our own instruction, see botapp/services/references.py.
REFERENCE_SYSTEM_PROMPT = env.text("REFERENCE_SYSTEM_PROMPT", "")
REFERENCE_LOCAL_HOSTS = env.words("REFERENCE_LOCAL_HOSTS", "")
YTDLP_COOKIES_FILE = env.text("YTDLP_COOKIES_FILE", "")
YTDLP_COOKIES = env.base64("YTDLP_COOKIES_BASE64", b"")

# --- Lava.top: unset secrets mean that the webhook refuses everything -----------------------
LAVA_API_KEY = env.text("LAVA_API_KEY", "")
LAVA_API_BASE_URL = env.url("LAVA_API_BASE_URL", "https://gate.lava.top", schemes=("https", "http"))
LAVA_WEBHOOK_API_KEYS = env.words("LAVA_WEBHOOK_API_KEYS", "")
LAVA_WEBHOOK_BASIC = env.words("LAVA_WEBHOOK_BASIC", "")

# --- Operations -----------------------------------------------------------------------------
ERROR_ALERT_CHAT_ID = env.integer("ERROR_ALERT_CHAT_ID", 0, minimum=-(2**53))
ERROR_ALERT_COOLDOWN_S = env.integer("ERROR_ALERT_COOLDOWN_S", 600)
SENTRY_DSN = env.dsn("SENTRY_DSN", "")
METRICS_TOKEN = env.text("METRICS_TOKEN", "")
LOGGING = logging_config(
    level=env.choice("LOG_LEVEL", "INFO", options=("DEBUG", "INFO", "WARNING", "ERROR")),
    format_=env.choice("LOG_FORMAT", "text", options=("text", "json")),
)

env.check()

if SENTRY_DSN:
    # By name: loading its client takes a twentieth of every command's start.
    import_string("config.sentry.start")(SENTRY_DSN)
