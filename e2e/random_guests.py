"""Friends whom random people bring by an invitation or a recipe."""

import json
import re
from collections.abc import Callable
from functools import partial
from random import Random

from e2e import random_shop
from e2e.random_ways import forget_me, go, hear, invite, say, share, show
from e2e.stage import Person

LINK = re.compile(r"start=((?:ref|recipe)_[\w-]+)")


def bring_a_friend(host: Person, luck: Random) -> Person | None:
    """Somebody new; nobody when the host is given no link. What the friend does, and in which
    order, is up to chance: to come by the link, to order, to pay, to invite the host in turn."""
    link = _link(host, luck)
    if not link:
        return None
    friend = host.stage.newcomer("Друг")
    come = partial(_come, friend, link)
    deeds: list[Callable[[], object]] = [
        *luck.sample([come, partial(_order, friend), partial(_pay, friend)], 3),
        *luck.sample([partial(_pay, friend), come, partial(_call_back, friend, host, luck)], 1),
    ]
    if luck.random() < 0.5:
        deeds.remove(come)
        deeds.insert(0, come)
    elif deeds[0] is not come:
        go(friend, [say("/start"), hear("⚡50")])
    if luck.random() < 0.2:
        deeds.insert(luck.randrange(len(deeds)), partial(go, host, forget_me(luck)))
    for deed in deeds:
        deed()
    return friend


def _link(person: Person, luck: Random) -> str:
    """The newest one the bot has given; empty for none."""
    go(person, luck.choice([invite, invite, share])(luck))
    given = (one for one in person.messages() if one["from"]["is_bot"])
    links = [link for one in given for link in LINK.findall(json.dumps(one))]
    return links[-1] if links else ""


def _come(friend: Person, link: str) -> None:
    go(friend, [say(f"/start {link}"), hear("")])


def _order(friend: Person) -> None:
    """A photo with words is made at once, if nothing lies on a card."""
    go(friend, [show("в стиле аниме"), hear("")])


def _pay(friend: Person) -> None:
    random_shop.buy(friend.stage, friend, random_shop.open_shop(friend), ["pay"])


def _call_back(friend: Person, host: Person, luck: Random) -> None:
    link = _link(friend, luck)
    if link:
        go(host, [say(f"/start {link}")])
