"""The page on which tokens are bought, pictures and films made; it opens inside Telegram."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from botapp.business.users import RUSSIAN_SPEAKING
from botapp.models import Language
from botapp.texts import making_page, payments

# Telegram's web clients open mini apps in a frame.
TELEGRAM_FRAMES = ("https://web.telegram.org", "https://*.telegram.org")
LOOPBACK_HOSTS = ("127.0.0.1", "localhost")


@require_safe
@xframe_options_exempt
def buying_page(request: HttpRequest) -> HttpResponse:
    """The same for everybody: who is asking, the page itself proves to the API."""
    response = render(request, "miniapp/index.html", _context())
    response["Content-Security-Policy"] = _content_security_policy()
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-cache"
    return response


def _context() -> dict[str, Any]:
    return {
        "webapp_js_url": settings.TELEGRAM_WEBAPP_JS_URL,
        "page_data": {
            "russianSpeaking": sorted(RUSSIAN_SPEAKING),
            "texts": {language: _texts(language) for language in Language.values},
        },
    }


def _texts(language: str) -> dict[str, str]:
    with translation.override(language):
        return payments.page_texts() | making_page.page_texts()


def _bucket_source() -> str:
    """Our file addresses redirect to a bucket where there is one; a redirect is checked too."""
    options = settings.STORAGES["default"].get("OPTIONS", {})
    endpoint = urlsplit(options.get("endpoint_url") or "")
    if not endpoint.netloc:
        return ""
    # Addresses may name the bucket in the path or in the host.
    own_host = f"{endpoint.scheme}://{options['bucket_name']}.{endpoint.netloc}"
    return f" {endpoint.scheme}://{endpoint.netloc} {own_host}"


def _content_security_policy() -> str:
    """Own scripts and Telegram's one script; no inline code, no other address."""
    telegram = urlsplit(settings.TELEGRAM_WEBAPP_JS_URL)
    frames = [*TELEGRAM_FRAMES]
    if telegram.hostname in LOOPBACK_HOSTS:
        frames += [f"{telegram.scheme}://{host}:{telegram.port}" for host in LOOPBACK_HOSTS]
    files = _bucket_source()
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' {telegram.scheme}://{telegram.netloc}",
            "style-src 'self'",
            f"img-src 'self' data: blob:{files}",
            f"media-src 'self' blob:{files}",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors {' '.join(frames)}",
        ]
    )
