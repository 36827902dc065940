"""The test suite: real Postgres and Redis (see conftest.py), fakes only at the network."""

from config.env import provide_defaults

provide_defaults(
    {
        "SECRET_KEY": "test-only-secret-key-that-protects-nothing-at-all",
        "PUBLIC_BASE_URL": "https://bot.example.test",
        "ALLOWED_HOSTS": "testserver,127.0.0.1,bot.example.test",
        # Overridden by conftest.py with the embedded servers; these serve mypy and `check`.
        "DATABASE_URL": "postgresql://postgres@127.0.0.1:5432/nanobanana",
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "TELEGRAM_BOT_TOKEN": "123456789:AAExampleTokenForDocsOnly_0123456789abcd",
        "TG_WEBHOOK_SECRET": "test-webhook-secret",
        "TELEGRAM_API_BASE_URL": "http://127.0.0.1:9",
        "GEMINI_API_KEY": "test-gemini-key",
        "GEMINI_API_BASE_URL": "http://gemini.test",
        "OPENAI_API_KEY": "test-openai-key",
        "OPENAI_API_BASE_URL": "http://openai.test",
        "SORA_API_KEY": "test-sora-key",
        "SORA_API_BASE_URL": "http://sora.test",
        "KLING_API_KEY": "test-kling-key",
        "KLING_API_BASE_URL": "http://kling.test",
        "KIE_API_KEY": "test-kie-key",
        "KIE_API_BASE_URL": "http://kie.test",
        "KIE_WEBHOOK_HMAC_KEY": "test-kie-hmac-key",
        "MIDJOURNEY_PROXY_API_KEY": "test-midjourney-proxy-key",
        "MIDJOURNEY_PROXY_API_BASE_URL": "http://midjourney-proxy.test",
        "RUNWAY_API_KEY": "test-runway-key",
        "RUNWAY_API_BASE_URL": "http://runway.test",
        "FAL_API_KEY": "test-fal-key",
        "FAL_API_BASE_URL": "http://fal.test",
        "FAL_JWKS_URL": "http://fal-keys.test/jwks.json",
        "REPLICATE_API_KEY": "test-replicate-key",
        "REPLICATE_API_BASE_URL": "http://replicate.test",
        "LAVA_API_KEY": "test-lava-key",
        "LAVA_API_BASE_URL": "http://lava.test",
        "LAVA_WEBHOOK_API_KEYS": "test-lava-webhook-key,test-lava-webhook-key-next",
        "LAVA_WEBHOOK_BASIC": "lava:test-password",
        "STORAGE_URL": "file:///tmp/nanobanana-test-media",
        "METRICS_TOKEN": "test-metrics-token",
    }
)

from config.settings import *  # noqa: E402, F403
from config.settings import MIDDLEWARE as _ALL_MIDDLEWARE  # noqa: E402

# Collected static files exist only in a deployment.
MIDDLEWARE = [name for name in _ALL_MIDDLEWARE if "static_files" not in name]

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Each test's event loop is another one; the end-to-end tests use Redis as production does.
CONVERSATIONS_IN_REDIS = False
# Test people type faster than anybody can.
FLOOD_MESSAGES_MAX = 100_000
# The dispatcher runs in the test's own thread, so that it sees the test's transaction.
WEBHOOK_DB_THREADS = 0
