"""Files given in the mini app before they are ordered with. Their owner alone may use them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from botapp.business import balance
from botapp.business.errors import BusinessError
from botapp.models import GenRequest, SavedReference, TgUser, Upload

PER_HOUR_MAX = 60
# Whoever has not ordered with a file by then has forgotten it.
KEPT_FOR = timedelta(days=2)


class TooManyUploadsError(BusinessError):
    """This person has given as many files in an hour as one may."""


class UploadNotFoundError(BusinessError):
    """No such file of this person, or it is gone by now."""


@dataclass(frozen=True)
class NewUpload:
    """A file that is going to be stored, and what its bytes are."""

    id: UUID
    storage_key: str
    mime_type: str
    size_bytes: int
    width: int
    height: int
    duration_s: float | None = None


def check_rate(*, user_id: int) -> None:
    """Raises TooManyUploadsError."""
    an_hour_ago = timezone.now() - timedelta(hours=1)
    recent = Upload.objects.filter(user_id=user_id, created_at__gt=an_hour_ago)
    if recent.count() >= PER_HOUR_MAX:
        raise TooManyUploadsError(str(user_id))


@transaction.atomic
def begin(new: NewUpload, *, user_id: int) -> Upload:
    """Write down where a file is going to be stored; nobody can order with it before `finish`.

    Whoever dies in between leaves a row by which `drop_unused` finds the file. Raises
    TooManyUploadsError; files given at the same moment are counted one by one.
    """
    balance.lock(user_id=user_id)
    check_rate(user_id=user_id)
    return Upload.objects.create(
        id=new.id,
        user_id=user_id,
        storage_key=new.storage_key,
        mime_type=new.mime_type,
        size_bytes=new.size_bytes,
        width=new.width,
        height=new.height,
        duration_s=new.duration_s,
        is_dropped=True,
    )


def count_refused(*, user_id: int) -> None:
    """A file that took work before it was refused counts in its person's hour like any other."""
    Upload.objects.create(user_id=user_id, size_bytes=0, is_dropped=True)


def finish(upload: Upload) -> None:
    """The file is stored. Raises UploadNotFoundError when its person has erased everything
    meanwhile, the row as well."""
    if not Upload.objects.filter(pk=upload.pk).update(is_dropped=False):
        raise UploadNotFoundError(str(upload.pk))


def get_own(*, user_id: int, upload_id: UUID) -> Upload:
    """Raises UploadNotFoundError, for anybody else's as well."""
    upload = Upload.objects.filter(pk=upload_id, user_id=user_id, is_dropped=False).first()
    if upload is None:
        raise UploadNotFoundError(str(upload_id))
    return upload


def drop_unused(*, now: datetime) -> list[Upload]:
    """Old uploads that nothing was made of: nobody can order with them any more, and their files
    can go. Each upload is judged once."""
    old = Upload.objects.filter(created_at__lt=now - KEPT_FOR, is_used=False)
    for owner in TgUser.objects.filter(pk__in=old.filter(is_dropped=False).values("user_id")):
        _judge(owner.pk, now - KEPT_FOR)
    return list(old.filter(is_dropped=True))


@transaction.atomic
def _judge(user_id: int, before: datetime) -> None:
    # No order can begin to use one of them meanwhile.
    balance.lock(user_id=user_id)
    old = Upload.objects.filter(
        user_id=user_id, created_at__lt=before, is_used=False, is_dropped=False
    )
    first = old.order_by("created_at").values_list("created_at", flat=True).first()
    if first is None:
        return
    orders = GenRequest.objects.filter(user_id=user_id, created_at__gte=first)
    kept = SavedReference.objects.filter(user_id=user_id)
    lists = [
        *orders.values_list("source_media", flat=True),
        *kept.values_list("sources", flat=True),
    ]
    used = {source["storage_key"] for sources in lists for source in sources if _is_stored(source)}
    old.filter(storage_key__in=used).update(is_used=True)
    old.update(is_dropped=True)


def _is_stored(source: Mapping[str, str]) -> bool:
    return bool(source.get("storage_key"))
