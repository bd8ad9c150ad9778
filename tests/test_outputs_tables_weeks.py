"""The thirteen weeks: Monday to Sunday, and means that add up from opening cash to closing."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace

import pytest
from result_example import example_result

from forecast.outputs.figures import Figures
from forecast.outputs.tables.weeks import WEEKS, thirteen_weeks, weeks_of

RESULT = example_result("en")
FIGURES = Figures.of(RESULT)


def amounts(scenario: str) -> dict[str, list[float]]:
    rows = thirteen_weeks(RESULT, RESULT.scenarios[scenario], FIGURES).rows
    return {label: [float(cell.replace(",", "") or "nan") for cell in cells] for label, *cells in rows}


def test_a_horizon_is_cut_behind_its_sundays_into_at_most_thirteen_weeks() -> None:
    days = [str(dt.date(2026, 10, 14) + dt.timedelta(days=ahead)) for ahead in range(120)]  # from a Wednesday on
    weeks = weeks_of(days)
    assert len(weeks) == WEEKS
    assert [week.first for week in weeks[:3]] == [0, 5, 12]
    assert all(one.after == following.first for one, following in itertools.pairwise(weeks))
    assert weeks_of(days[:3])[-1].after == 3


@pytest.mark.parametrize("scenario", list(RESULT.scenarios))
def test_each_week_leads_from_opening_cash_to_closing_as_the_daily_forecast_has_it(scenario: str) -> None:
    found, one = amounts(scenario), RESULT.scenarios[scenario]
    assert one.cash_after_financing is not None
    opening, closing = found["Opening cash"], found["Closing before financing"]
    for place, week in enumerate(weeks_of(one.dates)):
        assert opening[place] + found["Net flow"][place] == pytest.approx(closing[place], abs=2)
        assert closing[place] == pytest.approx(one.cash_before_financing.mean[week.after - 1], abs=1)
        assert found["Closing after financing"][place] == pytest.approx(
            one.cash_after_financing.mean[week.after - 1], abs=1
        )
    assert opening[1:-1] == closing[:-2]


def test_the_flows_of_a_week_add_up_to_its_net_flow() -> None:
    found = amounts("base")
    flows = list(found)[1 : list(found).index("Net flow")]
    assert {"JD Baitiao", "Stock", "Payroll"} <= set(flows)
    for place in range(len(found["Net flow"])):
        assert sum(found[label][place] for label in flows) == pytest.approx(found["Net flow"][place], abs=len(flows))


def test_large_amounts_are_written_in_thousands() -> None:
    base = RESULT.base
    large = replace(
        base,
        receipts=base.receipts,
        by_channel={
            name: replace(one, receipts=replace(one.receipts, mean=[2_000_000.0 for _ in base.dates]))
            for name, one in base.by_channel.items()
        },
    )
    table = thirteen_weeks(RESULT, large, FIGURES)
    assert "CNY thousand" in table.caption
    assert table.rows[1][1] == "14,000.0"


def test_next_to_nothing_has_no_sign_in_thousands() -> None:
    opening = replace(RESULT.cash_of(RESULT.base), opening_balance=5e6)
    flows = [-5.0] * len(RESULT.base.dates)
    own = replace(RESULT.base, cash=replace(opening, other_flows=flows))
    cells = [cell for row in thirteen_weeks(RESULT, own, Figures.of(RESULT)).rows for cell in row]
    assert "5,000.0" in cells
    assert "0.0" in cells
    assert "-0.0" not in cells


def test_a_scenario_with_flows_of_its_own_shows_their_sum() -> None:
    terms = replace(RESULT.cash_of(RESULT.base), other_flows=[-10.0 for _ in RESULT.base.dates])
    rows = thirteen_weeks(RESULT, replace(RESULT.base, cash=terms), FIGURES).rows
    assert next(row for row in rows if row[0] == "Other flows")[1] == "-70"
