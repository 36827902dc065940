"""Every address of the product (contract.md, HTTP)."""

import sys
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils.translation import get_language
from django.views import defaults
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from botapp import files_api, health, metrics, miniapp_api
from botapp.api import provider_callback, webhook
from botapp.business.errors import BusinessError
from botapp.middlewares.updates import PASSING
from botapp.miniapp_auth import MiniAppError
from botapp.texts import generation as generation_texts
from botapp.texts import payments as texts
from dashboard import login
from lavatop import views
from lavatop.api import router as payments_router

admin.autodiscover()
API_PREFIX = "api/"
OUTAGE_RETRY_AFTER_S = "15"


class Api(NinjaAPI):
    def create_response(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Every answer is about one person: no cache on the way may keep it."""
        response = super().create_response(*args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response


api = Api(title="NanoBanana Bot", docs_url=None, openapi_url=None)
api.add_router("/miniapp/", payments_router)
api.add_router("/miniapp/", miniapp_api.router)


@api.exception_handler(MiniAppError)
def _answer_refusal(request: HttpRequest, error: MiniAppError) -> HttpResponse:
    return _error(request, error.status, error.code, error.message, **error.details)


@api.exception_handler(BusinessError)
def _answer_business_refusal(request: HttpRequest, error: BusinessError) -> HttpResponse:
    return _answer_refusal(request, miniapp_api.as_answer(error))


@api.exception_handler(ValidationError)
def _answer_malformed(request: HttpRequest, _: ValidationError) -> HttpResponse:
    return _error(request, 422, "malformed_request", texts.malformed_request())


@api.exception_handler(HttpError)
def _answer_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _error(request, error.status_code, "refused", texts.malformed_request())


def server_error(request: HttpRequest) -> HttpResponse:
    """What a failure looks like to the page; Django notes it for the operators.

    503 while the database or Redis is away: Lava.top brings its event again.
    """
    if not request.path.startswith(f"/{API_PREFIX}"):
        return defaults.server_error(request)
    if not isinstance(sys.exc_info()[1], PASSING):
        return _error(request, 500, "internal", generation_texts.unexpected())
    response = _error(request, 503, "unavailable", texts.unavailable())
    response["Retry-After"] = OUTAGE_RETRY_AFTER_S
    return response


handler500 = server_error


def _error(
    request: HttpRequest, status: int, code: str, message: str, **details: str
) -> HttpResponse:
    body = {"error": {"code": code, "message": message} | details}
    response = api.create_response(request, body, status=status)
    response["Content-Language"] = get_language()
    return response


urlpatterns = [
    path("api/telegram/webhook", webhook),
    path("api/providers/<slug:provider>/callback", provider_callback),
    path("api/health/live", health.live),
    path("api/health/ready", health.ready),
    path("api/files/<str:token>", files_api.stored_file),
    path(API_PREFIX, api.urls),
    path("metrics", metrics.metrics),
    path("miniapp/", views.buying_page, name="miniapp"),
    path("dashboard/", include("dashboard.urls")),
    # In place of the admin's own, which lets anybody guess for ever.
    path("admin/login/", login.login),
    path("admin/", admin.site.urls),
]
