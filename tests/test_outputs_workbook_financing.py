"""The financing sheet: the recommended mix with its parts, then each facility alone, equal to the result."""

from __future__ import annotations

import pytest
from result_example import example_result
from workbook_example import column, written

from forecast.outputs.figures import Figures

FORMULAS, VALUES = (book["Financing"] for book in written("en"))
FINANCING = example_result("en").scenarios["base"].financing
assert FINANCING
NAMED = Figures.of(example_result("en")).facility
BEST, OPTIONS = FINANCING.recommended, FINANCING.options
FIRST = 5
"""Excel's row of the first line: the recommended mix of base."""


def row_of(kind: str, facility: str) -> int:
    """The first row of a kind of line and a facility, base before the other scenarios."""
    return next(row for row in range(FIRST, 40) if [VALUES.cell(row, at).value for at in (2, 3)] == [kind, facility])


def figure(row: int, head: str) -> object:
    return VALUES.cell(row, column(VALUES, head, 4)).value


def test_the_recommendation_its_parts_and_every_option_are_listed() -> None:
    assert BEST.runner_up is not None
    count = 1 + len(BEST.mix) + 1 + len(OPTIONS)
    rows = [row[1:5] for row in VALUES.iter_rows(min_row=FIRST, max_row=FIRST + count - 1, values_only=True)]
    assert rows[0] == ("Recommended", ", ".join(NAMED(part.facility) for part in BEST.mix), None, "yes")
    assert rows[1] == ("Limit used", "Payables extension", "Payables extension", None)
    assert [row[1] for row in rows if row[0] == "Limit used"] == [NAMED(part.facility) for part in BEST.mix]
    assert [row for row in rows if row[0] == "Runner-up"] == [("Runner-up", "Revolver", None, "yes")]
    assert [row[1] for row in rows if row[0] == "Option"] == [NAMED(option.facility) for option in OPTIONS]
    assert VALUES.cell(FIRST + count, 1).value == "Baitiao failure rate 10%"


def test_cost_is_the_sum_of_its_parts_and_a_part_has_none_of_its_own() -> None:
    assert FORMULAS.cell(FIRST, 9).value == f"=SUM(F{FIRST}:H{FIRST})"
    assert VALUES.cell(FIRST, 9).value == pytest.approx(BEST.expected_cost)
    assert figure(row_of("Limit used", "Payables extension"), "Expected cost") is None


def test_a_mix_shows_its_chance_of_a_shortfall_its_bound_and_the_last_days_of_its_parts() -> None:
    assert figure(FIRST, "Chance of still falling short") == BEST.shortfall_probability
    assert figure(FIRST, "Lower bound of cost (hindsight)") == BEST.lower_bound
    for row, part in enumerate(BEST.mix, FIRST + 1):
        days = (part.days.latest_start_day, part.days.latest_signing_day, part.days.latest_notice_day)
        shown = [VALUES.cell(row, at).value for at in (19, 20, 21)]
        assert [day and day.date() for day in shown] == list(days)


def test_a_part_shows_the_compound_rate_of_its_flows_as_its_effective_rate() -> None:
    part = next(part for part in BEST.mix if part.rates.compound_rate is not None)
    row = row_of("Limit used", NAMED(part.facility))
    assert figure(row, "Effective annual rate") == pytest.approx(part.rates.compound_rate)
    assert figure(row, "Limit used") == pytest.approx(part.limit_used)
    assert figure(row, "Simple annual rate") == pytest.approx(part.rates.simple_rate)


def test_an_option_shows_its_own_figures_and_why_it_does_not_hold() -> None:
    option = OPTIONS[-1]
    row = row_of("Option", NAMED(option.facility))
    assert figure(row, "Peak drawn") == pytest.approx(option.rates.peak_drawn)
    assert figure(row, "Chance of still falling short") == pytest.approx(option.shortfall_probability)
    assert figure(row, "Reason") == option.why_not
    assert figure(row, "Lower bound of cost (hindsight)") is None
