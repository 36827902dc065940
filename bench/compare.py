"""Interleaved runs of two variants, medians, and a table of ratios."""

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Measures = Mapping[str, float]
Variants = Mapping[str, Callable[[], Measures]]


@dataclass(frozen=True)
class Comparison:
    """Medians of the first and the second variant, measure by measure."""

    title: str
    names: tuple[str, str]
    rows: tuple[tuple[str, float, float], ...]


def compare(title: str, variants: Variants, *, rounds: int = 3) -> Comparison:
    """Run both variants in turn, so that a busy minute of the machine meets both."""
    first, second = variants
    runs: dict[str, list[Measures]] = {first: [], second: []}
    for number in range(rounds):
        order = (first, second) if number % 2 == 0 else (second, first)
        for name in order:
            runs[name].append(variants[name]())
    rows = tuple(
        (measure, _median(runs[first], measure), _median(runs[second], measure))
        for measure in runs[first][0]
    )
    return Comparison(title, (first, second), rows)


def latencies(took_s: list[float]) -> dict[str, float]:
    """The middle and the slow end, in milliseconds."""
    percentiles = statistics.quantiles(took_s, n=100, method="inclusive")
    return {"p50, ms": percentiles[49] * 1000, "p99, ms": percentiles[98] * 1000}


def render(comparison: Comparison) -> str:
    first, second = comparison.names
    width = max(len(first), len(second), 8)
    lines = [comparison.title, f"{'':26}{first:>{width}}  {second:>{width}}  first : second"]
    for measure, ours, other in comparison.rows:
        ratio = f"{ours / other:.2f}" if other else "-"
        lines.append(f"  {measure:24}{ours:>{width}.2f}  {other:>{width}.2f}  {ratio:>14}")
    return "\n".join(lines)


def _median(runs: list[Measures], measure: str) -> float:
    return statistics.median(run[measure] for run in runs)
