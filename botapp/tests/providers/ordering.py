"""Jobs as the cards order them: one from each mode of each route."""

import io
from collections.abc import Iterator

from PIL import Image

from botapp.catalog import (
    BY_SLUG,
    CARDS,
    FOLLOW_UPS,
    Card,
    Choice,
    Mode,
    Param,
    ParamValue,
    Range,
    Role,
    Route,
    Switch,
)
from botapp.catalog.settling import adjust
from botapp.catalog.vocabulary import REQUIRED_ROLES
from botapp.providers.base import InputFile, Job, Parent


def routes_of(provider: str) -> Iterator[tuple[Card, Route, Mode]]:
    """Everything the cards order from this provider."""
    for card in CARDS:
        for route in card.routes:
            if route.provider == provider:
                modes = route.modes or card.modes
                yield from ((card, route, mode) for mode in modes)


def job_for(slug: str, provider: str, mode: Mode, **params: ParamValue) -> Job:
    """The order of this card at this provider, with its defaults and one file of each role."""
    card = BY_SLUG[slug]
    [route] = [route for route in card.routes if route.provider == provider]
    count = params.pop("count", 1)
    narrowed = {name: values[0] for name, values in route.only.items()}
    return Job(
        reference="r-1",
        provider_model=route.model_for(mode),
        mode=mode,
        prompt="кот",
        params=adjust(card, mode, narrowed | params) | {"count": count},
        inputs=tuple(_file(role) for role in Role if role in REQUIRED_ROLES[mode]),
        parent=Parent("job-of-before", 2) if mode in FOLLOW_UPS else None,
        fields=route.fields,
        constants=route.constants,
    )


def variations(provider: str) -> Iterator[tuple[str, Job, Job]]:
    """For each parameter of each mode: what differs, the order by default, and another one."""
    for card, route, mode in routes_of(provider):
        usual = job_for(card.slug, provider, mode)
        for name, param in card.params_in(mode).items():
            for value in _values(param):
                other = job_for(card.slug, provider, mode, **{name: value})
                is_possible = other.params[name] == value and route.serves(mode, other.params)
                if is_possible and value != usual.params[name]:
                    yield f"{card.slug} {mode} {name}={value}", usual, other


def _values(param: Param) -> tuple[ParamValue, ...]:
    if isinstance(param, Choice):
        return param.options
    if isinstance(param, Range):
        return param.minimum, param.maximum
    return (True, False) if isinstance(param, Switch) else ("no dogs",)


def picture(color: str) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (64, 48), color).save(written, "PNG")
    return written.getvalue()


def _file(role: Role) -> InputFile:
    mime_type = "video/mp4" if role is Role.VIDEO else "image/png"
    return InputFile(picture("red"), mime_type, role, url=f"https://our.example/{role}")
