"""What a job makes: bytes drawn when they are first asked for."""

import asyncio
import os
from collections import OrderedDict
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal, Protocol

from sandbox.drawing import Order, draw_picture
from sandbox.drawing.encoding import encode_picture
from sandbox.film import FilmOrder, draw_film

_CACHE_BYTES_MAX = 192 * 1024 * 1024

PictureKind = Literal["png", "jpeg", "webp"]


class Work(Hashable, Protocol):
    """Equal works draw equal bytes, so they are drawn once."""

    @property
    def mime(self) -> str: ...

    @property
    def filename(self) -> str: ...

    def draw(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Still:
    """A picture of `sandbox.drawing` in the wanted file format."""

    order: Order
    kind: PictureKind = "png"
    # 0..100, for jpeg and webp.
    quality: int = 90

    @property
    def mime(self) -> str:
        return f"image/{self.kind}"

    @property
    def filename(self) -> str:
        return f"image.{'jpg' if self.kind == 'jpeg' else self.kind}"

    def draw(self) -> bytes:
        return encode_picture(draw_picture(self.order), kind=self.kind, quality=self.quality)


@dataclass(frozen=True, slots=True)
class Film:
    """A film of `sandbox.film`."""

    order: FilmOrder

    @property
    def mime(self) -> str:
        return "video/mp4"

    @property
    def filename(self) -> str:
        return "video.mp4"

    def draw(self) -> bytes:
        return draw_film(self.order)


class Studio:
    """Draws every work once, as many at a time as there are processors; keeps the newest bytes."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="studio")
        self._ready: OrderedDict[Work, bytes] = OrderedDict()
        self._ready_bytes = 0
        self._drawing: dict[Work, asyncio.Future[bytes]] = {}

    async def make(self, work: Work) -> bytes:
        if work in self._ready:
            self._ready.move_to_end(work)
            return self._ready[work]
        if work not in self._drawing:
            loop = asyncio.get_running_loop()
            self._drawing[work] = loop.run_in_executor(self._threads, work.draw)
            self._drawing[work].add_done_callback(lambda drawn: self._keep(work, drawn))
        # Shielded: a caller that hangs up does not spoil the work for the others.
        return await asyncio.shield(self._drawing[work])

    def reset(self) -> None:
        self._ready.clear()
        self._ready_bytes = 0

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _keep(self, work: Work, drawn: asyncio.Future[bytes]) -> None:
        del self._drawing[work]
        if drawn.cancelled() or drawn.exception() is not None:
            return
        self._ready[work] = drawn.result()
        self._ready_bytes += len(drawn.result())
        while self._ready_bytes > _CACHE_BYTES_MAX and len(self._ready) > 1:
            _, dropped = self._ready.popitem(last=False)
            self._ready_bytes -= len(dropped)
