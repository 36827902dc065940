"""How long a model works, learned from its own latest orders with the same parameters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median, quantiles

from botapp import catalog
from botapp.catalog import ParamValue
from botapp.models import AIModel, GenRequest

LATEST = 200
# With fewer orders than this the card's estimate is better than their median.
ENOUGH = 5
# What makes an order longer, of all that can be set.
TELLING = ("duration", "resolution", "image_size", "quality", "audio", "mode", "speed")
# Slow today: the last orders took this many times as long as those before them.
SLOW_TIMES = 1.7
SLOW_AT_LEAST_S = 10.0
NOW = timedelta(minutes=30)
NOW_ENOUGH = 3


@dataclass(frozen=True)
class Wait:
    """Half of the orders are ready in `usual_s`, nine of ten in `mostly_s`.

    When the model is slow today, these are the times of today.
    """

    usual_s: float
    mostly_s: float
    is_slow: bool = False


@dataclass(frozen=True)
class _Done:
    took_s: float
    at: datetime


def expect(model: AIModel, *, params: Mapping[str, ParamValue], now: datetime) -> Wait:
    """Before there is anything to learn from, the card's estimate."""
    done = _latest(model, params)
    late = [one for one in done if one.at > now - NOW]
    earlier = [one for one in done if one.at <= now - NOW]
    usual_s = _middle(earlier) or _middle(done) or _estimate_s(model)
    now_s = _middle(late, enough=NOW_ENOUGH)
    if now_s and now_s > max(usual_s * SLOW_TIMES, usual_s + SLOW_AT_LEAST_S):
        return Wait(now_s, _ninth(late), is_slow=True)
    return Wait(usual_s, max(_ninth(done), usual_s))


def usual_time_s(model: AIModel, *, params: Mapping[str, ParamValue] | None = None) -> float:
    """The middle of the latest orders like this one; the card's estimate before that."""
    return _middle(_latest(model, params or {})) or _estimate_s(model)


def _latest(model: AIModel, params: Mapping[str, ParamValue]) -> list[_Done]:
    """With the same telling parameters where there are enough of them, else all."""
    rows = GenRequest.objects.filter(
        ai_model=model,
        status=GenRequest.Status.DONE,
        processing_time__isnull=False,
        completed_at__isnull=False,
    ).order_by("-completed_at")
    facts = rows.values_list("processing_time", "completed_at", "generation_params")[:LATEST]
    asked = {name: params[name] for name in TELLING if name in params}
    alike: list[_Done] = []
    every: list[_Done] = []
    for took_s, at, made_with in facts:
        if took_s is None or at is None:
            continue
        every.append(_Done(took_s, at))
        if all(made_with.get(name) == value for name, value in asked.items()):
            alike.append(every[-1])
    return alike if len(alike) >= ENOUGH else every


def _middle(done: Sequence[_Done], *, enough: int = ENOUGH) -> float | None:
    return median(one.took_s for one in done) if len(done) >= enough else None


def _ninth(done: Sequence[_Done]) -> float:
    """Nine of ten were quicker; nothing where there are too few to say so."""
    if len(done) < 2:  # quantiles need two
        return 0.0
    return quantiles((one.took_s for one in done), n=10, method="inclusive")[-1]


def _estimate_s(model: AIModel) -> float:
    card = catalog.find(model.slug)
    return float(card.usual_time_s) if card else 60.0


def average_time_s(model: AIModel) -> float:
    """The same from the model's row alone, for lists: the mean of all its delivered orders."""
    is_known = model.total_generations >= ENOUGH
    return model.average_generation_time if is_known else _estimate_s(model)
