"""The stress test as a whole: its parts are there, and its scenarios are those of the run."""

from __future__ import annotations

import json
from dataclasses import replace

from stress_shop import kept_stress, shop_run, shop_stress

from forecast.records import json_text, plain, read, rounded
from forecast.results.stress import StressResult
from forecast.studies.stress.study import in_short, stressed_for_lender


def test_scenarios_are_those_of_the_run() -> None:
    result = shop_run().result
    assert list(shop_stress().scenarios) == list(result.scenarios)
    short, base = in_short(result.base), result.base
    assert (short.buffer, short.funding_gap) == (base.buffer.amount, base.buffer.funding_gap)
    assert base.financing is not None
    assert short.expected_cost == base.financing.recommended.expected_cost
    assert short.recommended == [part.facility for part in base.financing.recommended.mix]
    assert not shop_stress().scenarios["flop"].feasible


def test_what_is_written_can_be_read_again() -> None:
    text = json_text(rounded(shop_stress()))
    written = json.loads(text)
    assert plain(read(StressResult, written)) == written
    first = written["frontier"][0]
    assert (first["from"], first["to"], first["share"]) == ("baitiao", "wechat", 0.0)


def test_the_kept_result_is_what_the_engine_gives() -> None:
    assert kept_stress() == rounded(shop_stress()), "python tests/stress_shop.py makes it anew"


def test_notes_of_the_run_are_those_of_the_stress_test() -> None:
    assert shop_stress().notes == shop_run().result.notes


def test_what_a_lender_is_told_are_the_same_figures_without_fixes_and_frontier() -> None:
    steps: list[str] = []
    told, every = stressed_for_lender(shop_run(), steps.append), shop_stress()
    assert told == replace(every, fixes=[], frontier=[], lost=told.lost, buffer_wanted=None)
    assert steps[0] == f"stress:1/{len(steps)}"
    assert steps[-1] == f"stress:{len(steps)}/{len(steps)}", "the count of steps was right from the start"
