"""Better uses: a right that makes a mix dearer is done without, which is told; what saves little is left alone."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from financing_cases import BANK_LINE, EARLY, OVERDRAFT, case_of, shop

from benchmarks.brute_force import CONFIDENCE, random_plan
from benchmarks.rights import in_debt
from forecast.financing import better_use, search
from forecast.financing.better_use import (
    Used,
    _least,
    better_used,
    made_to_hold,
    on_notice_as_agreed,
    used_otherwise,
    uses_told,
)
from forecast.financing.bound import lower_bound
from forecast.financing.comparison import compare
from forecast.financing.desk import Desk, Proposal, ranks
from forecast.financing.mixes import in_order
from forecast.financing.search import names_of
from forecast.financing.selection import single
from forecast.financing.simplest import SEARCH_TOLERANCE, Choice
from forecast.financing.sizing import size_single
from forecast.financing.uses import AS_OFFERED, Use
from forecast.financing.verdict import lay_out
from forecast.liquidity import case_buffer
from forecast.notes import note_text
from forecast.plan.model import Facility

if TYPE_CHECKING:
    from forecast.cash import CashCase
    from forecast.financing.halves import Halves
    from forecast.financing.options import Recommendation

IN_AUGUST = [4600.0, -71000, 4000, 3200, -36200, 1800, -31300, 2900, 5700, 4200, 5800, -700, 3100, 5600, -700, 0, -800]
IN_AUGUST += [2700.0, 61000, 47800, 1200, 5300, 4600, -1800, 300, 53000, -900]
IN_MARCH = [4348.0, -65244, -705, -756, 1973, 2145, -1895, -2689, -98361, 1446, -52, 4774, 1518, -2203, 543, 3337, 1087]
IN_MARCH += [3291.0, 3224, -1522, 1004, 4088, -747, -1279, 3488, 2006, 5399]

ON_STOCK = Facility(
    "on_stock", "inventory", 108_000.0, annual_rate=0.1721, notice_days=2, tenor_days=60, advance_rate=0.8
)
LINE = Facility(
    "line", "revolver", 177_000.0, annual_rate=0.1191, day_count="30/360", arrangement_fee=0.001, notice_days=2
)
OWNER = Facility(
    "owner",
    "owner_loan",
    24_000.0,
    annual_rate=0.1384,
    day_count="act/360",
    interest_due="day_20",
    notice_days=1,
    signing_days=2,
    tenor_days=14,
)
QUICK_ON_STOCK = Facility("on_stock", "inventory", 104_000.0, annual_rate=0.097, tenor_days=20)


def stocked(flows: list[float], as_of: dt.date, opening: float) -> CashCase:
    """A certain scenario whose large payments are purchases of stock."""
    bought = -np.where(np.array(flows) < -30_000, np.array(flows), 0.0)
    return case_of([flows], opening=opening, as_of=as_of, purchases={"stock": bought})


def recommended(case: CashCase, *facilities: Facility) -> Recommendation:
    return compare(case, facilities, 0.95, case_buffer(case, 0.95).buffer, bound_paths=1).recommended


def test_a_day_less_of_notice_never_makes_a_mix_dearer() -> None:
    case = stocked(IN_AUGUST, dt.date(2026, 8, 17), 29_000.0)
    slower = recommended(case, ON_STOCK, LINE)
    sooner = recommended(case, ON_STOCK, replace(LINE, notice_days=1))
    assert slower.feasible
    assert sooner.feasible
    assert sooner.expected_cost <= slower.expected_cost * (1 + SEARCH_TOLERANCE) + 1


def test_a_day_less_to_sign_never_makes_a_mix_dearer() -> None:
    case = stocked(IN_MARCH, dt.date(2026, 3, 4), 38_516.0)
    slower = recommended(case, OWNER, QUICK_ON_STOCK)
    sooner = recommended(case, replace(OWNER, signing_days=1), QUICK_ON_STOCK)
    assert slower.feasible
    assert sooner.feasible
    assert sooner.expected_cost <= slower.expected_cost * (1 + SEARCH_TOLERANCE) + 1


@pytest.mark.parametrize(
    ("seed", "count", "mix", "quantile"),
    [
        (4, 2, {"line": 280_000.0, "cheaper": 80_496.06, "overdraft": 190_000.0}, 0.5),
        (52, 3, {"line": 32_000.0, "cheaper": 152_906.83, "owner": 130_000.0}, 0.95),
        (78, 2, {"line": 180_000.0, "cheaper": 183_865.51}, 0.8),  # asked ahead it needs a larger reserve to hold
    ],
)
def test_a_line_that_needs_no_notice_is_asked_for_on_notice_where_that_is_cheaper(
    seed: int, count: int, mix: dict[str, float], quantile: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    # of two lines that come a day sooner one is dearer without notice, and is best asked for some days ahead
    monkeypatch.setattr(better_use, "ROUNDS", 1)
    monkeypatch.setattr(better_use, "LONGER", (3,))
    numbers = random.Random(f"in debt {seed}")  # noqa: S311  # a plan, no secret
    case, facilities = in_debt(random_plan(seed, 200, count), numbers)[1]
    halves = lay_out(case, facilities, CONFIDENCE, case_buffer(case, CONFIDENCE).buffer)
    offered = halves.costed(Proposal(*in_order(halves.seen, mix), quantile))
    assert halves.holds(offered.proposal)
    found = better_used(halves, Used(halves, Choice(offered, holds=True, cheapest=0.0, simple=0.0)), None)
    assert found.choice.taken.cost < offered.cost * (1 - SEARCH_TOLERANCE / 2) - 0.5
    assert found.uses["line"].notice_longer > 0
    assert [one.code for one in uses_told(found.choice.taken.proposal)] == ["used_on_notice"]


def test_what_just_holds_is_measured_against_what_just_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(better_use, "ROUNDS", 1)
    monkeypatch.setattr(better_use, "LONGER", (1,))
    # asked a day ahead the mix saves 33; sized on the upper limit, by which the one offered does not hold, only 3
    halves = lines_sooner(143, 2, "owner", 1)
    mix = {"owner": 300_000.0, "cheaper": 204_436.88, "overdraft": 260_000.0}
    offered = halves.costed(Proposal(*in_order(halves.seen, mix), 0.5))
    assert halves.holds(offered.proposal)
    assert not halves.seen.surely().carries(offered.proposal)
    found = better_used(halves, Used(halves, Choice(offered, holds=True, cheapest=0.0, simple=0.0)), None)
    assert found.halves.holds(found.choice.taken.proposal)
    assert found.choice.taken.cost < offered.cost - 25.0
    assert found.uses["cheaper"].notice_longer == 1


def lines_sooner(seed: int, count: int, slow: str = "", days: int = 0) -> Halves:
    """A random plan of so many facilities whose lines need a day's notice less, ``slow`` signed after some days."""
    case, facilities = random_plan(seed, 200, count)
    signed = tuple(replace(one, signing_days=days) if one.name == slow else one for one in facilities)
    case, facilities = in_debt((case, signed), random.Random(f"in debt {seed}"))[1]  # noqa: S311  # a plan, no secret
    return lay_out(case, facilities, CONFIDENCE, case_buffer(case, CONFIDENCE).buffer)


