"""A draft: what a person has put together before ordering. Plain data of the conversation."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from botapp.catalog import Kind, Mode, ParamValue, Role


@dataclass(frozen=True)
class Source:
    """A picture or film that was given: Telegram's file or ours, and what is known of it.

    `role` is told only where the mode does not decide it (a mask).
    """

    media: Kind
    file_id: str = ""
    storage_key: str = ""
    role: Role | None = None
    mime_type: str | None = None
    size_bytes: int | None = None
    seconds: float | None = None
    width: int | None = None
    height: int | None = None

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Source":
        role = data.get("role")
        typed = {"media": Kind(data["media"]), "role": Role(role) if role else None}
        return cls(**_known(cls, data) | typed)

    def for_order(self, role: Role) -> dict[str, str]:
        """As orders name their inputs."""
        place = {"storage_key": self.storage_key} if self.storage_key else {"file_id": self.file_id}
        return place | {"role": role.value}


@dataclass(frozen=True)
class Draft:
    """`mode` is the one the person chose, if any; `params` are what they asked, latest last.

    `parent_id` and `result_index` name the result that is continued, `recipe_id` the recipe that
    the draft began with.
    """

    slug: str
    prompt: str = ""
    mode: Mode | None = None
    params: Mapping[str, ParamValue] = field(default_factory=dict)
    quantity: int = 1
    sources: tuple[Source, ...] = ()
    parent_id: int | None = None
    result_index: int | None = None
    recipe_id: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """JSON for the conversation's state."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Draft":
        typed = {
            # A mode of another version is as good as none: the inputs decide.
            "mode": next((mode for mode in Mode if mode == data.get("mode")), None),
            "sources": tuple(Source.from_dict(source) for source in data.get("sources", ())),
        }
        return cls(**_known(cls, data) | typed)


def _known(cls: type[Source] | type[Draft], data: Mapping[str, Any]) -> dict[str, Any]:
    """Conversations outlive deployments: what another version kept besides is left out."""
    names = {one.name for one in fields(cls)}
    return {name: value for name, value in data.items() if name in names}
