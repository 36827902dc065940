"""What the demo is asked for, and the environment its processes get."""

import json
import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from devkit import google_account
from devkit.process import LOOPBACK, clean_environment

ROOT = Path(__file__).resolve().parent.parent

# Known to the sandbox as well: they open nothing but its stand-ins.
BOT_TOKEN = "424242:SANDBOX-demo-token-abcdefghijklmnopqrst"  # noqa: S105
GEMINI_KEY = "sandbox-gemini-key"
FAL_KEY = "sandbox-fal-key"
OPENAI_KEY = "sandbox-openai-key"
REPLICATE_KEY = "sandbox-replicate-key"
RUNWAY_KEY = "sandbox-runway-key"
SORA_KEY = "sandbox-sora-key"
LAVA_KEY = "sandbox-lava-key"
LAVA_WEBHOOK_KEY = "sandbox-lava-webhook-key"
KLING_KEY = "sandbox-kling-key"
KLING_WEBHOOK_SECRET = "whsec_c2FuZGJveC1rbGluZy13ZWJob29rLWtleQ=="  # noqa: S105
KIE_KEY = "sandbox-kie-key"
KIE_WEBHOOK_KEY = "sandbox-kie-webhook-key"
MIDJOURNEY_KEY = "sandbox-midjourney-key"


class DemoError(Exception):
    """The demo cannot go on; the text is all the developer needs to read."""


@dataclass(frozen=True)
class Options:
    """What the developer chose in the environment."""

    web_port: int
    sandbox_port: int
    database_url: str
    redis_url: str
    admin_password: str
    data_dir: Path

    @property
    def log_dir(self) -> Path:
        return self.data_dir / "logs"

    @property
    def web_url(self) -> str:
        return f"http://{LOOPBACK}:{self.web_port}"

    @property
    def sandbox_url(self) -> str:
        return f"http://{LOOPBACK}:{self.sandbox_port}"


@dataclass(frozen=True)
class Secrets:
    """Made once per data directory, so that sessions and the login survive a restart."""

    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(50))
    webhook_secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    metrics_token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    admin_password: str = field(default_factory=lambda: secrets.token_hex(5))
    vertex_private_key: str = field(default_factory=google_account.make_private_key)


def read_options(environment: Mapping[str, str]) -> Options:
    """Raises DemoError for ports that cannot be."""
    options = Options(
        web_port=_port(environment, "WEB_PORT", default=8000),
        sandbox_port=_port(environment, "SANDBOX_PORT", default=8100),
        database_url=environment.get("DATABASE_URL", ""),
        redis_url=environment.get("REDIS_URL", ""),
        admin_password=environment.get("DEMO_ADMIN_PASSWORD", ""),
        data_dir=Path(environment.get("DEMO_DATA_DIR") or ROOT / ".data" / "demo").absolute(),
    )
    if options.web_port == options.sandbox_port:
        raise DemoError(f"WEB_PORT and SANDBOX_PORT are both {options.web_port}")
    return options


def keep_secrets(path: Path) -> Secrets:
    """The secrets of this data directory; made on the first call, readable by the owner only."""
    if path.exists():
        try:
            return Secrets(**json.loads(path.read_text()))
        except (ValueError, TypeError):
            raise DemoError(f"{path} is damaged: `make demo-reset` begins anew") from None
    made = Secrets()
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(made), file)
    unfinished.rename(path)
    return made


def product_environment(
    options: Options, kept: Secrets, *, database_url: str, redis_url: str
) -> dict[str, str]:
    """Everything the product reads; no key of the developer's shell gets in."""
    sandbox = options.sandbox_url
    return clean_environment() | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DJANGO_DEBUG": "false",
        "SECRET_KEY": kept.secret_key,
        "ALLOWED_HOSTS": f"{LOOPBACK},localhost",
        "CSRF_TRUSTED_ORIGINS": f"{options.web_url},http://localhost:{options.web_port}",
        "PUBLIC_BASE_URL": options.web_url,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "TELEGRAM_BOT_TOKEN": BOT_TOKEN,
        "TG_WEBHOOK_SECRET": kept.webhook_secret,
        "TELEGRAM_API_BASE_URL": sandbox,
        "TELEGRAM_WEBAPP_JS_URL": f"{sandbox}/js/telegram-web-app.js",
        "LAVA_API_KEY": LAVA_KEY,
        "LAVA_API_BASE_URL": f"{sandbox}/lava",
        "LAVA_WEBHOOK_API_KEYS": LAVA_WEBHOOK_KEY,
        "STORAGE_URL": (options.data_dir / "media").as_uri(),
        "METRICS_TOKEN": kept.metrics_token,
        "REFERENCE_LOCAL_HOSTS": f"{LOOPBACK}:{options.sandbox_port}",
        "LOG_LEVEL": "INFO",
        **_providers(sandbox, kept),
    }


def _providers(sandbox: str, kept: Secrets) -> dict[str, str]:
    """Every provider is on: the sandbox stands in for all of them."""
    return {
        "GEMINI_API_KEY": GEMINI_KEY,
        "GEMINI_API_BASE_URL": f"{sandbox}/gemini",
        "FAL_API_KEY": FAL_KEY,
        "FAL_API_BASE_URL": f"{sandbox}/fal",
        "FAL_JWKS_URL": f"{sandbox}/fal/.well-known/jwks.json",
        "OPENAI_API_KEY": OPENAI_KEY,
        "OPENAI_API_BASE_URL": f"{sandbox}/openai",
        "REPLICATE_API_KEY": REPLICATE_KEY,
        "REPLICATE_API_BASE_URL": f"{sandbox}/replicate",
        "RUNWAY_API_KEY": RUNWAY_KEY,
        "RUNWAY_API_BASE_URL": f"{sandbox}/runway",
        "SORA_API_KEY": SORA_KEY,
        "SORA_API_BASE_URL": f"{sandbox}/sora",
        "VERTEX_CREDENTIALS_JSON": google_account.service_account(
            kept.vertex_private_key, token_uri=f"{sandbox}/vertex/token"
        ),
        "VERTEX_PROJECT": google_account.PROJECT,
        "VERTEX_API_BASE_URL": f"{sandbox}/vertex",
        "KLING_API_KEY": KLING_KEY,
        "KLING_API_BASE_URL": f"{sandbox}/kling",
        "KLING_WEBHOOK_SECRET": KLING_WEBHOOK_SECRET,
        "KIE_API_KEY": KIE_KEY,
        "KIE_API_BASE_URL": f"{sandbox}/kie",
        "KIE_WEBHOOK_HMAC_KEY": KIE_WEBHOOK_KEY,
        "MIDJOURNEY_PROXY_API_KEY": MIDJOURNEY_KEY,
        "MIDJOURNEY_PROXY_API_BASE_URL": f"{sandbox}/midjourney",
    }


def _port(environment: Mapping[str, str], name: str, *, default: int) -> int:
    asked = environment.get(name, "").strip() or str(default)
    if not asked.isascii() or not asked.isdigit() or not 1 <= int(asked) <= 65535:
        raise DemoError(f"{name}={asked} is not a port: choose a number from 1 to 65535")
    return int(asked)
