"""The break-evens as tables."""

from __future__ import annotations

from result_example import example_result

from forecast.commands.break_even import break_even_text
from forecast.results.answers import BreakEven, Stretch


def stretch(low: float, high: float, mix: tuple[str, ...], cheapest: str | None, cost: float, then: float) -> Stretch:
    """Give a stretch that holds where some facility does."""
    return Stretch(low, high, feasible=cheapest is not None, mix=mix, cheapest=cheapest, cost_low=cost, cost_high=then)


FOUND = [
    BreakEven(
        "failure_rate.baitiao",
        0.0387,
        0.0025,
        (
            stretch(0.0, 0.1, ("bank_line",), "bank_line", 1_000.0, 1_200.0),
            stretch(0.1025, 0.2, ("bank_line", "overdraft"), "overdraft", 1_210.0, 1_500.0),
            stretch(0.2025, 0.5, (), None, 1_510.0, 9_000.0),
        ),
    ),
    BreakEven("volume", 1.0, 0.01, (stretch(0.6, 2.0, (), "bank_line", 0.0, 0.0),)),
]


def test_the_text_names_levels_choices_and_costs() -> None:
    lines = break_even_text(example_result("en"), FOUND).splitlines()
    assert "failure_rate.baitiao" in lines[0]
    assert "0.0387" in lines[0]
    assert lines[2].split()[:4] == ["0", "0.1", "Revolver", "Revolver"]
    assert "Revolver, Overdraft" in lines[3]
    assert "no facilities suffice" in lines[4]
    assert "no financing needed" in lines[-1]
    assert "临界点" in break_even_text(example_result("zh"), FOUND)
