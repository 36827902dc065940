import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from botapp.providers import registry
from config.urls import api

DOCUMENT = Path(settings.BASE_DIR) / "documentation.yaml"

DESCRIPTION = """\
Addresses of the product. Amounts are strings with two decimals; the mini app's errors are
`{"error": {"code": …, "message": …}}` with a message for the person, in their language."""

SECURITY_SCHEMES = {
    "miniApp": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`tma <initData>`: the launch data Telegram signed for the mini app; "
        "at most 24 hours old for reading, 1 hour for paying.",
    },
    "telegram": {"type": "apiKey", "in": "header", "name": "X-Telegram-Bot-Api-Secret-Token"},
    "lavaKey": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
    "lavaBasic": {"type": "http", "scheme": "basic"},
    "callbackAddress": {
        "type": "apiKey",
        "in": "query",
        "name": "job",
        "description": "Our signed number of the attempt: the provider repeats the address it was "
        "given. Providers that sign what they post are checked by their signature as well.",
    },
    "metrics": {"type": "http", "scheme": "bearer", "description": "`METRICS_TOKEN`"},
}
PROVIDER = {
    "in": "path",
    "name": "provider",
    "required": True,
    "schema": {"type": "string", "enum": sorted(registry.ADAPTERS)},
}

ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "missing": {"type": "string", "description": "Tokens, where those are wanting."},
            },
        }
    },
}
REFUSED = {
    "description": "Refused; `code` says why, `message` is for the person.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
}

# YAML 1.1 readers take these words for booleans and null.
RESERVED = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
PLAIN_KEY = re.compile(r"[A-Za-z_$/][\w$/{}.-]*")


class Command(BaseCommand):
    help = "Write documentation.yaml: every address with its proof, bodies and answers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; exit 1 when the file is stale"
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        text = render(document())
        if not check:
            DOCUMENT.write_text(text, encoding="utf-8")
            self.stdout.write(f"{DOCUMENT.name}: {len(text.splitlines())} lines")
        elif not DOCUMENT.exists() or DOCUMENT.read_text(encoding="utf-8") != text:
            self.stderr.write(f"{DOCUMENT.name} is stale: run `manage.py export_openapi`")
            sys.exit(1)


def document() -> dict[str, Any]:
    """The OpenAPI document: what django-ninja knows, and the addresses beside it."""
    described = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    paths = described["paths"]
    for operations in paths.values():
        for operation in operations.values():
            operation["responses"]["default"] = REFUSED
    schemas = described["components"]["schemas"] | {"Error": ERROR}
    return {
        "openapi": described["openapi"],
        "info": described["info"] | {"description": DESCRIPTION},
        "security": [{"miniApp": []}],
        "paths": paths | _other_paths(),
        "components": {"securitySchemes": SECURITY_SCHEMES, "schemas": schemas},
    }


def render(document: dict[str, Any]) -> str:
    """The document as YAML; scalars are written as JSON, of which YAML is a superset."""
    return "\n".join(_lines(document)) + "\n"


def _other_paths() -> dict[str, Any]:
    """What answers outside of django-ninja's schema."""
    return _webhooks() | _callbacks() | _files() | _probes()


def _webhooks() -> dict[str, Any]:
    return {
        "/api/telegram/webhook": {
            "post": _operation(
                "Telegram's updates.",
                security=[{"telegram": []}],
                answers={
                    200: "Handled, seen before, or unreadable for ever.",
                    401: "Wrong or missing secret.",
                    413: "Larger than any update.",
                    503: "Failed for a passing reason: Telegram brings it again.",
                },
            )
        },
        "/api/miniapp/lava-webhook": {
            "post": _operation(
                "Lava.top's events; stored first, worked off by a worker.",
                security=[{"lavaKey": []}, {"lavaBasic": []}],
                answers={
                    200: "Stored, or seen before.",
                    400: "Not a JSON object.",
                    401: "Wrong or missing secret; nothing is stored.",
                    413: "Larger than 64 kB.",
                    503: "Not stored for a passing reason: Lava.top brings it again.",
                },
            )
        },
    }


def _callbacks() -> dict[str, Any]:
    return {
        "/api/providers/{provider}/callback": {
            "post": _operation(
                "A provider says that a job moved. A hint only: the job is asked about at once.",
                security=[{"callbackAddress": []}],
                answers={
                    200: "Heard, also about an attempt that is over.",
                    400: "The body names no job.",
                    401: "The address is not ours, or the provider's signature is wrong.",
                    503: "The provider's keys cannot be had right now: come again.",
                },
            )
            | {"parameters": [PROVIDER]}
        }
    }


def _files() -> dict[str, Any]:
    return {
        "/api/files/{token}": {
            "get": _operation(
                "A stored file, for whoever was given its signed address.",
                security=[],
                answers={
                    200: "The file.",
                    206: "The asked range of it.",
                    302: "The bucket that stores it.",
                    404: "Forged, expired or deleted.",
                    416: "The file has no such range.",
                },
            )
            | {"parameters": [_in_path("token")]}
        }
    }


def _probes() -> dict[str, Any]:
    return {
        "/api/health/live": {
            "get": _operation("Is the process alive?", security=[], answers={200: "It is."})
        },
        "/api/health/ready": {
            "get": _operation(
                "Can it work? `checks` names what is down.",
                security=[],
                answers={200: "Postgres, Redis and a worker answer.", 503: "Something is down."},
            )
        },
        "/metrics": {
            "get": _operation(
                "Prometheus' text format, 0.0.4.",
                security=[{"metrics": []}],
                answers={
                    200: "The metrics.",
                    401: "Wrong token.",
                    404: "`METRICS_TOKEN` is unset.",
                },
            )
        },
    }


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _operation(
    description: str, *, security: list[dict[str, list[str]]], answers: dict[int, str]
) -> dict[str, Any]:
    responses = {str(status): {"description": meaning} for status, meaning in answers.items()}
    return {"description": description, "security": security, "responses": responses}


def _lines(value: Any, indent: str = "") -> Iterator[str]:
    pairs = value.items() if isinstance(value, dict) else ((None, item) for item in value)
    for key, item in pairs:
        head = indent + ("-" if key is None else f"{_key(key)}:")
        if isinstance(item, dict | list) and item:
            yield head
            yield from _lines(item, indent + "  ")
        else:
            yield f"{head} {json.dumps(item, ensure_ascii=False)}"


def _key(key: str) -> str:
    is_plain = PLAIN_KEY.fullmatch(key) and key.lower() not in RESERVED
    return key if is_plain else json.dumps(key, ensure_ascii=False)
