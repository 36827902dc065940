"""Which pictures and films a model takes together, and what each is for."""

from collections import Counter
from collections.abc import Mapping, Sequence

from botapp.business import media_rules
from botapp.business.drafts.draft import Source
from botapp.business.errors import BusinessError
from botapp.business.generation.errors import (
    FileTooLargeError,
    FileTypeError,
    InputNotTakenError,
    TooManyInputsError,
)
from botapp.catalog import (
    FOLLOW_UPS,
    OPTIONAL_ROLES,
    REQUIRED_ROLES,
    Card,
    Kind,
    Mode,
    Role,
    Slot,
)

# What pictures are for, in the order they come; the last word holds for all further ones.
PICTURE_ROLES: Mapping[Mode, tuple[Role, ...]] = {
    Mode.IMAGE_TO_VIDEO: (Role.FIRST_FRAME,),
    Mode.FRAMES_TO_VIDEO: (Role.FIRST_FRAME, Role.LAST_FRAME),
    Mode.REFERENCES_TO_VIDEO: (Role.REFERENCE,),
    Mode.VIDEO_TO_VIDEO: (Role.REFERENCE,),
}


def roles(mode: Mode, sources: Sequence[Source]) -> tuple[Role, ...]:
    """What each source is for in this mode."""
    names = PICTURE_ROLES.get(mode, (Role.IMAGE,))
    found: list[Role] = []
    for source in sources:
        pictures = sum(role in names for role in found)
        usual = Role.VIDEO if source.media is Kind.VIDEO else names[min(pictures, len(names) - 1)]
        found.append(source.role or usual)
    return tuple(found)


def open_modes(card: Card, sources: Sequence[Source]) -> tuple[Mode, ...]:
    """The modes that take these inputs, though some may be wanting; follow-ups left out."""
    return tuple(
        mode
        for mode in card.modes
        if mode not in FOLLOW_UPS and _holds(card, mode, roles(mode, sources))
    )


def missing(mode: Mode, sources: Sequence[Source]) -> Role | None:
    """The first input the mode cannot do without and has not got."""
    given = roles(mode, sources)
    wanting = [role for role in Role if role in REQUIRED_ROLES[mode] and role not in given]
    return wanting[0] if wanting else None


def add(card: Card, sources: tuple[Source, ...], new: Source) -> tuple[Source, ...]:
    """The sources with the new one: beside the others, or in place of what it cannot stand with.

    Raises a BusinessError for a file the model does not take, and for one too many.
    """
    if not open_modes(card, [new]) and new.role is None:
        raise InputNotTakenError(_usual_role(card, new))
    check_file(card, new)
    others = tuple(source for source in sources if _kind(source) != _kind(new))
    attempts = [(*sources, new)]
    if _room(card, new) == 1:
        attempts.append((*others, new))
    if len(others) == len(sources):
        attempts.append((new,))
    for attempt in attempts:
        if open_modes(card, attempt):
            return attempt
    raise TooManyInputsError(count_max=_room(card, new))


def keep(card: Card, sources: tuple[Source, ...]) -> tuple[Source, ...]:
    """As many of the sources, from the first on, as another model takes."""
    kept: tuple[Source, ...] = ()
    for source in sources:
        if fits(card, source) and open_modes(card, (*kept, source)):
            kept = (*kept, source)
    return kept


def check_file(card: Card, source: Source) -> None:
    """Type, size, shape and length, as far as they are known. Raises a BusinessError."""
    slot = slot_for(card, source)
    if slot is None:
        raise InputNotTakenError(_usual_role(card, source))
    if source.media is Kind.VIDEO:
        media_rules.check_film(slot, source.seconds, source.size_bytes, source.mime_type)
    elif source.mime_type and source.mime_type not in slot.mime_types:
        raise FileTypeError(slot.mime_types)
    elif (source.size_bytes or 0) > slot.bytes_max:
        raise FileTooLargeError(bytes_max=slot.bytes_max)
    else:
        media_rules.check_picture(slot, source.width, source.height)


def slot_for(card: Card, source: Source) -> Slot | None:
    if source.role is not None:
        return card.slot(source.role)
    wanted = [role for role in card.inputs if _takes_media(role, source.media)]
    return card.inputs[wanted[0]] if wanted else None


def fits(card: Card, source: Source) -> bool:
    """Whether the model takes the file, as far as it is known."""
    try:
        check_file(card, source)
    except BusinessError:
        return False
    return True


def _holds(card: Card, mode: Mode, given: Sequence[Role]) -> bool:
    allowed = REQUIRED_ROLES[mode] | OPTIONAL_ROLES.get(mode, frozenset())
    return all(
        role in allowed and count <= card.count_max(mode, role)
        for role, count in Counter(given).items()
    )


def _room(card: Card, source: Source) -> int:
    """How many of its kind the model takes at most, in any one mode."""
    if source.role is not None or source.media is Kind.VIDEO:
        return 1
    return max(_room_in(card, mode) for mode in card.modes)


def _room_in(card: Card, mode: Mode) -> int:
    allowed = REQUIRED_ROLES[mode] | OPTIONAL_ROLES.get(mode, frozenset())
    return sum(card.count_max(mode, role) for role in allowed if _takes_media(role, Kind.IMAGE))


def _kind(source: Source) -> Role | Kind:
    return source.role or source.media


def _takes_media(role: Role, media: Kind) -> bool:
    if role is Role.MASK:
        return False
    return (role is Role.VIDEO) == (media is Kind.VIDEO)


def _usual_role(card: Card, source: Source) -> Role:
    if source.media is Kind.VIDEO:
        return Role.VIDEO
    return Role.IMAGE if card.kind is Kind.IMAGE else Role.FIRST_FRAME
