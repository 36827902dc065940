"""Refusals of midjourney-proxy: HTTP 200 and a code (facts: provider notes, section 6.2)."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.jobs import Word

ACCEPTED, NOT_FOUND, INVALID, FAILED = 1, 3, 4, 9
SAME_EXISTS, QUEUED, QUEUE_FULL, BANNED = 21, 22, 23, 24


class ProxyError(Exception):
    """Answered as `{"code", "description", "result", "properties"}`."""

    def __init__(
        self, code: int, description: str, properties: dict[str, Any] | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.properties = properties or {}


def said(
    code: int, description: str, result: str | None, properties: dict[str, Any]
) -> dict[str, Any]:
    return {
        "code": code,
        "description": description,
        "result": result,
        "properties": properties,
    }


def invalid(description: str) -> ProxyError:
    return ProxyError(INVALID, description)


def no_such_task() -> ProxyError:
    return ProxyError(NOT_FOUND, "关联任务不存在或已失效")


def queue_full() -> ProxyError:
    return ProxyError(QUEUE_FULL, "队列已满,请稍后尝试")


def banned(prompt: str) -> ProxyError:
    properties = {"promptEn": prompt, "bannedWord": "policy"}
    return ProxyError(BANNED, "可能包含敏感词", properties)


def failed() -> ProxyError:
    return ProxyError(FAILED, "系统异常")


REFUSALS: Mapping[Word, Callable[[str], ProxyError]] = {
    Word.POLICY: banned,
    Word.BAD_PARAMETER: lambda _: invalid("prompt不能为空"),
    Word.NO_CREDIT: lambda _: ProxyError(FAILED, "Your plan has run out of fast hours"),
    Word.RATE: lambda _: queue_full(),
    Word.RATE_ALWAYS: lambda _: queue_full(),
    Word.RATE_DAY: lambda _: queue_full(),
    Word.INTERNAL_ONCE: lambda _: failed(),
    Word.INTERNAL_ALWAYS: lambda _: failed(),
    Word.OVERLOADED: lambda _: failed(),
    Word.GONE: lambda _: ProxyError(NOT_FOUND, "无可用的账号实例"),
}
