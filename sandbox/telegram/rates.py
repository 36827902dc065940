"""Flood limits of sending, counted over a sliding window.

Source: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

import math
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field

from sandbox.telegram.errors import too_many_requests


@dataclass(frozen=True, slots=True)
class Limit:
    messages_max: int
    window_s: float


# Messages a chat and a bot may send: `burst` only stops a bot that runs wild, `strict` holds a bot
# to about one message a second in a chat (short bursts pass) and thirty a second in all.
LIMITS: dict[str, tuple[Limit | None, Limit | None]] = {
    "off": (None, None),
    "burst": (Limit(20, 1.0), None),
    "strict": (Limit(5, 5.0), Limit(30, 1.0)),
}


@dataclass(slots=True)
class Rates:
    _of_chat: dict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _of_bot: deque[float] = field(default_factory=deque)

    def count(self, mode: str, *, chat_id: int, messages: int = 1) -> None:
        """Raises 429 and counts nothing when the messages do not fit into the window."""
        now = time.monotonic()
        windows = ((self._of_chat[chat_id], LIMITS[mode][0]), (self._of_bot, LIMITS[mode][1]))
        for times, limit in windows:
            if limit:
                _check(times, limit, messages=messages, now=now)
        for times, limit in windows:
            if limit:
                times.extend([now] * messages)


def _check(times: deque[float], limit: Limit, *, messages: int, now: float) -> None:
    while times and times[0] <= now - limit.window_s:
        times.popleft()
    # An album larger than the window passes when the window is empty.
    room = max(0, limit.messages_max - messages)
    if len(times) > room:
        leaving = times[len(times) - room - 1]
        raise too_many_requests(max(1, math.ceil(leaving + limit.window_s - now)))
