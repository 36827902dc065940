from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from dashboard import chart
from dashboard.templatetags import figures

SPACE = figures.THIN_SPACE


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (figures.whole(1234567), f"1{SPACE}234{SPACE}567"),
        (figures.whole(Decimal("0.40")), "0"),
        (figures.whole(None), "—"),
        (figures.usd(Decimal("1234.5")), f"$1{SPACE}234.50"),
        (figures.usd(Decimal("-0.05")), "−$0.05"),
        (figures.usd(Decimal("-0.004")), "$0.00"),
        (figures.usd(0), "$0.00"),
        (figures.tokens(Decimal("3.20")), "3.20"),
        (figures.tokens(Decimal("1500.00")), f"1{SPACE}500"),
        (figures.tokens(Decimal("-0.5")), "-0.50"),
        (figures.tokens(0), "0"),
        (figures.tokens(None), "—"),
        (figures.fine_usd(Decimal("0.0336")), "$0.0336"),
        (figures.fine_usd(Decimal("-0.0144")), "−$0.0144"),
        (figures.fine_usd(None), "—"),
        (figures.later(timedelta(seconds=0.4)), f"+0,4{SPACE}с"),
        (figures.later(timedelta(seconds=125)), f"+2{SPACE}мин 5{SPACE}с"),
        (figures.later(timedelta(hours=3, minutes=10)), f"+3{SPACE}ч 10{SPACE}мин"),
        (figures.percent(1.0), f"100{SPACE}%"),
        (figures.percent(0.987), f"98,7{SPACE}%"),
        (figures.percent(0.9999), f"99,9{SPACE}%"),
        (figures.percent(0.5), f"50{SPACE}%"),
        (figures.percent(None), "—"),
        (figures.change(0.25), f"+25{SPACE}%"),
        (figures.change(-0.1), f"−10{SPACE}%"),
        (figures.change(0.001), ""),
        (figures.change(None), ""),
        (figures.seconds(4.24), f"4,2{SPACE}с"),
        (figures.seconds(59.97), f"1{SPACE}мин 0{SPACE}с"),
        (figures.seconds(125.4), f"2{SPACE}мин 5{SPACE}с"),
        (figures.seconds(None), "—"),
    ],
)
def test_numbers_are_short_and_have_a_unit(shown, expected):
    assert shown == expected


@pytest.mark.parametrize(
    ("age_s", "expected"), [(5, "5"), (70, "1"), (7300, "2"), (200_000, "2"), (-9, "0")]
)
def test_an_age_is_told_in_its_largest_unit(age_s, expected):
    assert figures.ago(timezone.now() - timedelta(seconds=age_s)).split(SPACE)[0] == expected


def test_bars_stand_on_the_ground_on_top_of_each_other():
    days = [
        {"day": date(2026, 5, 1), "orders": 10, "done": 6, "failed": 3},
        {"day": date(2026, 5, 2), "orders": 0, "done": 0, "failed": 0},
    ]

    full, empty = chart.draw(days).bars

    ground = chart.HEIGHT - chart.LABELS_HEIGHT
    assert full.done_y + full.done_height == pytest.approx(ground)
    assert full.failed_y + full.failed_height == pytest.approx(full.done_y)
    assert full.rest_y + full.rest_height == pytest.approx(full.failed_y)
    assert full.done_height == pytest.approx(2 * full.failed_height, abs=0.2)
    assert empty.done_height == empty.failed_height == empty.rest_height == 0
    assert full.x + full.width < empty.x < chart.WIDTH


@pytest.mark.parametrize(
    ("highest", "top"), [(0, 4), (4, 4), (5, 10), (26, 40), (81, 100), (1001, 2000)]
)
def test_the_axis_ends_at_a_round_number_above_the_highest_bar(highest, top):
    row = {"day": date(2026, 5, 1), "orders": highest, "done": highest, "failed": 0}

    assert chart.draw([row]).lines[-1].number == top
