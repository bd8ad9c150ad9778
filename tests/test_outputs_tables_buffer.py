"""Tables on the buffer: its parts with their sum, and second opinions with what they rest on."""

from __future__ import annotations

from result_example import example_result

from forecast.outputs.figures import Figures
from forecast.outputs.tables import buffer as tables_buffer

RESULT = example_result("en")
FIGURES = Figures.of(RESULT)
BASE = RESULT["scenarios"]["base"]


def test_parts_and_their_sum() -> None:
    table = tables_buffer.drivers(BASE, FIGURES)
    assert table is not None
    assert table.rows[1] == ["Payments: Stock", "5,700,000"]
    assert table.rows[-1] == ["Liquidity buffer", FIGURES.money(BASE["buffer"]["amount"])]
    assert table.strong_rows == (len(table.rows) - 1,)
    assert tables_buffer.drivers(RESULT["scenarios"]["peak_outage"], FIGURES) is None


def test_second_opinions_say_what_they_rest_on() -> None:
    table = tables_buffer.cross_checks(BASE, 0.95, FIGURES)
    assert table is not None
    assert [row[0] for row in table.rows] == [
        "Miller–Orr: return point",
        "Miller–Orr: average balance",
        "Miller–Orr: upper limit",
        "Buffer at the confidence of least cost (92.6%)",
        "What a yuan short must cost for 95%",
    ]
    assert "4.35% a year" in table.rows[0][2]
    assert "0.0600" in table.rows[3][2]


def test_where_nothing_is_concluded_it_says_what_to_give() -> None:
    checks = BASE["buffer"]["cross_checks"] | {"miller_orr": None, "least_cost": None}
    table = tables_buffer.cross_checks({"buffer": {"cross_checks": checks}}, 0.95, FIGURES)
    assert table is not None
    assert "cash.idle_cost" in table.rows[0][2]
    assert tables_buffer.cross_checks({"buffer": {"cross_checks": None}}, 0.95, FIGURES) is None