def test_lines_that_come_a_day_sooner_are_asked_a_day_sooner_where_nothing_else_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search, "TRIES", 5)
    monkeypatch.setattr(search, "MOST_TRIES", 5)
    halves = lines_sooner(98, 3, "owner", 2)
    found = made_to_hold(halves, [None for _ in halves.seen.items], None)
    assert found is not None
    assert found.choice.holds
    assert halves.using(found.uses).holds(found.choice.taken.proposal)
    assert {name: use.notice_longer for name, use in found.uses.items()} == {"cheaper": 1, "dear": 1}


def test_in_a_small_scenario_the_choice_is_made_again_with_lines_asked_a_day_sooner(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # with a day more of notice 659.44 was found, with a day less 714.01
    monkeypatch.setattr(better_use, "ROUNDS", 0)
    monkeypatch.setattr(search, "TRIES", 10)
    monkeypatch.setattr(search, "MOST_TRIES", 10)
    halves = lines_sooner(119, 1, "early", 3)
    offered = halves.costed(Proposal(*in_order(halves.seen, {"cheaper": 201_326.21, "early": 95_000.0}), 1.0))
    assert halves.holds(offered.proposal)
    assert offered.cost > 700.0
    best = Used(halves, Choice(offered, holds=True, cheapest=0.0, simple=0.0))
    singles = [single(halves, item) for item in halves.seen.items]
    found = used_otherwise(halves, best, singles, None)
    assert found.choice.taken.cost < 659.5
    assert found.uses["cheaper"].notice_longer in {1, 3}
    assert [one.code for one in uses_told(found.choice.taken.proposal)] == ["used_on_notice"]
    days, paths = halves.seen.days.flows.shape
    monkeypatch.setattr(better_use, "SMALL", days * (paths + better_use.STEPS) - 1)
    assert used_otherwise(halves, best, singles, None) is best


def test_what_is_signed_at_once_is_put_off_as_what_is_signed_a_day_later_is() -> None:
    # signed at once or a day later the money comes the next day, so that a day later alone saves nothing
    case, facilities = random_plan(122, 200, 2)
    later, sooner = (
        recommended(case, *(replace(one, signing_days=days if one.name == "stock_loan" else 0) for one in facilities))
        for days in (1, 0)
    )
    assert later.feasible
    assert "used_when_signed_later" in [one.code for one in later.reasons]
    assert sooner.feasible
    assert sooner.expected_cost <= later.expected_cost * (1 + SEARCH_TOLERANCE) + 1


def test_a_later_signature_is_told_and_is_the_day_that_fees_count_from() -> None:
    desk = Desk.of(stocked(IN_MARCH, dt.date(2026, 3, 4), 38_516.0), [OWNER, QUICK_ON_STOCK], 0.95)
    owner = desk.laid_out("owner", Use(signed_later=1))
    (told,) = uses_told(Proposal((owner, desk.laid_out("on_stock", AS_OFFERED)), (24_000.0, 1e5)))
    assert (told.code, dict(told.values)) == ("used_when_signed_later", {"facility": "owner", "days": 1})
    assert owner.calendar.start == desk.laid_out("owner", AS_OFFERED).calendar.start + 1


def test_the_mixs_own_facilities_are_tried_beside_a_cheaper_set_which_the_judge_may_refuse() -> None:
    line = replace(OVERDRAFT, name="line", kind="revolver", limit=1e7, annual_rate=0.05, commitment_fee=0.01)
    desk = Desk.of(shop(60), [line, replace(OVERDRAFT, name="dear", limit=1e7, annual_rate=0.12)], 0.95)
    start = size_single(desk, desk.items[0], 1e7, ranks(desk))
    assert start is not None
    screen = desk.using({"line": Use(signed_later=2)})
    tried = [names_of(one) for one in _least(screen, start.proposal, start.cost, 20)]
    assert tried == [("line", "dear"), ("line",)]
    assert _least(screen, start.proposal, 0.0, 20) == []


def test_what_would_save_next_to_nothing_is_used_as_offered() -> None:
    found = recommended(shop(400), BANK_LINE, OVERDRAFT, replace(EARLY, limit=1e6))
    assert found.feasible
    assert {one.arrangement.terms.use for one in found.outcome.accounts} == {Use()}
    assert not [one for one in found.reasons if one.code.startswith("used_")]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_longer_notice_is_told_with_what_is_offered(language: str) -> None:
    case = stocked(IN_AUGUST, dt.date(2026, 8, 17), 29_000.0)
    found = recommended(case, ON_STOCK, replace(LINE, notice_days=1))
    told = [note_text(one, language) for one in found.reasons if one.code == "used_on_longer_notice"]
    assert len(told) == 1
    assert all(days in told[0] for days in ("2", "1"))


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "提前 2 个工作日申请，虽然无须提前"), ("en", "2 banking days ahead, though it")]
)
def test_what_needs_no_notice_is_told_so_where_it_is_asked_for_ahead(language: str, words: str) -> None:
    desk = Desk.of(case_of([[-100.0] * 9]), [OVERDRAFT], 0.95)
    (told,) = uses_told(Proposal((desk.laid_out(OVERDRAFT.name, Use(notice_longer=2)),), (1e5,)))
    assert words in note_text(told, language)


