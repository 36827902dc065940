"""What every kind of submit boils down to, and the inputs that kie fetches."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.drawing import Order
from sandbox.jobs import BadInputError, Kind, Opened, Work, open_input, read_input
from sandbox.kie.errors import invalid

_PICTURE_MIMES = ("image/png", "image/jpeg", "image/webp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """`orders` are the pictures that follow-ups of Midjourney start from."""

    kind: Kind
    model: str
    works: tuple[Work, ...]
    credits: float
    orders: tuple[Order, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


async def fetch_pictures(given: object, name: str, *, most: int) -> tuple[Opened, ...]:
    """Raises KieError: inputs are taken by address only."""
    if not isinstance(given, list) or len(given) > most:
        raise invalid(f"{name} must be a list of at most {most} URLs")
    pictures = []
    for url in given:
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            raise invalid(f"{name} must hold URLs")
        try:
            picture = await open_input(await read_input(url))
        except BadInputError as error:
            raise invalid(f"{name}: failed to fetch the file: {error}") from error
        if picture.mime not in _PICTURE_MIMES:
            raise invalid(f"{name}: file type not supported")
        pictures.append(picture)
    return tuple(pictures)


def one_of(asked: dict[str, Any], name: str, options: tuple[Any, ...], usual: Any) -> Any:
    value = asked.get(name, usual)
    if isinstance(value, bool) or value not in options:
        raise invalid(f"{name} is not within the range of allowed options")
    return value


def switch(asked: dict[str, Any], name: str) -> bool:
    value = asked.get(name, False)
    if not isinstance(value, bool):
        raise invalid(f"{name} must be true or false")
    return value


def prompt_of(asked: dict[str, Any], *, length_max: int) -> str:
    prompt = asked.get("prompt")
    if not isinstance(prompt, str) or not prompt:
        raise invalid("prompt is required")
    if len(prompt) > length_max:
        raise invalid(f"prompt must not exceed {length_max} characters")
    return prompt
