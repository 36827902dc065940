"""What `/start <payload>` opens: the prefix of the payload says who answers.

https://core.telegram.org/bots/features#deep-linking
"""

from collections.abc import Awaitable, Callable, Mapping

from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from botapp.handlers import invite, promo, recipes
from botapp.models import TgUser

# Takes what stands behind the prefix.
Link = Callable[[Message, TgUser, FSMContext, str], Awaitable[None]]

LINKS: Mapping[str, Link] = {
    recipes.PREFIX: recipes.open_link,
    "promo_": promo.open_link,
    "ref_": invite.join_link,
}


def find(payload: str) -> tuple[Link, str] | None:
    """Who answers this payload, and with what; None for one that is not ours."""
    for prefix, link in LINKS.items():
        if payload.startswith(prefix):
            return link, payload.removeprefix(prefix)
    return None