def test_a_dear_line_on_notice_beside_a_cheaper_one_without_is_asked_for_the_rest() -> None:
    # 50,000 from Saturday the 7th, 20,000 more from Wednesday the 11th, all back on Sunday the 15th
    flows = [0.0] * 5 + [-50_000.0] + [0.0] * 3 + [-20_000.0] + [0.0] * 3 + [80_000.0] + [100.0] * 20
    quick = Facility("quick", "overdraft", 40_000.0, annual_rate=0.05)
    slow = Facility("slow", "revolver", 60_000.0, annual_rate=0.15, notice_days=2)
    found = recommended(case_of([flows], as_of=dt.date(2026, 3, 1)), quick, slow)
    by_hand = 40_000 * 8 * 0.05 / 365 + (10_000 * 5 + 30_000 * 4) * 0.15 / 365  # the first 10,000 from Friday on
    assert found.expected_cost == pytest.approx(by_hand, abs=0.01)
    assert "used_beside" in [one.code for one in found.reasons]


def test_the_lower_bound_knows_the_notice_that_is_agreed() -> None:
    # 10,000 are lacking from Monday on: asked on Friday evening the line brings them that day, on longer notice later
    case = case_of([[0.0, 0.0, -10_000.0, *[0.0] * 8, 20_000.0]])
    quick = Facility("quick", "overdraft", 40_000.0, annual_rate=0.2)
    slow = Facility("slow", "revolver", 60_000.0, annual_rate=0.05, notice_days=1)
    desk = Desk.of(case, [quick, slow], 0.95).using({"slow": Use(notice_longer=1)})
    outcome = desk.run(Proposal(desk.items, (60_000.0, 40_000.0)))
    assert lower_bound(on_notice_as_agreed(desk, outcome), 1)[0] == pytest.approx(10_000 * 9 * 0.05 / 365)
    assert lower_bound(outcome, 1)[0] == pytest.approx(10_000 * (0.2 + 8 * 0.05) / 365)


