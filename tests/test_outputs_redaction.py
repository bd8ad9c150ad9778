"""A redacted result: no name and no amount of the merchant's anywhere on its page, and all ratios as they were."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from result_example import example_result, financing_of
from stress_shop import kept_stress, shop_run

from forecast.outputs.figures import Figures
from forecast.outputs.manifest import InputFile, Inputs
from forecast.outputs.pages.report import Beside, report_html
from forecast.outputs.redaction import names_of, redacted, redacted_stress, scale_of
from forecast.outputs.writing import REPORT
from forecast.outputs.writing_report import LoanFile, write_loan_file
from forecast.records import plain, replaced, rounded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forecast.results.run import Result

RESULT = example_result("zh", merchant="晴川数码旗舰店")
REDACTED = redacted(RESULT)
UNCHANGED = {"days", "orders", "days_between_episodes", "value", "seed", "version", "paths", "judged_paths", "draws"}
"""Figures that are no money: days, counts, and the values of covenants, which are ratios."""


def names() -> set[str]:
    channels, scenarios = RESULT.channels, {name: one for name, one in RESULT.scenarios.items() if name != "base"}
    found = {RESULT.merchant.name, *channels, *scenarios, *(one.name for one in RESULT.facilities)}
    found |= {word for one in channels.values() for word in (one.label, one.clearing)}
    return found | {one.label for one in scenarios.values()}


def amounts() -> list[float]:
    found = [RESULT.opening_balance, RESULT.minimum_balance, RESULT.history.gross, RESULT.history.settled]
    for one in RESULT.scenarios.values():
        found += [one.receipts_total.mean, one.sales_total.mean, one.buffer.amount, one.buffer.funding_gap]
        found += [one.lowest_cash.amount, one.cash_before_financing.mean[7]]
    return found + [part.amount for part in RESULT.base.buffer.drivers or [] if part.amount > 5_000]


def told(result: Result = REDACTED) -> str:
    """The page without its library and its looks: words, and the figures of charts."""
    page = report_html(rounded(result), Beside(redacted=True))
    for rest in (r"<script>/\*.*?</script>", r"<style>.*?</style>", r'class="[^"]*"'):
        page = re.sub(rest, "", page, flags=re.DOTALL)
    return page


def test_no_name_and_no_amount_is_on_the_page() -> None:
    page, figures = told(), Figures.of(RESULT)
    assert len(page) < 1_000_000, "the library is left out"
    assert [name for name in names() if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", page)] == []
    written = {text for amount in amounts() for text in (figures.money(amount), figures.amount(amount))}
    assert [text for text in written if re.search(rf"(?<![\d,.]){re.escape(text)}(?![\d,.])", page)] == []
    assert re.search(rf"(?<![\d,.]){RESULT.history.orders:,}(?![\d,.])", page) is None


def test_a_hundred_is_the_average_day_of_the_past() -> None:
    past = REDACTED.recent_sales.total
    assert sum(past) / len(past) == pytest.approx(100.0)
    share = RESULT.base.buffer.funding_gap / RESULT.base.receipts_total.mean
    assert REDACTED.base.buffer.funding_gap / REDACTED.base.receipts_total.mean == pytest.approx(share)
    nothing = replace(RESULT, recent_sales=replace(RESULT.recent_sales, total=[]))
    assert scale_of(nothing) == pytest.approx(RESULT.base.sales_total.mean / len(RESULT.base.dates))


def test_the_page_is_the_same_whatever_the_scale_of_all_amounts() -> None:
    four = replaced(RESULT, lambda amount: 4.0 * amount, lambda _, text: text)
    assert four.base.buffer.amount == 4.0 * RESULT.base.buffer.amount
    assert told(redacted(four)) == told(REDACTED)


def test_no_figure_of_money_stays_as_it_was() -> None:
    stress, run = kept_stress(), shop_run().result
    pairs = [(plain(RESULT), plain(rounded(REDACTED))), (plain(stress), plain(rounded(redacted_stress(stress, run))))]
    for before, after in pairs:
        same = {place.split(".")[-1] for place, one, other in leaves(before, after) if one == other and abs(one) > 100}
        assert same <= UNCHANGED


def leaves(one: Any, other: Any, place: str = "") -> Iterator[tuple[str, float, float]]:  # noqa: ANN401  # JSON's values
    """The figures of two results side by side, with their places; keys of mappings may be other names."""
    if isinstance(one, dict) and isinstance(other, dict):
        renamed = dict(zip(one, other, strict=False)) if len(one) == len(other) else {}
        for key in one:
            if (found := key if key in other else renamed.get(key, "")) in other:
                yield from leaves(one[key], other[found], f"{place}.{key}")
    elif isinstance(one, list) and isinstance(other, list):
        for left, right in zip(one, other, strict=False):
            yield from leaves(left, right, place)
    elif isinstance(one, int | float) and isinstance(other, int | float):
        yield place, one, other


def test_no_hash_of_a_file_is_told_by_which_guesses_could_be_tried(tmp_path: Path) -> None:
    hashed = InputFile("plan.toml", 987_654_321, "ab" * 32)
    for bare in (False, True):
        told = LoanFile(REDACTED if bare else RESULT, redacted=bare)
        write_loan_file(tmp_path, told, browser=None, inputs=Inputs(files=(hashed,)), command=["forecast", "report"])
        page = (tmp_path / REPORT).read_text(encoding="utf-8")
        assert ("ab" * 32 in page, "plan.toml" in page, "987,654,321" in page) == (not bare,) * 3


def test_rates_days_and_kinds_stay() -> None:
    before, after = financing_of(RESULT).recommended, financing_of(REDACTED).recommended
    assert after.rates.simple_rate == before.rates.simple_rate
    assert after.rates.days_drawn == before.rates.days_drawn
    assert [one.kind for one in REDACTED.facilities] == [one.kind for one in RESULT.facilities]
    assert [one.facility for one in after.mix] == ["授信 4", "授信 5", "授信 2"]


def test_what_would_tell_the_scale_is_left_out() -> None:
    checks = REDACTED.base.buffer.cross_checks
    assert (checks.miller_orr, checks.least_cost, checks.transfer_cost) == (None, None, 0.0)
    assert financing_of(REDACTED, "情景 2").recommended.remedy is None


def test_changes_keep_rates_and_lose_names_and_amounts() -> None:
    known = names_of(RESULT)
    assert known.change("failure_rate.baitiao = 0.1") == "failure_rate.渠道 A = 0.1"
    assert known.change("opening_balance = 50000") == "opening_balance = …"
    assert known.change("outage: clearing = jd_pay, start = 2026-11-11, days = 3") == (
        "outage: clearing = 清算方 1, start = 2026-11-11, days = 3"
    )
    assert known.change("volume.secret_shop = 1.4") == "volume.… = 1.4"


def test_a_category_of_the_merchants_own_bears_a_number_also_where_it_drives_the_buffer() -> None:
    drivers = RESULT.base.buffer.drivers
    assert drivers is not None
    part = replace(drivers[1], key="payments.吴总的车", label="付款：吴总的车")
    base = replace(RESULT.base, buffer=replace(RESULT.base.buffer, drivers=[part]))
    flows = replace(RESULT.other_flows, by_category={"吴总的车": RESULT.other_flows.total})
    found = redacted(replace(RESULT, other_flows=flows, scenarios=RESULT.scenarios | {"base": base}))
    assert found.base.buffer.drivers is not None
    assert "类别 1" in found.base.buffer.drivers[0].label
    assert list(found.other_flows.by_category) == ["类别 1"]


def test_a_scenario_is_named_by_its_changes_in_words() -> None:
    assert REDACTED.scenarios["情景 1"].label == "情景 1（渠道 A失败率 10%）"


def test_a_stress_test_bears_letters_and_indices_too() -> None:
    stress, result = kept_stress(), shop_run().result
    bare, factor = redacted_stress(stress, result), 100.0 / scale_of(result)
    assert bare.grid.buffer[0][0] == pytest.approx(stress.grid.buffer[0][0] * factor)
    assert bare.grid.failure_rate.values == stress.grid.failure_rate.values
    page = report_html(redacted(result), Beside(stress=bare, redacted=True)).rpartition("</style>")[2]
    page = re.sub(r"<script>/\*.*?</script>", "", page, flags=re.DOTALL)
    hidden = [*(one.label for one in stress.channels.values()), *stress.channels]
    hidden += [one.clearing for one in stress.channels.values()]
    assert [name for name in hidden if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", page)] == []
    enough = next(one for one in stress.reverse if one.key == "opening_balance")
    index = next(one for one in bare.reverse if one.key == "opening_balance")
    assert index.range == [pytest.approx(end * factor) for end in enough.range]
    found = [one for one in bare.reverse if one.status == "found"]
    assert found
    assert all(one.text.startswith(("does not hold from", "自 ")) for one in found)
