"""Pages of the operators: thin views around what `queries` and `chats` read."""

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.admin.views.decorators import staff_member_required
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from botapp import chat_logger
from botapp.models import ChatMessage, ChatThread, GenRequest, GenResult
from botapp.services.files import STORAGE_ERRORS
from dashboard import (
    chart,
    chats,
    orders,
    queries,
    routes,
    safe_files,
    system,
    telegram_files,
)

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

View = Callable[..., HttpResponse]


def for_operators(view: View) -> View:
    """Staff only; the page is Russian throughout, loads nothing foreign and runs no script."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # The texts are Russian in any browser; so are the names of the months among them.
        with translation.override("ru"):
            response = view(request, *args, **kwargs)
        response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
        return response

    return staff_member_required(never_cache(guarded))


@require_safe
@for_operators
def overview(request: HttpRequest) -> HttpResponse:
    span = queries.Span(timezone.now())
    context = {
        "span": span,
        "figures": queries.today_figures(span),
        "models": queries.top_models(span),
        "queue": queries.queue(span.now),
        "errors": queries.open_errors(),
        "inbox": queries.inbox(span.now),
        "payments_to_settle": queries.payments_to_settle(),
        "unread_chats": queries.unread_chats(),
        "chart": chart.draw(queries.orders_by_day(span)),
        "system": system.read(span.now),
        "routes": routes.overview(span.now),
        "loads": routes.loads(span.now),
    }
    return render(request, "dashboard/overview.html", context)


@require_safe
@for_operators
def chat_list(request: HttpRequest) -> HttpResponse:
    search = request.GET.get("q", "").strip()[:100]
    context = {
        "search": search,
        "page": chats.find_chats(search=search, page=request.GET.get("page")),
        "unread_chats": queries.unread_chats(),
    }
    return render(request, "dashboard/chats.html", context)


@require_safe
@for_operators
def chat(request: HttpRequest, chat_id: int) -> HttpResponse:
    found = get_object_or_404(ChatThread.objects.select_related("user__balance"), pk=chat_id)
    before = chats.to_row_id(request.GET.get("before", ""))
    history = chats.get_history(found, before=before)
    said = [message.telegram_message_id for message in history.messages]
    context = {
        "chat": found,
        "history": history,
        "orders": orders.latest_of(found.user_id),
        "order_of": orders.by_message(found.user_id, said),
        "unread_chats": queries.unread_chats(),
    }
    return render(request, "dashboard/chat.html", context)


@require_safe
@for_operators
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """One order's whole trail."""
    found = orders.find(order_id)
    if found is None:
        raise Http404
    context = {"page": orders.read(found), "unread_chats": queries.unread_chats()}
    return render(request, "dashboard/order.html", context)


@require_POST
@for_operators
def mark_read(request: HttpRequest, chat_id: int) -> HttpResponse:
    seen_id = chats.to_row_id(request.POST.get("up_to", ""))
    if seen_id is None:
        return HttpResponse(status=400)
    chat_logger.mark_read(thread_id=chat_id, up_to_message_id=seen_id)
    return HttpResponseRedirect(reverse("dashboard:chat", args=[chat_id]))


@require_safe
@for_operators
def media(request: HttpRequest, message_id: int) -> HttpResponse:
    """What a person sent: fetched from Telegram now, kept nowhere."""
    message = get_object_or_404(ChatMessage.objects.exclude(media_file_id=""), pk=message_id)
    name = message.media_file_name or f"file-{message_id}"
    return _from_telegram(request, message.media_file_id, name)


@require_safe
@for_operators
def order_input(request: HttpRequest, order_id: int, index: int) -> HttpResponse:
    """What a person gave for an order, from Telegram or from our storage."""
    found = get_object_or_404(GenRequest, pk=order_id)
    if index >= len(found.source_media):
        raise Http404
    source, name = found.source_media[index], f"order-{order_id}-input-{index}"
    if "storage_key" in source:
        return _from_storage(request, source["storage_key"], name)
    return _from_telegram(request, source["file_id"], name)


@require_safe
@for_operators
def result(request: HttpRequest, result_id: int) -> HttpResponse:
    """What an order produced, from our storage."""
    found = get_object_or_404(GenResult.objects.exclude(storage_key=""), pk=result_id)
    return _from_storage(request, found.storage_key, f"order-{found.request_id}-{found.index}")


@require_safe
@for_operators
def thumbnail(request: HttpRequest, result_id: int) -> HttpResponse:
    """A film's picture, to be shown before it is played."""
    found = get_object_or_404(GenResult.objects.exclude(thumbnail_key=""), pk=result_id)
    return _from_storage(
        request, found.thumbnail_key, f"order-{found.request_id}-{found.index}-small"
    )


def _from_storage(request: HttpRequest, storage_key: str, name: str) -> HttpResponse:
    try:
        with default_storage.open(storage_key) as file:
            content = file.read()
    except FileNotFoundError:
        raise Http404 from None
    except STORAGE_ERRORS:
        # No 5xx, as below: whoever needs the storage to work alarms by itself.
        return render(request, "dashboard/no_file.html", {"is_ours": True}, status=404)
    extension = storage_key.rpartition(".")[2]
    asked = request.headers.get("Range", "")
    return safe_files.respond(content, file_name=f"{name}.{extension}", asked_range=asked)


def _from_telegram(request: HttpRequest, file_id: str, name: str) -> HttpResponse:
    try:
        content = telegram_files.fetch(file_id)
    except telegram_files.FileTooLargeError:
        return render(request, "dashboard/no_file.html", {"is_large": True}, status=413)
    except telegram_files.FileUnavailableError:
        # Files expire at Telegram: a 5xx would be recorded as our failure and alarm operators.
        return render(request, "dashboard/no_file.html", status=404)
    asked = request.headers.get("Range", "")
    return safe_files.respond(content, file_name=name, asked_range=asked)
