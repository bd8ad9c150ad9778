"""Names of facilities as readers know them."""

from __future__ import annotations

from dataclasses import replace

from result_example import example_result

from forecast.outputs.names import facility_names, fit, fitted
from forecast.texts import Texts

LINE, *OTHERS = example_result().facilities


def test_a_facility_bears_the_name_of_its_kind() -> None:
    named = facility_names([LINE, *OTHERS], Texts("zh"))
    assert list(named.values()) == ["循环授信", "应收账款融资", "流动资金贷款", "账期延展", "透支"]


def test_the_plans_name_tells_several_of_a_kind_apart() -> None:
    named = facility_names([LINE, replace(LINE, name="second_bank"), *OTHERS], Texts("en"))
    assert [named["bank_line"], named["second_bank"]] == ["Revolver (bank_line)", "Revolver (second_bank)"]
    assert named["overdraft"] == "Overdraft"


def test_a_name_that_was_written_for_readers_stays() -> None:
    own = [LINE, replace(LINE, name="招行信用贷"), replace(LINE, name="循环授信")]
    assert facility_names(own, Texts("zh")) == {
        "bank_line": "循环授信（bank_line）",
        "招行信用贷": "招行信用贷",
        "循环授信": "循环授信",
    }


def test_a_long_name_is_cut_with_a_mark_and_an_unbroken_one_may_be_broken() -> None:
    assert fit("京东白条") == "京东白条"
    cut = fit("长" * 40_000)
    assert (len(cut), cut[-1]) == (80, "…")
    assert fit("W" * 30) == "W" * 24 + "\u200b" + "W" * 6
    assert "\u200b" not in fit("a name of usual words, " * 4)


def test_names_that_only_a_cut_makes_the_same_are_told_apart() -> None:
    result = example_result("en")
    scenarios = {
        name: replace(one, label="Peak " * 30 + str(place)) if place else one
        for place, (name, one) in enumerate(result.scenarios.items())
    }
    labels = [one.label for one in fitted(replace(result, scenarios=scenarios)).scenarios.values()]
    assert len(set(labels)) == 3
    assert labels[0] == result.base.label
    assert labels[2].endswith("… (2)")
