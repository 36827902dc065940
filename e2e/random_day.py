"""What must be true after a day of random people: looked up in the stand-ins and the database."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from e2e.stage import Person, Stage, wait_until

PATIENCE_S = 90
# Two clocks' worth of difference between an update's times and a call's.
SLACK_S = 0.01
# Telegram refuses these in the course of honest work, and the bot says or ignores it.
HONEST_REFUSALS = (
    "message is not modified",
    "message can't be edited",
    "message to edit not found",
    "query is too old",
    "bot was blocked by the user",
    "message to delete not found",
    "message to be replied not found",
    "wrong file_id or the file is temporarily unavailable",
    # Nobody writes as fast as these people do.
    "Too Many Requests",
)
# What a person sees of the bot.
VISIBLE = re.compile("send(?!ChatAction)|edit|deleteMessage")
SILENT = ("pinned_message", "message_auto_delete_timer_changed", "chat_background_set")
# The product's own limit (config/settings.py).
FLOOD_MESSAGES_MAX, FLOOD_WINDOW_S = 40, 10
TOKENS_OF_PACKAGE = Decimal(100)
# With the line that names the error.
TRACEBACK = re.compile(r"Traceback \(most recent call last\):\n(?:[ |+].*\n|\n)*(?P<error>\S.*)")
# A provider that does not take somebody's broken file is noted, refunded and told.
HONEST_ERROR = "ProviderError"

Update = dict[str, Any]
Call = dict[str, Any]


@dataclass
class Watch:
    """Looks at what happened since it was made, or since the last look."""

    stage: Stage
    seen_update: int = 0
    seen_call: int = 0
    seen_fault: int = 0
    log_sizes: dict[str, int] = field(default_factory=dict)
    albums: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.seen_update = max((one["update_id"] for one in self._updates()), default=0)
        self.seen_call = max((one["id"] for one in self.stage.calls("telegram")), default=0)
        self.seen_fault = self.stage.ask("SELECT coalesce(max(id), 0) FROM botapp_boterrorevent")[
            0
        ][0]
        self.log_sizes = {path.name: path.stat().st_size for path in self._logs()}

    def updates_are_answered(self, people: list[Person]) -> list[Update]:
        """Each ended with 200 and was answered by something the person sees; these updates."""
        wait_until(self._all_delivered, patience_s=PATIENCE_S, complaint=lambda: "updates wait")
        updates, calls = self._updates(), self._calls()
        refused = [one for one in updates if one["attempts"][-1]["status"] != 200]
        assert not refused, refused
        for person in people:
            said = [one for one in updates if one["user_id"] == person.id]
            heard = [one for one in calls if str(_chat_of(one)) == str(person.id)]
            unanswered = list(self._unanswered(said, heard))
            assert not unanswered, unanswered
        presses = [one for one in updates if one["kind"] == "callback_query"]
        spinning = list(_without_an_answer(presses, calls))
        assert not spinning, spinning
        broken = list(_broken_rules(calls))
        assert not broken, broken
        self.seen_update = max((one["update_id"] for one in updates), default=self.seen_update)
        self.seen_call = max((one["id"] for one in calls), default=self.seen_call)
        return updates

    def nothing_failed(self) -> None:
        """No error was noted for operators, and no process wrote a traceback."""
        noted = self.stage.ask(
            "SELECT origin, handler, error_class, message, stacktrace, extra"
            " FROM botapp_boterrorevent WHERE id > %s AND error_class NOT LIKE %s",
            self.seen_fault,
            f"%{HONEST_ERROR}",
        )
        assert not noted, noted
        for path in self._logs():
            with path.open(errors="replace") as log:
                log.seek(self.log_sizes.get(path.name, 0))
                said = log.read()
            failed = [one[0] for one in TRACEBACK.finditer(said) if HONEST_ERROR not in one[1]]
            assert not failed, (path.name, failed)

    def _all_delivered(self) -> bool:
        return all(one["delivered"] or len(one["attempts"]) > 3 for one in self._updates())

    def _unanswered(self, said: list[Update], heard: list[Call]) -> Iterator[Update]:
        """Updates that no visible call of their own followed while they were handled."""
        free = [one for one in heard if VISIBLE.match(one["operation"])]
        for update in sorted(said, key=ended_at):
            if update["kind"] != "message" or self._needs_no_answer(update["payload"]["message"]):
                continue
            begun, ended = update["attempts"][0]["at"], ended_at(update)
            found = [n for n, c in enumerate(free) if begun <= c["at"] + SLACK_S <= ended + 1]
            if found:
                free = free[found[0] + 1 :]
            elif not is_flood(update, said):
                yield update

    def _needs_no_answer(self, message: dict[str, Any]) -> bool:
        """What Telegram says about the chat, and an album's pictures after the first."""
        if message["chat"]["type"] != "private" or any(name in message for name in SILENT):
            return True
        album = message.get("media_group_id")
        is_known = album in self.albums
        if album:
            self.albums.add(album)
        return is_known

    def _updates(self) -> list[Update]:
        asked = {"after": self.seen_update, "payload": 1}
        answer = self.stage.http.get(f"{self.stage.sandbox}/chat/api/updates", params=asked)
        found: list[Update] = answer.json()
        return found

    def _calls(self) -> list[Call]:
        asked: dict[str, str | int] = {"service": "telegram", "since": self.seen_call}
        found: list[Call] = self.stage.http.get(
            f"{self.stage.sandbox}/__calls", params=asked
        ).json()["calls"]
        return found

    def _logs(self) -> list[Any]:
        return sorted(self.stage.options.log_dir.glob("*.log"))


