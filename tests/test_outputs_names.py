"""Names of facilities as readers know them."""

from __future__ import annotations

from dataclasses import replace

from result_example import example_result

from forecast.outputs.names import facility_names
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