LOTS = Facility("lots", "revolver", 30_000.0, annual_rate=0.1, minimum_draw=20_000.0)


def in_two_steps() -> CashCase:
    """25,000 are lacking from Wednesday on, 5,000 more from Thursday, and all comes back on the next Monday."""
    flows = np.zeros(20)
    flows[[2, 3, 7]] = -25_000.0, -5_000.0, 40_000.0
    return case_of([flows.tolist()], as_of=dt.date(2026, 3, 1))


@pytest.mark.parametrize("limit", [30_000.0, 44_999.0])
def test_the_last_lot_is_drawn_ahead_where_no_whole_one_is_left_and_nothing_else_holds(limit: float) -> None:
    found = compare(in_two_steps(), [replace(LOTS, limit=limit)], 0.95, case_buffer(in_two_steps(), 0.95).buffer)
    assert found.recommended.feasible
    assert found.recommended.expected_cost <= 30_000 * 5 * 0.1 / 365 + 0.01
    assert "used_ahead" in [one.code for one in found.recommended.reasons]
    assert found.options[0].feasible
    assert [one.where for one in found.notes if one.code == "alone_used_ahead"] == ["facilities.lots"]


def test_what_does_not_hold_ahead_either_is_told_as_it_is_offered() -> None:
    case = in_two_steps()
    found = compare(case, [replace(LOTS, limit=29_000.0)], 0.95, case_buffer(case, 0.95).buffer)
    assert not found.recommended.feasible
    assert not found.options[0].feasible
    assert [one.code for one in found.recommended.reasons] == ["chosen_least_short"]
    assert "alone_used_ahead" not in [one.code for one in found.notes]


BY_DAY = [
    700.0,
    1800,
    1700,
    2300,
    -600,
    2800,
    800,
    1700,
    -32200,
    -32400,
    -600,
    -200,
    1600,
    900,
    1800,
    -200,
    44800,
    -1900,
]
BY_DAY += [-47400.0, -100, -1900, 1400, -1700, 25200, -400, -1200, -1200, 27400, 2200, -1600]
BY_WEEK = [
    500.0,
    400,
    1800,
    2000,
    -300,
    700,
    -80900,
    1500,
    2800,
    1700,
    2400,
    1300,
    -700,
    23400,
    -26000,
    500,
    -1200,
    -600,
]
BY_WEEK += [-1300.0, -2000, 33800, -400, 1300, 48500, -500, 900, -1400, -1400, 1500, -1600]
OVER_WEEKEND = [2000.0, 2100, 400, -700, -2000, -34700, 400, 1800, -100, 1900, -44600, 2000, 1600, -17900, 33700, 1400]
OVER_WEEKEND += [-1000.0, 800, 2000, 31300, 2000, 1400, 2200, -300, -1500, 2000, 2000, 200, 47500, -1000]


@pytest.mark.parametrize(
    ("flows", "as_of", "opening", "limit", "lot", "notice", "whole_from"),
    [
        (BY_DAY, dt.date(2026, 3, 15), 12_000.0, 51_635.0, 17_000.0, 1, 8),
        (BY_WEEK, dt.date(2026, 3, 13), 11_000.0, 74_520.0, 27_000.0, 3, 6),
        (OVER_WEEKEND, dt.date(2026, 3, 17), 14_000.0, 84_870.0, 43_000.0, 2, 5),
    ],
)
def test_lots_on_notice_are_kept_until_a_lot_can_arrive_again(
    flows: list[float], as_of: dt.date, opening: float, limit: float, lot: float, notice: int, whole_from: int
) -> None:
    # by hand: all of the line from one day on, of which nothing is repaid, with its interest paid out of cash
    there = opening + np.cumsum(flows) + np.where(np.arange(30) >= whole_from, limit * (1 - 0.1 * 30 / 365), 0.0)
    assert (there >= 0).all()
    line = Facility("line", "revolver", limit, annual_rate=0.1, notice_days=notice, minimum_draw=lot)
    found = recommended(case_of([flows], opening=opening, as_of=as_of), line)
    assert found.feasible
    assert "used_ahead" in [one.code for one in found.reasons]
    assert found.expected_cost < limit * 0.1 * (30 - whole_from) / 365
