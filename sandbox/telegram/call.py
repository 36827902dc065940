"""One method call on its way through the handlers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.telegram.arguments import Json
from sandbox.telegram.files import Upload
from sandbox.telegram.state import Bot, Chat, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    world: World
    bot: Bot
    args: Json
    uploads: dict[str, Upload] = field(default_factory=dict)

    def chat_to_write(self) -> Chat:
        """Raises ApiError when the bot may not write there."""
        return self.world.chat_to_write(self.bot, self.args.get("chat_id"))

    def known_chat(self) -> Chat:
        return self.world.known_chat(self.bot, self.args.get("chat_id"))


@dataclass(frozen=True, slots=True)
class Described:
    """A result with the `description` that some methods add."""

    result: Any
    description: str


Handler = Callable[[Call], Awaitable[Any]]
