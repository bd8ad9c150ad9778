"""A real review's result: its effects and lines add up, by channel and for the whole shop."""

from __future__ import annotations

from operator import attrgetter

import pytest
from study_examples import example_review

from forecast.results.backtest import SERIES

RESULT = example_review()
PARTS = [RESULT.total, *RESULT.by_channel.values()]


def test_the_effects_lead_from_forecast_to_actual() -> None:
    for part in PARTS:
        effects = part.effects
        led = effects.volume + effects.failure + effects.timing + effects.refunds + effects.fees
        assert part.receipts.forecast + led == pytest.approx(part.receipts.actual, abs=0.05)


@pytest.mark.parametrize("side", ["forecast", "actual", "difference"])
def test_the_lines_lead_from_orders_to_receipts(side: str) -> None:
    of = attrgetter(side)
    for lines in (part.lines for part in PARTS):
        placed = of(lines.opening) + of(lines.sales)
        left = of(lines.undeducted) + of(lines.in_transit) + of(lines.refunded_before) + of(lines.fees)
        assert placed - left == pytest.approx(of(lines.settled), abs=0.1)
        assert of(lines.settled) - of(lines.refunded_after) == pytest.approx(of(lines.receipts), abs=0.02)
        unpaid = of(lines.lost) + of(lines.never_paid) + of(lines.pending)
        assert unpaid == pytest.approx(of(lines.undeducted), abs=0.05)


def test_the_course_by_day_ends_at_the_sums() -> None:
    for series in SERIES:
        by_day, found = RESULT.daily.of(series), RESULT.total.of(series)
        assert (by_day.actual[-1], by_day.mean[-1], by_day.p95[-1]) == pytest.approx(
            (found.actual, found.forecast, found.p95), abs=0.05
        )
        assert found.inside == (found.p05 <= found.actual <= found.p95)
