"""Tables beside the options: costs and last days, covenants, what one more is worth, and what would help."""

from __future__ import annotations

from result_example import example_result

from forecast.outputs.figures import Figures
from forecast.outputs.tables import financing as tables_financing

RESULT = example_result("en")
FIGURES = Figures.of(RESULT)
BASE = RESULT["scenarios"]["base"]
BEST = BASE["financing"]["recommended"]


def test_the_recommended_mix_first_then_each_facility_alone() -> None:
    table = tables_financing.costs(BASE, FIGURES)
    assert [row[0] for row in table.rows] == ["Recommended: bank_line", "bank_line alone", "stock_pledge alone"]
    row = dict(zip(table.heads, table.rows[0], strict=True))
    assert row["Interest"] == FIGURES.money(BEST["interest"])
    assert row["Compound annual rate"] == "5.71%"
    assert row["Simple annual rate"] == "5.56%"
    assert row["Days drawn"] == "17.2"
    assert (row["Begin by"], row["Sign by"], row["Ask by"]) == ("2026-10-28", "2026-10-30", "2026-10-30")
    assert set(table.rows[2][1:]) == {"–"}


def test_parts_of_a_mix_are_shown_where_there_are_several() -> None:
    part = BEST["mix"][0]
    best = BEST | {"mix": [part, part | {"facility": "overdraft"}]}
    pair = BASE | {"financing": {"recommended": best, "options": []}}
    assert [row[0] for row in tables_financing.costs(pair, FIGURES).rows] == [
        "Recommended: bank_line, overdraft",
        "of it bank_line",
        "of it overdraft",
    ]


def test_covenants_with_what_was_agreed_and_reached() -> None:
    table = tables_financing.covenants(BASE, FIGURES)
    assert table is not None
    assert table.rows[0] == [
        "Recommended",
        "Greatest utilisation of limits",
        "90.0%",
        "72.0%",
        "3.1%",
        "2026-11-05",
        "yes",
    ]
    none = BASE | {"financing": {"recommended": BEST | {"covenants": []}, "options": []}}
    assert tables_financing.covenants(none, FIGURES) is None


def test_what_one_more_is_worth() -> None:
    limits, days = tables_financing.marginal(RESULT, BASE, FIGURES)
    assert limits.rows == [["bank_line", "20,000", "-0.00097", "0.20%", "no"]]
    assert days.rows == [
        ["All channels", "120,000", "120,000", "812"],
        ["JD Baitiao", "70,000", "70,000", "500"],
    ]
    assert tables_financing.marginal(RESULT, RESULT["scenarios"]["peak_outage"], FIGURES) == []


def test_what_would_help_in_words() -> None:
    assert tables_financing.remedy(BASE) == ""
    lacking = BASE | {"financing": {"recommended": BEST | {"remedy": {"text": "more"}}, "options": []}}
    assert tables_financing.remedy(lacking) == "more"