def orders_end(stage: Stage) -> None:
    """Everything that was ordered is made or failed, and told."""
    query = (
        "SELECT id, status, error_message FROM botapp_genrequest"
        " WHERE status NOT IN ('done', 'error', 'cancelled')"
        " UNION ALL SELECT id, status, kind FROM botapp_texttask"
        " WHERE status NOT IN ('done', 'error') OR reported_at IS NULL"
    )
    wait_until(
        lambda: not stage.ask(query),
        patience_s=PATIENCE_S,
        complaint=lambda: f"never ended: {stage.ask(query)}",
    )


def money_fits(stage: Stage, people: list[Person]) -> None:
    """One welcome, exactly what was paid, and a wallet that is what came minus what was spent."""
    for person in people:
        _wait_for_what_was_paid(stage, person)
        welcomes = [key for _, key, _ in _movements(stage, person) if key == f"welcome:{person.id}"]
        assert len(welcomes) == 1, _movements(stage, person)
    overspent = stage.ask("SELECT user_id, balance FROM botapp_userbalance WHERE balance < 0")
    assert not overspent, overspent


def email_of(person: Person) -> str:
    return f"random{person.id}@example.org"


def _wait_for_what_was_paid(stage: Stage, person: Person) -> None:
    def missing() -> Decimal:
        return paid_tokens(stage)[email_of(person)] - _deposits(stage, person)

    wait_until(
        lambda: missing() == 0,
        patience_s=PATIENCE_S,
        complaint=lambda: f"{person.id} paid for {missing()} tokens that did not come",
    )


def _movements(stage: Stage, person: Person) -> list[tuple[str, str, Decimal]]:
    """Kind, key without its first word, and amount."""
    found: list[Any] = stage.ask(
        "SELECT t.type, substr(t.idempotency_key, strpos(t.idempotency_key, ':') + 1), t.amount"
        " FROM botapp_transaction t JOIN botapp_tguser u ON u.id = t.user_id"
        " WHERE u.chat_id = %s",
        person.id,
    )
    return found


def _deposits(stage: Stage, person: Person) -> Decimal:
    kept = (amount for kind, _, amount in _movements(stage, person) if kind == "deposit")
    return sum(kept, Decimal(0))


def paid_tokens(stage: Stage) -> dict[str, Decimal]:
    answer = stage.http.get(f"{stage.sandbox}/__lava/contracts").json()
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for contract in answer["contracts"]:
        if contract["status"] == "COMPLETED":
            paid[contract["email"]] += TOKENS_OF_PACKAGE
    return paid


def ended_at(update: Update) -> float:
    last = update["attempts"][-1]
    return float(last["at"] + last["took_ms"] / 1000)


def is_flood(update: Update, said: list[Update]) -> bool:
    """Who writes faster than anybody can is told so once, then not heard for a while."""
    at = update["attempts"][0]["at"]
    lately = [one for one in said if at - FLOOD_WINDOW_S <= one["attempts"][0]["at"] <= at]
    return len([one for one in lately if one["kind"] == "message"]) > FLOOD_MESSAGES_MAX


def _chat_of(call: Call) -> Any:
    body = call["body"] if isinstance(call["body"], dict) else {}
    return body.get("chat_id")


def _without_an_answer(presses: list[Update], calls: list[Call]) -> Iterator[Update]:
    """A press whose spinner never stopped."""
    answered = {
        call["body"].get("callback_query_id")
        for call in calls
        if call["operation"] == "answerCallbackQuery" and call["status"] == 200
    }
    for press in presses:
        if press["payload"]["callback_query"]["id"] not in answered:
            yield press


def _broken_rules(calls: list[Call]) -> Iterator[tuple[str, str]]:
    for call in calls:
        if (call["status"] or 0) >= 400 and not call["fault"]:
            said = call["refusal"] or ""
            if not any(words in said for words in HONEST_REFUSALS):
                yield call["operation"], f"{call['body']} {said}"[:800]
