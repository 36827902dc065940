"""Who came by whose link, and who is thanked for it, reckoned from what was sent and when.

A newcomer has ordered nothing and paid nothing; the first link that counts stays; nobody is
invited by themselves or by their own guest; who has erased everything since is not thanked.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from e2e.random_day import Update
from e2e.random_gifts import Span, span, texts_of
from e2e.stage import Person, Stage

SHARED = re.compile(r"start=recipe_([\w-]+)")
# Presses that take a recipe back, at least for a while.
TAKES_BACK = ("hist:hide", "order:delete_sure", "set:deleteall")
ERASES = "set:deleteall"


@dataclass(frozen=True)
class Visit:
    """By a link of `host`; not sure when the link may have been taken back, or nobody heard."""

    guest: int
    host: int
    when: Span
    is_sure: bool


@dataclass(frozen=True)
class Thanks:
    guest: int
    host: int
    is_sure: bool


class Day:
    """What people did, and when the first of something is in the books."""

    def __init__(self, stage: Stage, people: list[Person], updates: list[Update]) -> None:
        self.stage, self.people, self.updates = stage, people, updates
        self.orders = self._firsts(
            "SELECT user_id, min(created_at) AS at FROM botapp_genrequest GROUP BY user_id"
        )
        self.deposits = self._firsts(
            "SELECT user_id, min(created_at) AS at FROM botapp_transaction"
            " WHERE type = 'deposit' GROUP BY user_id"
        )
        self.refs: dict[str, int] = dict(
            stage.ask(
                "SELECT w.referral_code, u.chat_id FROM botapp_userbalance w"
                " JOIN botapp_tguser u ON u.id = w.user_id",
            )
        )
        self.recipes = self._shared()

    def presses(self, person_id: int, *prefixes: str) -> list[Span]:
        return [
            span(one)
            for one in self.updates
            if one["kind"] == "callback_query" and one["user_id"] == person_id
            if one["payload"]["callback_query"].get("data", "").startswith(prefixes)
        ]

    def is_deaf(self, person: Person) -> bool:
        """Has blocked the bot, or touched what shall be told, at least for a while."""
        mine = [one for one in self.updates if one["user_id"] == person.id]
        has_blocked = any(one["kind"] == "my_chat_member" for one in mine)
        return has_blocked or bool(self.presses(person.id, "set:set_notify"))

    def _firsts(self, query: str) -> dict[int, float]:
        """By the person's Telegram id, in seconds of the epoch."""
        rows = self.stage.ask(
            f"WITH firsts AS ({query}) SELECT u.chat_id, extract(epoch FROM firsts.at)"  # noqa: S608
            " FROM firsts JOIN botapp_tguser u ON u.id = firsts.user_id",
        )
        return {person: float(at) for person, at in rows}

    def _shared(self) -> dict[str, int]:
        """Those of today also when their authors have erased them."""
        kept = self.stage.ask(
            "SELECT r.code, u.chat_id FROM botapp_recipe r JOIN botapp_tguser u"
            " ON u.id = r.author_id JOIN botapp_genrequest o ON o.id = r.request_id"
            " WHERE o.hidden_at IS NULL",
        )
        today = {
            code: person.id
            for person in self.people
            for message in person.messages()
            if message["from"]["is_bot"]
            for code in SHARED.findall(json.dumps(message))
        }
        return dict(kept) | today


def thanks(day: Day) -> Iterator[Thanks]:
    """With the first payment of a guest, to whoever of today's people has invited them."""
    today = {person.id for person in day.people}
    for joined in _joined(day):
        paid_at = day.deposits.get(joined.guest)
        if paid_at is None or joined.host not in today:
            continue
        erasures = day.presses(joined.host, ERASES)
        is_erased = any(
            one.ended > joined.when.begun and one.begun < paid_at + 1 for one in erasures
        )
        yield Thanks(joined.guest, joined.host, joined.is_sure and not is_erased)


def _joined(day: Day) -> Iterator[Visit]:
    """Of each guest the visit that counts; all that may count, when it cannot be told."""
    hosts: dict[int, set[int]] = {}
    settled: set[int] = set()
    for visit in sorted(_visits(day), key=lambda one: one.when.begun):
        is_new = _is_new(day, visit)
        if visit.guest in settled or visit.guest == visit.host or is_new is False:
            continue
        hosts_of_host = hosts.get(visit.host, set())
        is_own_guest = visit.guest in hosts_of_host
        if hosts_of_host == {visit.guest} and visit.host in settled:
            continue
        is_first = visit.guest not in hosts
        is_sure = visit.is_sure and is_new is True and not is_own_guest
        hosts.setdefault(visit.guest, set()).add(visit.host)
        if is_sure:
            settled.add(visit.guest)
        yield Visit(visit.guest, visit.host, visit.when, is_sure=is_sure and is_first)


def _is_new(day: Day, visit: Visit) -> bool | None:
    moments = (day.orders.get(visit.guest), day.deposits.get(visit.guest))
    found = [visit.when.is_before(moment) for moment in moments]
    if False in found:
        return False
    return None if None in found else True


def _visits(day: Day) -> Iterator[Visit]:
    for person in day.people:
        for text, when, is_heard in texts_of(person, day.updates):
            host = _host(day, text)
            if host is not None:
                taken_back = day.presses(host, *TAKES_BACK) if "recipe_" in text else []
                is_sure = is_heard and not any(one.begun < when.ended for one in taken_back)
                yield Visit(person.id, host, when, is_sure)


def _host(day: Day, text: str) -> int | None:
    """Whose link it is."""
    if text.startswith("/start ref_"):
        return day.refs.get(text.removeprefix("/start ref_"))
    return day.recipes.get(text.removeprefix("/start recipe_"))
