"""Operators read every time by their own clock, in the admin as on the dashboard."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.decorators import sync_and_async_middleware

from dashboard.queries import ZONE

PLACES = ("/admin/", "/dashboard/")


@sync_and_async_middleware
def operators_time(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    async def answer_async(request: HttpRequest) -> Any:
        with _clock_of(request):
            return await get_response(request)

    def answer(request: HttpRequest) -> Any:
        with _clock_of(request):
            return get_response(request)

    return answer_async if iscoroutinefunction(get_response) else answer


def _clock_of(request: HttpRequest) -> AbstractContextManager[None]:
    return timezone.override(ZONE if request.path.startswith(PLACES) else None)
