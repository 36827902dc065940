import pytest

from bench.compare import Comparison, compare, latencies, render


def test_variants_take_turns_and_medians_are_kept():
    calls = []

    def variant(name, rates):
        def run():
            calls.append(name)
            return {"rate": rates[calls.count(name) - 1]}

        return run

    compared = compare(
        "t", {"a": variant("a", [10.0, 90.0, 30.0]), "b": variant("b", [5.0, 6.0, 400.0])}
    )

    assert calls == ["a", "b", "b", "a", "a", "b"]
    assert compared.rows == (("rate", 30.0, 6.0),)


def test_the_table_shows_the_ratio_of_the_first_to_the_second():
    table = render(Comparison("title", ("ours", "other"), (("rate", 30.0, 12.0),)))

    assert table.splitlines()[0] == "title"
    assert table.splitlines()[2].split() == ["rate", "30.00", "12.00", "2.50"]


def test_latencies_are_the_middle_and_the_slow_end_in_milliseconds():
    shown = latencies([number / 1000 for number in range(1, 102)])

    assert shown["p50, ms"] == pytest.approx(51)
    assert shown["p99, ms"] == pytest.approx(100)
