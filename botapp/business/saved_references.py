"""Saved references: pictures under a name, for any model that takes pictures."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.db import transaction

from botapp.business import balance
from botapp.business.drafts import Draft, Said, Source, take, take_more
from botapp.business.errors import BusinessError
from botapp.catalog import Card, Kind, Role
from botapp.models import SavedReference

COUNT_MAX = 50
NAME_LENGTH_MAX = 40


class ReferenceNotFoundError(BusinessError):
    """There is no such reference of this person's."""


class TooManyReferencesError(BusinessError):
    """This person keeps as many as one may."""


class BadReferenceNameError(BusinessError):
    """A name has 1 to 40 characters on one line."""


class ReferenceNameTakenError(BusinessError):
    """This person has another one under this name."""


class NothingToSaveError(BusinessError):
    """The draft has no pictures."""


def pictures(draft: Draft) -> tuple[Source, ...]:
    """What of the draft can be saved: neither films nor masks."""
    return tuple(
        source for source in draft.sources if source.media is Kind.IMAGE and source.role is None
    )


@transaction.atomic
def save(*, user_id: int, kind: SavedReference.Kind, name: str, draft: Draft) -> SavedReference:
    """Keep the draft's pictures under a name.

    Raises NothingToSaveError, BadReferenceNameError, ReferenceNameTakenError or
    TooManyReferencesError.
    """
    sources, name = pictures(draft), _clean(name)
    if not sources:
        raise NothingToSaveError
    # One after another: parallel ones can neither exceed the limit nor get one name together.
    balance.lock(user_id=user_id)
    kept = SavedReference.objects.filter(user_id=user_id)
    if kept.count() >= COUNT_MAX:
        raise TooManyReferencesError
    if kept.filter(name__iexact=name).exists():
        raise ReferenceNameTakenError(name)
    return kept.create(user_id=user_id, kind=kind, name=name, sources=_as_json(sources))


def list_own(*, user_id: int) -> list[SavedReference]:
    return list(SavedReference.objects.filter(user_id=user_id))


def get_own(*, user_id: int, reference_id: int) -> SavedReference:
    """Raises ReferenceNotFoundError, for anybody else's as well."""
    found = SavedReference.objects.filter(pk=reference_id, user_id=user_id).first()
    if found is None:
        raise ReferenceNotFoundError(str(reference_id))
    return found


@transaction.atomic
def rename(*, user_id: int, reference_id: int, name: str) -> SavedReference:
    """Raises ReferenceNotFoundError, BadReferenceNameError or ReferenceNameTakenError."""
    name = _clean(name)
    balance.lock(user_id=user_id)
    reference = get_own(user_id=user_id, reference_id=reference_id)
    others = SavedReference.objects.filter(user_id=user_id).exclude(pk=reference_id)
    if others.filter(name__iexact=name).exists():
        raise ReferenceNameTakenError(name)
    reference.name = name
    reference.save(update_fields=["name", "updated_at"])
    return reference


def delete(*, user_id: int, reference_id: int) -> None:
    """Gone; no harm in deleting it twice."""
    SavedReference.objects.filter(pk=reference_id, user_id=user_id).delete()


def put_on(draft: Draft | None, *, user_id: int, reference_id: int, usual: str = "") -> Draft:
    """The draft with as many pictures of the reference as the model takes beside its own; a new
    draft, with the usual model if it takes pictures, where there is none.

    Raises ReferenceNotFoundError, and a BusinessError when the model takes none of them.
    """
    reference = get_own(user_id=user_id, reference_id=reference_id)
    first, *others = (Source.from_dict({"media": Kind.IMAGE} | one) for one in reference.sources)
    if draft is None or first not in draft.sources:
        draft = take(draft, Said(source=first), usual=usual, user_id=user_id)
    for source in others:
        draft = _with(draft, source)
    return draft


def picture(*, user_id: int, reference_id: int, index: int) -> Source:
    """One picture of an own reference. Raises ReferenceNotFoundError."""
    reference = get_own(user_id=user_id, reference_id=reference_id)
    if index >= len(reference.sources):
        raise ReferenceNotFoundError(f"{reference_id}, picture {index}")
    return Source.from_dict({"media": Kind.IMAGE} | reference.sources[index])


def takes_pictures(card: Card) -> bool:
    """Whether references are of any use to the model."""
    return any(role not in (Role.VIDEO, Role.MASK) for role in card.inputs)


def _with(draft: Draft, source: Source) -> Draft:
    """The draft with one more picture, if it is not there and stands in nobody's place."""
    if source in draft.sources:
        return draft
    more = take_more(draft, Said(source=source))
    return more if more is not None and len(more.sources) > len(draft.sources) else draft


def _clean(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= NAME_LENGTH_MAX or "\0" in name:
        raise BadReferenceNameError(name[:NAME_LENGTH_MAX])
    return name


def _as_json(sources: Iterable[Source]) -> list[dict[str, Any]]:
    """What is known of each, as `Source.from_dict` reads it."""
    return [
        {key: value for key, value in asdict(source).items() if value not in (None, "")}
        for source in sources
    ]
