"""The terms of each kind against the public list; broken facilities with line and column; defaults by the rest."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, get_args

import pytest
from plan_examples import SMALL, problems_of

from forecast.errors import InputError
from forecast.plan.facilities import KINDS, TERMS, FacilityKind, kinds_with, terms_of
from forecast.plan.reading import load_plan, scenario_from_settings

if TYPE_CHECKING:
    from pathlib import Path

LINE = '[[facilities]]\nname = "line"\nkind = "revolver"\nlimit = 100\nannual_rate = 0.05\n'
"""Lines 15 to 19 of a plan; what a test adds begins on line 20."""

BROKEN = {
    "an unknown kind": (
        '[[facilities]]\nname = "line"\nkind = "revolving"\nlimit = -1\n',
        [
            '17:8: facilities.line.kind: is "revolving"; write "revolver"',
            "18:9: facilities.line.limit: is -1; write an amount of yuan 0 or more",
        ],
    ),
    "no kind and no name": (
        "[[facilities]]\nlimits = 5\n",
        [
            "15:1: facilities[1].name: is missing; write name = … (its name, of its own)",
            "15:1: facilities[1].kind: is missing; write kind = … (its kind)",
            '16:1: facilities[1].limits: is no key of a plan here; write "limit"',
        ],
    ),
    "a line without limit and rate": (
        '[[facilities]]\nname = "line"\nkind = "overdraft"\n',
        [
            ("15:1: facilities.line.limit: is missing; write limit = … (most that may be owed)"),
            "15:1: facilities.line.annual_rate: is missing; write annual_rate = … (interest on what is drawn)",
        ],
    ),
    "an unknown term": (
        LINE + "comitment_fee = 0.002\n",
        ['20:1: facilities.line.comitment_fee: is no key of a plan here; write "commitment_fee"'],
    ),
    "a term of another kind": (
        LINE + "tenor_days = 90\n",
        [
            (
                "20:1: facilities.line.tenor_days: is a term of term_loan, inventory, owner_loan, "
                'not of "revolver" (its own: minimum_draw, stamp_duty, '
                "interest_vat, guarantee_fee, lpr, lpr_date, basis_points); leave it out"
            )
        ],
    ),
    "a rate in percent": (
        LINE.replace("0.05", "4.35"),
        ["19:15: facilities.line.annual_rate: is 4.35; write a fraction from 0 to 1 (0.05 for 5 %); 4.35 % is 0.0435"],
    ),
    "more drawn than the limit": (
        LINE + "drawn = 101\nminimum_draw = 200\n",
        [
            "20:9: facilities.line.drawn: is 101.0, above limit = 100.0; write at most the limit",
            "21:16: facilities.line.minimum_draw: is 200.0, above limit = 100.0; write at most the limit",
        ],
    ),
    "drawn but not signed": (
        LINE + "drawn = 50\nsigned = false\n",
        ["21:10: facilities.line.signed: is false, yet drawn = 50.0; write signed = true, or drawn = 0"],
    ),
    "days out of order": (
        LINE.replace("revolver", "term_loan")
        + "available_from = 2026-12-01\navailable_to = 2026-11-01\ndraw_date = 2026-10-20\n",
        [
            (
                "21:16: facilities.line.available_to: is 2026-11-01, before available_from = 2026-12-01; "
                "write a day on or after it"
            ),
            "22:13: facilities.line.draw_date: is 2026-10-20; write a day from available_from to available_to",
        ],
    ),
    "instalments without a tenor": (
        LINE.replace("revolver", "term_loan") + 'repayment = "equal_instalments"\n',
        ['15:1: facilities.line.tenor_days: is missing; write tenor_days = … for repayment = "equal_instalments"'],
    ),
    "an unknown channel": (
        LINE.replace("revolver", "receivables") + 'channels = ["baitiao", "huabei"]\n',
        ['20:24: facilities.line.channels[2]: "huabei" is no channel of the plan; write one of baitiao, wechat'],
    ),
    "inventory without the days of its base": (
        '[[facilities]]\nname = "stock"\nkind = "inventory"\nannual_rate = 0.05\n',
        [("15:1: facilities.stock.tenor_days: is missing; write tenor_days = … (from drawing to falling due)")],
    ),
    "a fee on a limit that is not there": (
        '[[facilities]]\nname = "factor"\nkind = "factoring"\ncommitment_fee = 0.001\n',
        ["15:1: facilities.factor.limit: is missing; write limit = … (yuan), on which commitment_fee is charged"],
    ),
    "a prime rate without its day, and basis points that lead below 0": (
        LINE.replace("annual_rate = 0.05", "lpr = 0.03\nbasis_points = -301"),
        [
            "15:1: facilities.line.lpr_date: is missing; write lpr_date = … (the day of `lpr`)",
            (
                "20:16: facilities.line.basis_points: with lpr comes to -0.0001; "
                "write hundredths of a per cent that leave a rate from 0 to 1"
            ),
        ],
    ),
    "another rate beside the prime rate": (
        LINE + "lpr = 0.03\nlpr_date = 2026-09-21\nbasis_points = 85\n",
        [
            (
                "19:15: facilities.line.annual_rate: is 0.05, and lpr with basis_points comes to 0.0385; "
                "leave annual_rate out, or change lpr or basis_points"
            )
        ],
    ),
    "basis points on nothing": (
        LINE + "basis_points = 85\n",
        [
            (
                "20:1: facilities.line.basis_points: belongs to lpr, which is missing; "
                "write lpr = … (a fraction), or leave it out and write annual_rate"
            )
        ],
    ),
    "one name for two": (
        LINE + LINE,
        ['21:8: facilities.line.name: "line" is the name of facility 1 too; write a name of its own for each'],
    ),
    "a table in place of a list": (
        '[facilities.line]\nkind = "revolver"\n',
        ["15:1: facilities: is a table; write a list of tables: [[facilities]] before each"],
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_facility_is_told_whole(tmp_path: Path, case: str) -> None:
    text, problems = BROKEN[case]
    assert problems_of(SMALL + text, tmp_path) == [f"plan.toml:{problem}" for problem in problems]


def test_defaults_that_depend_on_the_rest(tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    factoring = '[[facilities]]\nname = "factor"\nkind = "factoring"\n'
    (tmp_path / "orders.csv").touch()
    plan.write_text(SMALL + factoring + LINE + "drawn = 5\n", encoding="utf-8")
    factor, line = load_plan(plan).facilities
    assert factor.channels == ("baitiao", "wechat"), "every channel, where none is named"
    assert factor.limit is None, "bounded by its receivables alone"
    assert not factor.signed
    assert line.signed, "what is drawn has been arranged"
    assert line.channels == (), "a revolver has no channels"


def test_the_rate_may_be_the_prime_rate_and_basis_points(tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    (tmp_path / "orders.csv").touch()
    stated = LINE.replace("annual_rate = 0.05", "lpr = 0.03\nlpr_date = 2026-09-21\nbasis_points = 85")
    plan.write_text(SMALL + stated, encoding="utf-8")
    (line,) = load_plan(plan).facilities
    assert (line.annual_rate, line.lpr_date) == (0.0385, dt.date(2026, 9, 21))
    raised = scenario_from_settings(load_plan(plan), ["facilities.line.lpr=0.035"]).facilities
    assert raised is not None
    assert raised[0].annual_rate == 0.0435
    with pytest.raises(InputError, match=r"lpr with basis_points comes to 0\.0385"):
        scenario_from_settings(load_plan(plan), ["facilities.line.annual_rate=0.05"])


BANK = "interest_vat guarantee_fee lpr lpr_date basis_points"

OWN = {
    "revolver": f"minimum_draw stamp_duty {BANK}",
    "term_loan": f"tenor_days repayment draw_date prepayment_fee stamp_duty {BANK}",
    "receivables": f"advance_rate channels max_age_days concentration service_fee {BANK}",
    "factoring": "advance_rate channels service_fee discount_rate recourse",
    "inventory": f"tenor_days advance_rate category {BANK}",
    "early_settlement": "channels fee_per_day",
    "payables_extension": "",
    "overdraft": BANK,
    "owner_loan": "tenor_days",
}


NEEDS = {
    "revolver": "limit annual_rate",
    "term_loan": "limit annual_rate",
    "receivables": "annual_rate",
    "factoring": "",
    "inventory": "annual_rate tenor_days",
    "early_settlement": "",
    "payables_extension": "",
    "overdraft": "limit annual_rate",
    "owner_loan": "limit",
}


@pytest.mark.parametrize("kind", get_args(FacilityKind))
def test_every_kind_takes_the_common_terms_and_its_own(kind: FacilityKind) -> None:
    assert KINDS[kind].own == tuple(OWN[kind].split())
    assert KINDS[kind].needs == tuple(NEEDS[kind].split())
    assert [term.name for term in terms_of(kind)] == [*list(TERMS)[:14], *KINDS[kind].own]


def test_common_terms_end_with_interest_due() -> None:
    assert list(TERMS)[13] == "interest_due"
    assert kinds_with("limit") == get_args(FacilityKind)


def test_a_term_knows_its_kinds() -> None:
    assert kinds_with("tenor_days") == ("term_loan", "inventory", "owner_loan")
    assert kinds_with("colour") == ()


def test_a_term_names_kinds_that_there_are_and_is_needed_by_such_as_take_it() -> None:
    for name, term in TERMS.items():
        assert {*term.kinds, *term.needed_by} <= set(KINDS), name
        assert set(term.needed_by) <= set(kinds_with(name)), name


def test_rates_and_days_have_an_upper_bound_and_money_the_plan_s_own() -> None:
    for term in TERMS.values():
        assert (term.high is not None) == (term.type in {"rate", "integer"}), term
        assert not math.isnan(term.low or 0)


def test_a_facility_keeps_its_keys_under_their_own_names_in_the_order_of_the_reference() -> None:
    assert all(name == term.name for name, term in TERMS.items())
    assert all(term.is_single for term in TERMS.values())
