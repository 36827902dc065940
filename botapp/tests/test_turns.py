"""On a real Redis: several processes, one person, Telegram's order."""

import asyncio

from aiogram.fsm.storage.base import StorageKey
from django.conf import settings
from redis.asyncio import Redis

from botapp import turns

PERSON = StorageKey(bot_id=1, chat_id=77, user_id=77)
ANOTHER = StorageKey(bot_id=1, chat_id=78, user_id=78)


def play(story):
    """Run a story with a fresh Redis and two processes' isolations."""

    async def run():
        redis = Redis.from_url(settings.REDIS_URL)
        await redis.flushdb()
        other = Redis.from_url(settings.REDIS_URL)
        try:
            return await story(turns.Turns(redis), turns.Turns(other))
        finally:
            await redis.flushdb()
            await redis.aclose()
            await other.aclose()

    return asyncio.run(run())


async def handle(isolation, number, log, *, key=PERSON, takes_s=0.01):
    turns.update_number.set(number)
    async with isolation.lock(key):
        log.append(("begin", number))
        await asyncio.sleep(takes_s)
        log.append(("end", number))


def test_whoever_waits_is_served_by_telegrams_number_over_both_processes():
    async def story(one, other):
        log = []
        first = asyncio.ensure_future(handle(one, 1, log, takes_s=0.3))
        await asyncio.sleep(0.1)
        # The later update came to the other process a little sooner.
        waiting = [
            asyncio.ensure_future(handle(isolation, number, log))
            for isolation, number in ((other, 4), (one, 2), (other, 5), (one, 3))
        ]
        await asyncio.gather(first, *waiting)
        return log

    log = play(story)

    assert [number for what, number in log if what == "begin"] == [1, 2, 3, 4, 5]
    assert log == [(what, number) for number in range(1, 6) for what in ("begin", "end")]


def test_a_late_earlier_update_does_not_break_into_the_one_being_handled():
    async def story(one, other):
        log = []
        late = asyncio.ensure_future(handle(one, 2, log, takes_s=0.2))
        await asyncio.sleep(0.05)
        await asyncio.gather(late, handle(other, 1, log))
        return log

    assert play(story) == [("begin", 2), ("end", 2), ("begin", 1), ("end", 1)]


def test_people_do_not_wait_for_each_other():
    async def story(one, other):
        log = []
        slow = asyncio.ensure_future(handle(one, 1, log, takes_s=0.3))
        await asyncio.sleep(0.05)
        await handle(other, 2, log, key=ANOTHER)
        await slow
        return log

    assert [number for what, number in play(story) if what == "end"] == [2, 1]


def test_who_died_in_the_line_holds_nobody_up():
    async def story(one, other):
        line = f"{one.key_builder.build(PERSON, 'lock')}:line"
        await one.redis.zadd(line, {"dead": 0})
        log = []
        await asyncio.wait_for(handle(other, 9, log), timeout=5)
        return log

    assert play(story) == [("begin", 9), ("end", 9)]


def test_who_gives_up_waiting_leaves_the_line():
    async def story(one, other):
        log = []
        holder = asyncio.ensure_future(handle(one, 1, log, takes_s=0.3))
        await asyncio.sleep(0.05)
        impatient = asyncio.ensure_future(handle(other, 2, log))
        await asyncio.sleep(0.05)
        impatient.cancel()
        await asyncio.gather(holder, handle(one, 3, log))
        return [number for what, number in log if what == "begin"]

    assert play(story) == [1, 3]
