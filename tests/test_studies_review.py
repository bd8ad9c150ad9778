"""The review: what came against an earlier forecast, on a shop whose every change a person can follow."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from earlier_runs import THEN, earlier_run
from ledgers import shop_orders

from forecast.errors import InputError
from forecast.records import plain
from forecast.results.review import Line
from forecast.studies.earlier import read_earlier
from forecast.studies.review import _on_opening, review
from forecast.studies.variance import EFFECTS

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.results.inputs import NoteShown
    from forecast.results.review import ReviewResult


def fen(yuan: float) -> int:
    return round(100 * yuan)


def check_sums(result: ReviewResult) -> None:
    """Forecast + effects = actual to the fen, by channel and in all; the whole is the sum of the channels."""
    for part in (*result.by_channel.values(), result.total):
        effects = sum(fen(part["effects"][name]) for name in EFFECTS)
        assert fen(part["receipts"]["forecast"]) + effects == fen(part["receipts"]["actual"])
        lines = {name: fen(line["actual"]) for name, line in plain(part.lines).items()}
        assert lines["undeducted"] == lines["lost"] + lines["never_paid"] + lines["pending"]
        assert min(lines.values()) >= 0
        ways = ("undeducted", "in_transit", "refunded_before", "fees", "settled")
        assert lines["opening"] + lines["sales"] == sum(lines[way] for way in ways)
    for name in EFFECTS:
        parts = [fen(part["effects"][name]) for part in result.by_channel.values()]
        assert fen(result.total["effects"][name]) == sum(parts)


def told(result: ReviewResult) -> list[NoteShown]:
    """The notes but for one that this shop always has: every order of it that failed was paid in the end."""
    assert "only_deducted" in {note.code for note in result.notes}
    return [note for note in result.notes if note.code != "only_deducted"]


def changed(orders: str, *, channel: str, since: str, **replacements: str) -> str:
    """The orders of a channel placed since a day with texts replaced (``amount="100.00:150.00"``)."""
    head, *rows = orders.splitlines()
    out = []
    for row in rows:
        cells = row.split(",")
        if cells[1] == channel and cells[2] >= since:
            for change in replacements.values():
                old, new = change.split(":")
                cells = [new if cell == old else cell for cell in cells]
        out.append(",".join(cells))
    return "\n".join([head, *out]) + "\n"


def test_a_shop_that_goes_on_as_before_has_small_effects_inside_its_interval(tmp_path: Path) -> None:
    plan, path = earlier_run(tmp_path)
    steps: list[str] = []
    result = review(plan, path, progress=steps.append)
    check_sums(result)
    assert steps == ["ledger"]
    assert (result["first_day"], result["as_of"], result["days"]) == ("2026-09-28", "2026-10-17", 20)
    total = result.total
    assert total["sales"]["actual"] == 40_000.0
    # orders up to two days before the last have settled, and each day one thirteenth of a day's orders comes back
    assert total["lines"]["settled"]["actual"] + total["lines"]["fees"]["actual"] == pytest.approx(40_000.0, rel=0.02)
    assert abs(total["receipts"]["difference"]) < 0.05 * total["receipts"]["forecast"]
    assert total["receipts"]["inside"]
    assert told(result) == []
    assert result["daily"]["receipts"]["actual"][-1] == pytest.approx(total["receipts"]["actual"])


def test_only_the_days_that_are_known_are_reviewed(tmp_path: Path) -> None:
    plan, path = earlier_run(tmp_path)
    early = review(replace(plan, horizon=replace(plan.horizon, as_of=THEN.replace(month=10, day=1))), path)
    check_sums(early)
    assert (early["as_of"], early["days"], len(early["daily"]["dates"])) == ("2026-10-01", 4, 4)


def test_larger_orders_are_volume_of_their_channel_alone(tmp_path: Path) -> None:
    orders = changed(shop_orders(), channel="wechat", since="2026-09-28", a="100.00:150.00", s="99.00:148.50")
    result = review(*earlier_run(tmp_path, orders))
    check_sums(result)
    wechat, baitiao = result.by_channel["wechat"], result.by_channel["baitiao"]
    assert wechat["sales"]["difference"] > 9_000.0
    # of 20 days' orders 18 settle in time; what they bring more is volume
    assert wechat["effects"]["volume"] == pytest.approx(0.5 * 18_000 * 0.99 * 12 / 13, rel=0.08)
    assert all(abs(wechat["effects"][name]) < 700.0 for name in EFFECTS if name != "volume")
    assert abs(baitiao["effects"]["volume"]) < abs(baitiao["sales"]["difference"])
    assert not wechat["sales"]["inside"]


def test_orders_that_fail_for_good_are_failure(tmp_path: Path) -> None:
    head, *rows = shop_orders().splitlines()
    lost = []
    for row in rows:
        cells = row.split(",")
        if cells[1] == "baitiao" and cells[2] >= "2026-09-28" and int(cells[0]) % 4 == 0:
            day = cells[2][:10]
            cells[4:] = ["validation", f"{day} 20:00:00", "", f"{day} 23:00:00", "", "", "", ""]
        lost.append(",".join(cells))
    result = review(*earlier_run(tmp_path, "\n".join([head, *lost]) + "\n"))
    check_sums(result)
    baitiao = result.by_channel["baitiao"]
    assert baitiao["lines"]["lost"]["actual"] == 4_000.0
    # two orders in ten; of what they would have brought 18 of 20 days would have arrived
    assert baitiao["effects"]["failure"] == pytest.approx(-0.2 * 18_000 * 0.99 * 12 / 13, rel=0.12)
    assert all(abs(baitiao["effects"][name]) < 900.0 for name in EFFECTS if name != "failure")


def test_a_held_payout_is_timing(tmp_path: Path) -> None:
    head, *rows = shop_orders().splitlines()
    held = []
    for row in rows:
        cells = row.split(",")
        if cells[1] == "wechat" and cells[8] >= "2026-10-12":
            cells[8], cells[10], cells[11] = "2026-10-30", "", ""
        held.append(",".join(cells))
    result = review(*earlier_run(tmp_path, "\n".join([head, *held]) + "\n"))
    check_sums(result)
    wechat = result.by_channel["wechat"]
    assert wechat["effects"]["timing"] == pytest.approx(-6 * 1000.0 * 0.99, rel=0.1)
    assert all(abs(wechat["effects"][name]) < 800.0 for name in EFFECTS if name != "timing")


def test_a_dearer_channel_is_fees(tmp_path: Path) -> None:
    orders = changed(shop_orders(), channel="wechat", since="2026-09-28", s="99.00:97.00")
    result = review(*earlier_run(tmp_path, orders))
    check_sums(result)
    assert result.by_channel["wechat"]["effects"]["fees"] == pytest.approx(-0.02 * 18_000, rel=0.05)


def test_older_orders_that_turned_up_later_are_told_and_counted_as_volume(tmp_path: Path) -> None:
    late = "".join(
        f"L{one},wechat,2026-09-27 19:00:00,100.00,,,2026-09-27 19:00:09,,2026-09-29,99.00,,\n" for one in range(10)
    )
    result = review(*earlier_run(tmp_path, shop_orders() + late))
    check_sums(result)
    wechat = result.by_channel["wechat"]
    assert wechat["revised"] == pytest.approx(990.0, abs=0.5)
    assert wechat["lines"]["opening"]["difference"] == 1_000.0
    assert [(note["code"], note["where"]) for note in told(result)] == [("review_revised", "channels.wechat")]


def without_days(orders: str, first: str, last: str) -> str:
    """The orders without those placed from one day to another."""
    return "".join(row for row in orders.splitlines(keepends=True) if not first <= row.split(",")[2][:10] <= last)


@pytest.mark.parametrize(("ends", "days", "cut"), [("2026-10-10", 13, 1), ("2026-10-15", 18, 1), ("2026-10-16", 20, 0)])
def test_days_after_the_last_order_of_a_ledger_that_has_stopped_are_not_reviewed(
    ends: str, days: int, cut: int, tmp_path: Path
) -> None:
    after = str(dt.date.fromisoformat(ends) + dt.timedelta(days=1))
    result = review(*earlier_run(tmp_path, without_days(shop_orders(), after, "2026-10-18")))
    check_sums(result)
    assert (result["days"], result["as_of"]) == (days, ends if cut else "2026-10-17")
    assert [note["code"] for note in told(result)] == ["review_ledger_ends"] * cut
    if cut:
        assert result.total["sales"]["actual"] == 2_000.0 * days
        assert f"ends on {ends}" in told(result)[0]["text"]


def test_days_without_orders_that_later_ones_follow_are_reviewed(tmp_path: Path) -> None:
    result = review(*earlier_run(tmp_path, without_days(shop_orders(), "2026-10-13", "2026-10-17")))
    assert (result["days"], told(result)) == (20, [])
    assert result.total["sales"]["actual"] == 2_000.0 * 15


def test_a_ledger_that_ends_before_the_forecast_begins_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as told:
        review(*earlier_run(tmp_path, shop_orders(100, until="2026-09-27")))
    assert "ledger.orders: orders.csv has no order after 2026-09-27, and plan.as_of is 2026-10-18" in str(told.value)
    assert "no day of the forecast of 2026-09-27 is known; write orders up to as_of into the ledger" in str(told.value)


def test_a_result_whose_open_orders_are_not_the_ledgers_is_told_first(tmp_path: Path) -> None:
    orders = changed(shop_orders(), channel="wechat", since="2026-01-01", a="100.00:300.00", s="99.00:297.00")
    first = told(review(*earlier_run(tmp_path, orders)))[0]
    # 4,200 yuan were open on two like channels by the result, and one of them has thrice as much by the ledger
    assert (first["code"], first["where"]) == ("review_other_ledger", "ledger")
    assert first["text"].startswith("CAUTION: 50% of the receivables open on the evening of 2026-09-27 do not match")


def test_a_trifle_that_was_open_is_no_sign_of_another_ledger(tmp_path: Path) -> None:
    plan, path = earlier_run(tmp_path)
    earlier = read_earlier(path, plan)
    assert _on_opening(plan, earlier, [Line(100.0, 1_000.0, 900.0)]) == []
    assert len(_on_opening(plan, earlier, [Line(100.0, 1_200.0, 1_100.0)])) == 1
