"""A person's own data: told on request, erased on request.

What the books need stays: orders' prices and dates with what providers answered, the ledger and
payments (with the e-mail of the receipt), and the Telegram id with the tokens that are still there.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from botapp.business import balance
from botapp.business.errors import BusinessError
from botapp.models import (
    BotErrorEvent,
    ChatMessage,
    ChatThread,
    GenRequest,
    GenResult,
    Recipe,
    SavedReference,
    TextTask,
    TgUser,
    Transaction,
    Upload,
    UserSettings,
)

EXPORTED_MESSAGES_MAX = 20_000
# Longer than the addresses under which providers fetch them live.
INPUTS_KEPT_FOR = timedelta(days=2)
# The columns of the settings that say something about a person.
FORGOTTEN_SETTINGS: dict[str, Any] = {
    "payment_email": "",
    "default_params": {},
    "preferred_image_model": None,
    "preferred_video_model": None,
    "daily_cap_tokens": None,
    "confirm_above_tokens": None,
}


class OrdersInProgressError(BusinessError):
    """What is being made must end first: it was paid for."""


@transaction.atomic
def erase(*, user_id: int, now: datetime) -> None:
    """Forget everything the person said, gave and made; stored files are deleted by a worker, who
    finds them by `files_to_delete`.

    Raises OrdersInProgressError.
    """
    person = TgUser.objects.select_for_update(no_key=True).get(pk=user_id)
    # Nothing is ordered while everything is forgotten.
    balance.lock(user_id=user_id)
    texts_at_work = TextTask.objects.filter(user=person).exclude(status__in=TextTask.ENDED)
    if person.generations.in_progress().exists() or texts_at_work.exists():
        raise OrdersInProgressError
    ChatMessage.objects.filter(user=person).delete()
    ChatThread.objects.filter(user=person).update(last_message_text="", unread_count=0)
    GenRequest.objects.filter(user=person).update(
        prompt="",
        source_media=[],
        generation_params={},
        error_message="",
        hidden_at=now,
        # A result that comes late comes to nobody.
        late_until=None,
    )
    TextTask.objects.filter(user=person).update(
        prompt="", wishes="", source={}, result="", error_message=""
    )
    Recipe.objects.filter(author=person).delete()
    SavedReference.objects.filter(user=person).delete()
    # An exception's words may quote a prompt; where and when it happened stays.
    mine = Q(chat_id=person.chat_id) | Q(gen_request__user=person)
    BotErrorEvent.objects.filter(mine).update(user=None, extra={}, message="", stacktrace="")
    UserSettings.objects.filter(user=person).update(**FORGOTTEN_SETTINGS)
    TgUser.objects.filter(pk=person.pk).update(
        username="", first_name="", last_name="", erased_at=now, updated_at=now
    )


def files_to_delete() -> tuple[QuerySet[GenResult], QuerySet[Upload]]:
    """Stored files of people who erased their data after these were made."""
    results = GenResult.objects.filter(request__user__erased_at__gte=F("request__created_at"))
    uploads = Upload.objects.filter(user__erased_at__gte=F("created_at"))
    return results.exclude(storage_key="").select_related("request"), uploads


def inputs_to_delete(*, now: datetime) -> QuerySet[GenRequest]:
    """Orders whose copies of inputs no provider fetches any more: they ended a while ago, or their
    person has erased everything."""
    ended = GenRequest.objects.filter(inputs_stored=True).exclude(status__in=GenRequest.WORKING)
    is_over = Q(created_at__lt=now - INPUTS_KEPT_FOR) & (Q(late_until=None) | Q(late_until__lt=now))
    return ended.filter(is_over | Q(user__erased_at__gte=F("created_at")))


def mark_inputs_deleted(order: GenRequest) -> None:
    GenRequest.objects.filter(pk=order.pk).update(inputs_stored=False)


def mark_deleted(result: GenResult) -> None:
    """The row stays for the books: so many results were delivered."""
    GenResult.objects.filter(pk=result.pk).update(
        storage_key="", thumbnail_key="", preview_file_id="", document_file_id=""
    )


def export(*, user_id: int) -> dict[str, Any]:
    """Everything we know about the person, as JSON."""
    person = TgUser.objects.select_related("settings", "balance").get(pk=user_id)
    return {
        "profile": _columns(person, "chat_id", "username", "first_name", "last_name")
        | {"language": person.settings.interface_language, "since": person.created_at.isoformat()},
        "balance": str(person.balance.balance),
        "email": person.settings.payment_email,
        "orders": [_order(one) for one in person.generations.select_related("ai_model")],
        "ledger": [
            _columns(one, "type", "amount", "balance_after", "description", "created_at")
            for one in Transaction.objects.filter(user=person).order_by("id")
        ],
        "texts": [
            _columns(one, "kind", "prompt", "wishes", "result", "created_at")
            for one in person.text_tasks.order_by("id")
        ],
        "references": [_columns(one, "name", "kind", "created_at") for one in _references(person)],
        "messages": [
            _columns(one, "direction", "message_type", "text", "message_date")
            for one in person.chat_messages.order_by("-message_date")[:EXPORTED_MESSAGES_MAX]
        ],
    }


def _references(person: TgUser) -> QuerySet[SavedReference]:
    return SavedReference.objects.filter(user=person)


def _order(order: GenRequest) -> dict[str, Any]:
    return _columns(
        order, "id", "prompt", "generation_params", "status", "cost", "refunded", "created_at"
    ) | {"model": order.ai_model.name}


def _columns(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
