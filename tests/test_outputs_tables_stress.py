"""The tables of a stress test as text, in both languages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from stress_shop import kept_stress

from forecast.outputs.figures import Figures
from forecast.outputs.tables import stress as tables
from forecast.results.stress import Reverse

if TYPE_CHECKING:
    from forecast.plan.model import Language

RESULT = kept_stress()
FIGURES = Figures.of(RESULT)


@pytest.mark.parametrize(
    ("key", "english", "chinese"),
    [
        ("failure_rate.baitiao", "failure rate, baitiao", "baitiao失败率"),
        ("failure_rate.baitiao.validation", "failures by Order validation, baitiao", "baitiao因订单校验的失败"),
        ("outage_days.jd_pay", "clearing outage from the first peak on, JD Pay", "京东支付清算中断（自首个高峰日起）"),
        ("flop", "volume, stock bought before", "销量（备货照旧）"),
        ("costs.stock", "cost: Stock", "随销量变动的费用：备货采购"),
        ('flows."a.b"', "other flows: a.b", "其他收支：a.b"),
    ],
)
def test_keys_are_told_in_words(key: str, english: str, chinese: str) -> None:
    zh = kept_stress("zh")
    assert tables.what(key, RESULT, FIGURES) == english
    assert tables.what(key, zh, Figures.of(zh)) == chinese


def test_levels_have_their_units() -> None:
    levels = {"failure_rate.a": 0.125, "volume": 1.2, "outage_days.a": 3, "opening_balance": -2_423.0}
    assert [tables.level(key, value, FIGURES) for key, value in levels.items()] == ["12.5%", "1.2×", "3", "-2,423"]
    assert tables.level("refund_rate.a", -0.01, FIGURES, change=True) == "-1 pp"
    assert tables.level("volume", None, FIGURES) == "–"


def test_cells_that_no_mix_carries_are_crossed() -> None:
    table = tables.grid(RESULT, "buffer", FIGURES)
    crossed = [[cell.endswith("×") for cell in row[1:]] for row in table.rows]
    assert crossed == [[not holds for holds in row] for row in RESULT.grid.feasible]


def test_the_longest_bar_is_the_first_and_pages_have_none() -> None:
    table = tables.tornado(RESULT, FIGURES)
    bars = [row[-1].count("█") for row in table.rows]
    assert bars[0] == tables.BAR == max(bars)
    assert not any("█" in cell for row in tables.tornado(RESULT, FIGURES, bars=False).rows for cell in row)


@pytest.mark.parametrize(
    ("upper", "ends", "said"),
    [
        (500.0, [300.0, 120.0], "both ends within the simulation's error (500): no direction shows"),
        (500.0, [-300.0, -120.0], "both ends within the simulation's error (500): no direction shows"),
        (500.0, [300.0, 501.0], "both ends move it the same way"),
        (None, [300.0, 120.0], "both ends move it the same way"),
        (500.0, [300.0, -120.0], ""),
        (500.0, [0.0, 120.0], ""),
    ],
)
def test_a_row_whose_ends_lie_on_one_side_of_base_says_why(upper: float | None, ends: list[float], said: str) -> None:
    base = replace(RESULT.base, buffer=1_000.0, buffer_upper=None if upper is None else 1_000.0 + upper)
    row = replace(RESULT.sensitivities[0], buffer=[1_000.0 + end for end in ends])
    result = replace(RESULT, scenarios=RESULT.scenarios | {"base": base}, sensitivities=[row])
    assert tables.one_sided(row, result, FIGURES) == said
    table = tables.tornado(result, FIGURES)
    assert table.rows[0][-1].lstrip("█") == said
    page = tables.tornado(result, FIGURES, bars=False)
    assert (page.heads[-1], page.rows[0][-1]) == (("Remark", said) if said else ("Effect", page.rows[0][5]))


def test_what_breaks_stands_before_what_never_does() -> None:
    statuses = [next(one.status for one in RESULT.reverse if one.text == row[2]) for row in _reverse_rows()]
    assert statuses == sorted(statuses, key=("always", "found", "never").index)
    first = tables.first_to_break(RESULT)
    assert first is not None
    assert first.status == "found"


def broken(key: str, value: float, likelihood: float | None) -> Reverse:
    """A breaking point; ranges go from 0 to 1, and of the volume from 1 to 10."""
    ends = [1.0, 10.0] if key == "volume" else [0.0, 1.0]
    return Reverse(key, "found", value, None, 0.01, ends, monotone=True, likelihood=likelihood, draws=None, text=key)


def test_the_headline_is_what_is_likeliest_and_of_equals_the_nearest() -> None:
    volume, flop = broken("volume", 9.19, 0.0), broken("flop", 0.4, 0.0)
    unknown, likely = broken("outage_days.jd_pay", 0.3, None), broken("recovery.card", 0.9, 0.02)
    cash = broken("opening_balance", 0.1, None)
    for every, first in (
        ([volume, flop], flop),
        ([volume, flop, unknown], unknown),
        ([volume, flop, unknown, likely], likely),
        ([cash, volume], volume),
        ([volume, likely, replace(cash, status="always")], cash),
    ):
        found = tables.first_to_break(replace(RESULT, reverse=every))
        assert found is not None
        assert found.key == first.key


def test_a_cost_that_is_not_known_says_that_nothing_holds() -> None:
    costs = [[None, *row[1:]] for row in RESULT.grid.expected_cost]
    poor = replace(
        RESULT, grid=replace(RESULT.grid, expected_cost=costs), fixes=[replace(RESULT.fixes[0], expected_cost=None)]
    )
    assert tables.grid(poor, "cost", FIGURES).rows[0][1] == "does not hold"
    assert tables.fixes(poor, FIGURES).rows[0][4] == "does not hold"
    assert tables.scenarios(RESULT, FIGURES).rows[1][7] == "does not hold"
    zh = replace(poor, language="zh")
    assert tables.grid(zh, "cost", Figures.of(zh)).rows[0][1] == "撑不住"


def test_no_change_has_no_sign() -> None:
    assert tables.level("refund_rate.a", -0.0, FIGURES, change=True) == "0 pp"
    assert tables.level("volume", -0.0, FIGURES, change=True) == "0×"


def _reverse_rows() -> list[list[str]]:
    return [list(row) for row in tables.reverse(RESULT, FIGURES).rows]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_answer_of_the_frontier_says_what_to_move(language: Language) -> None:
    result = kept_stress(language)
    figures = Figures.of(result)
    unasked = tables.frontier_answer(result, figures)
    assert "--buffer" in unasked, "nothing is recommended that was not asked for"
    wanting = replace(result, buffer_wanted=1_000.0)
    base = [replace(one, recommended=not one.share) for one in result.frontier]
    stay = "none at all" if language == "en" else "不转移"
    assert stay in tables.frontier_answer(replace(wanting, frontier=base), figures)
    alone = tables.frontier_answer(replace(result, frontier=[]), figures)
    assert ("one channel alone" if language == "en" else "只有一个渠道") in alone
    moved = [replace(one, recommended=one.share == 0.5, cost=-120.0) for one in result.frontier]
    gains = tables.frontier_answer(replace(wanting, frontier=moved[:5]), figures)
    assert "50%" in gains
    assert "-120" not in gains
    assert f"{100 * result.lost:g}%" in gains, "a gain rests on how many moved orders are lost"
    needless = "need be moved" if language == "en" else "不转移也已达到"
    assert needless not in gains
    met = replace(wanting, frontier=moved[:5], buffer_wanted=result.scenarios["base"].buffer)
    assert needless in tables.frontier_answer(met, figures)
    none = [replace(one, recommended=False) for one in result.frontier]
    told = tables.frontier_answer(replace(wanting, frontier=none), figures)
    assert "1,000" in told
    assert ("none;" if language == "en" else "没有") in told


def test_the_efficient_points_name_base_once() -> None:
    table = tables.frontier(RESULT, FIGURES, efficient=True)
    assert [row[1] for row in table.rows].count("0%") == 1


def test_a_table_that_is_cut_says_of_how_many_rows() -> None:
    whole = tables.tornado(RESULT, FIGURES)
    short = tables.cut(whole, 2, FIGURES)
    assert (len(short.rows), len(whole.rows) > 2) == (2, True)
    assert short.caption.startswith(f"{whole.caption} (the first 2 of {len(whole.rows)};")
    assert tables.cut(whole, len(whole.rows), FIGURES) is whole


def test_a_name_in_quotes_is_told_without_them() -> None:
    assert tables.bare("baitiao") == "baitiao"
    assert tables.bare('"=HYPERLINK(\\"x\\")"') == '=HYPERLINK("x")'
    assert tables.bare('"a.b".validation') == "a.b.validation"
