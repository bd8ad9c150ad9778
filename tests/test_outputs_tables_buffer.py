"""Tables on the buffer: its parts with their sum, and second opinions with what they rest on."""

from __future__ import annotations

from dataclasses import replace

from result_example import example_result

from forecast.outputs.figures import Figures
from forecast.outputs.tables import buffer as tables_buffer

RESULT = example_result("en")
FIGURES = Figures.of(RESULT)
BUFFER = RESULT.scenarios["base"].buffer


def test_parts_and_their_sum() -> None:
    table = tables_buffer.drivers(BUFFER, FIGURES)
    assert table is not None
    assert BUFFER.drivers is not None
    amounts = {part.label: FIGURES.money(part.amount) for part in BUFFER.drivers}
    assert ["Payments: Stock", amounts["Payments: Stock"]] in table.rows
    assert table.rows[-1] == ["Liquidity buffer", FIGURES.money(BUFFER.amount)]
    assert table.strong_rows == (len(table.rows) - 1,)
    assert tables_buffer.drivers(RESULT.scenarios["peak_outage"].buffer, FIGURES) is None


def test_second_opinions_say_what_they_rest_on() -> None:
    table = tables_buffer.cross_checks(BUFFER.cross_checks, 0.95, FIGURES)
    assert [row[0] for row in table.rows] == [
        "Miller–Orr: return point",
        "Miller–Orr: average balance",
        "Miller–Orr: upper limit",
        "Buffer at the confidence of least cost (94.8%)",
        "What a yuan short must cost for 95%",
    ]
    limits = BUFFER.cross_checks.miller_orr
    assert limits is not None
    levels = (limits.return_point, limits.average, limits.upper)
    assert [row[1] for row in table.rows[:3]] == [FIGURES.money(level) for level in levels]
    assert "3.00% a year" in table.rows[0][2]
    assert "0.0600" in table.rows[3][2]


def test_without_the_cost_of_a_shortage_it_says_what_to_give() -> None:
    best = BUFFER.cross_checks.least_cost
    assert best is not None
    unknown = replace(best, underage=None, confidence=None, amount=None)
    table = tables_buffer.cross_checks(replace(BUFFER.cross_checks, least_cost=unknown), 0.95, FIGURES)
    assert len(table.rows) == 4
    assert "what a yuan of shortage costs" in table.rows[-1][2]


def test_where_nothing_is_concluded_it_says_what_to_give() -> None:
    checks = replace(BUFFER.cross_checks, miller_orr=None, least_cost=None)
    assert "state in the plan what an idle yuan costs" in tables_buffer.cross_checks(checks, 0.95, FIGURES).rows[0][2]
