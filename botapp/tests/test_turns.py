"""On a real Redis: several processes, one person, Telegram's order."""

import asyncio
import contextlib

from aiogram.fsm.storage.base import StorageKey
from django.conf import settings
from redis.asyncio import Redis

from botapp import turns

PERSON = StorageKey(bot_id=1, chat_id=77, user_id=77)
ANOTHER = StorageKey(bot_id=1, chat_id=78, user_id=78)
PATIENCE_S = 10


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


async def handle(isolation, number, log, *, key=PERSON, gate=None):
    """Handle an update; one with a gate is at work until the gate opens."""
    turns.update_number.set(number)
    async with isolation.lock(key):
        log.append(("begin", number))
        await asyncio.sleep(0.01) if gate is None else await gate.wait()
        log.append(("end", number))


async def begin(isolation, number, log):
    """The running handling of an update, and the gate that ends it."""
    gate = asyncio.Event()
    task = asyncio.ensure_future(handle(isolation, number, log, gate=gate))
    async with asyncio.timeout(PATIENCE_S):
        while ("begin", number) not in log:
            await asyncio.sleep(0.005)
    return task, gate


async def wait_for_line(isolation, length):
    """Until so many of the person's updates stand in line."""
    async with asyncio.timeout(PATIENCE_S):
        while await isolation.redis.zcard(line_of(isolation)) != length:
            await asyncio.sleep(0.005)


def line_of(isolation):
    return f"{isolation.key_builder.build(PERSON, 'lock')}:line"


def test_whoever_waits_is_served_by_telegrams_number_over_both_processes():
    async def story(one, other):
        log = []
        first, gate = await begin(one, 1, log)
        # The later update came to the other process a little sooner.
        waiting = [
            asyncio.ensure_future(handle(isolation, number, log))
            for isolation, number in ((other, 4), (one, 2), (other, 5), (one, 3))
        ]
        await wait_for_line(one, len(waiting))
        gate.set()
        await asyncio.gather(first, *waiting)
        return log

    log = play(story)

    assert [number for what, number in log if what == "begin"] == [1, 2, 3, 4, 5]
    assert log == [(what, number) for number in range(1, 6) for what in ("begin", "end")]


def test_a_late_earlier_update_does_not_break_into_the_one_being_handled():
    async def story(one, other):
        log = []
        late, gate = await begin(one, 2, log)
        earlier = asyncio.ensure_future(handle(other, 1, log))
        await wait_for_line(one, 1)
        gate.set()
        await asyncio.gather(late, earlier)
        return log

    assert play(story) == [("begin", 2), ("end", 2), ("begin", 1), ("end", 1)]


def test_people_do_not_wait_for_each_other():
    async def story(one, other):
        log = []
        slow, gate = await begin(one, 1, log)
        await handle(other, 2, log, key=ANOTHER)
        gate.set()
        await slow
        return log

    assert [number for what, number in play(story) if what == "end"] == [2, 1]


def test_who_died_in_the_line_holds_nobody_up():
    async def story(one, other):
        await one.redis.zadd(line_of(one), {"dead": 0})
        log = []
        await asyncio.wait_for(handle(other, 9, log), timeout=5)
        return log

    assert play(story) == [("begin", 9), ("end", 9)]


def test_who_gives_up_waiting_leaves_the_line():
    async def story(one, other):
        log = []
        holder, gate = await begin(one, 1, log)
        impatient = asyncio.ensure_future(handle(other, 2, log))
        await wait_for_line(one, 1)
        impatient.cancel()
        await wait_for_line(one, 0)
        gate.set()
        await asyncio.gather(holder, handle(one, 3, log))
        return [number for what, number in log if what == "begin"]

    assert play(story) == [1, 3]


def test_who_is_told_to_give_up_while_asking_gives_up():
    async def story(one, other):
        asking, ask = asyncio.Event(), other.redis.set

        async def sent_already(*_, **__):
            """What wait_for of Python 3.11 makes of a cancellation at this moment."""
            other.redis.set = ask
            asking.set()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(PATIENCE_S)

        other.redis.set = sent_already
        impatient = asyncio.ensure_future(handle(other, 2, []))
        await asking.wait()
        impatient.cancel()
        await asyncio.wait([impatient], timeout=PATIENCE_S)
        return impatient.cancelled()

    assert play(story)


def test_who_gives_up_before_hearing_of_the_place_leaves_it_too():
    class Unheard(turns.Turns):
        async def _stand(self, line, place):
            await super()._stand(line, place)
            await asyncio.Event().wait()

    async def story(one, other):
        standing = asyncio.ensure_future(handle(Unheard(other.redis), 1, []))
        await wait_for_line(one, 1)
        standing.cancel()
        await wait_for_line(one, 0)

    play(story)
