"""The tables of an emergency plan: what falls short, whom to call by when, and what is still to be filled in."""

from __future__ import annotations

from dataclasses import replace

from playbook_shop import kept_playbook

from forecast.outputs.figures import Figures
from forecast.outputs.tables import playbook as tables

RESULT = kept_playbook()
FIGURES = Figures.of(RESULT)
PLAN = RESULT.causes[1]


def test_cash_shows_what_falls_short_and_counts_the_others() -> None:
    assert [one.channel for one in PLAN.incidents if one.arranged_rate is None] == []
    held = replace(PLAN.incidents[0], arranged_rate=None)
    plan = replace(PLAN, incidents=[held, *PLAN.incidents[1:]])
    table = tables.cash(plan, RESULT, FIGURES)
    assert len(table.rows) == len(plan.incidents) - 1
    first = plan.incidents[1]
    assert list(table.rows[0][:5]) == ["baitiao", f"worst day, {first.start}", "1", "from 2%", "holds"]
    counted = "In {} other cases what is arranged holds though all fails: {}".format
    assert tables.others(PLAN, RESULT, FIGURES) == ""
    assert tables.others(plan, RESULT, FIGURES) == counted(1, "baitiao")
    short = replace(PLAN, incidents=[one for one in PLAN.incidents if one.arranged_rate is not None])
    assert len(tables.cash(short, RESULT, FIGURES).rows) == len(short.incidents)
    assert tables.others(short, RESULT, FIGURES) == ""
    calm = replace(PLAN, incidents=[replace(one, arranged_rate=None) for one in PLAN.incidents])
    told = tables.others(calm, RESULT, FIGURES)
    assert told.startswith(f"In all {len(PLAN.incidents)} cases tried, what is arranged holds though all fails: ")


def test_a_mix_that_never_held_says_so() -> None:
    assert tables.limit_text(0.0, FIGURES) == "short already"
    assert tables.limit_text(None, FIGURES) == "holds"


def test_calls_have_a_column_a_facility_with_its_last_day() -> None:
    table = tables.calls(PLAN, RESULT, FIGURES)
    assert table is not None
    call = PLAN.incidents[0].calls[0]
    assert table.heads[3] == f"Receivables finance (0 days ahead, {call.room:,.0f} left)"
    assert table.rows[0][3] == call.call_by
    other = PLAN.incidents[0].calls[1]
    assert table.heads[4] == f"Overdraft (0 days ahead, {other.room:,.0f} left)"
    assert table.rows[0][4] == other.call_by
    late = replace(PLAN.incidents[0], calls=[replace(call, call_by=None, too_late_from=0.3)])
    told = tables.calls(replace(PLAN, incidents=[late]), RESULT, FIGURES)
    assert told is not None
    assert told.rows[0][3] == "too late (from 30% on, day 1 is too late)"
    assert tables.calls(replace(PLAN, incidents=[]), RESULT, FIGURES) is None


def test_thresholds_mark_the_playbooks_own_rates() -> None:
    own = replace(PLAN.thresholds[0], alarm_rate=0.25, alarm_source="playbook", alarm_hours=3)
    row = tables.thresholds(replace(PLAN, thresholds=[own]), RESULT, FIGURES).rows[0]
    assert (row[0], row[2], row[3], row[4]) == ("baitiao", "25.0% (own)/3h", "stays", "–")


def test_rows_to_fill_in_stand_out() -> None:
    assert tables.contacts(RESULT.providers, FIGURES).strong_rows == (0, 1)
    known = {name: replace(one, contact="Han", phone="95000") for name, one in RESULT.providers.items()}
    assert tables.contacts(known, FIGURES).strong_rows == ()


def test_a_clearing_name_is_shown_with_its_channels() -> None:
    clearing = RESULT.causes[3].incidents[0]
    assert tables.scope(clearing, RESULT, FIGURES) == "baitiao (baitiao)"


def test_first_to_fall_takes_the_least_rate_and_days() -> None:
    found = tables.first_to_fall(RESULT)
    assert found is not None
    least = min(one.arranged_rate * one.days for plan in RESULT.causes for one in plan.incidents if one.arranged_rate)
    assert (found[1].arranged_rate or 0.0) * found[1].days == least
    assert tables.first_to_fall(replace(RESULT, causes=[])) is None
