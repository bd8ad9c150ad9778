"""Laws estimated from a ledger, what is unfinished censored."""

from __future__ import annotations

import datetime as dt
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from ledger_plans import AS_OF, csv_of, ledger_of, plan_for, row
from ledgers import shop_ledger, shop_orders, shop_plan

import forecast.receivables.estimation
from forecast.calendar import Calendar
from forecast.notes import note_text
from forecast.plan.model import ALL_CAUSES
from forecast.receivables.drift import drawn_hazards
from forecast.receivables.estimation import DRAWS, FEWEST_DRAWS, draws_for, estimate
from forecast.receivables.hazards import MAX_AGE, incidence
from forecast.receivables.payout import DAY_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecast.receivables.assumptions import Assumptions

CHINA = Calendar("CN")


@cache
def estimated(orders: str | None = None, more: str = "") -> Assumptions:
    with tempfile.TemporaryDirectory() as folder:
        plan = shop_plan(Path(folder), orders, more=more)
        return estimate(shop_ledger(plan), plan, CHINA, np.random.default_rng(1))


def test_a_shops_laws_are_found_again() -> None:
    law = estimated().channels[0]
    assert law.failures["validation"].base_mean == pytest.approx(1 / 17, rel=0.25)
    cured = incidence(law.recovery["validation"])[:, 0]
    assert cured[:, 1].mean() == pytest.approx(1.0, abs=0.02)
    settles = incidence(law.due[:, None])[:, 0].mean(axis=0)
    assert settles[2] == pytest.approx(1.0, abs=0.02)
    assert law.payout.openness.tolist() == [1.0] * len(DAY_TYPES)
    assert law.fee_rate == pytest.approx(np.full(DRAWS, 0.01))
    assert law.refund_after.sum(axis=1).mean() == pytest.approx(1 / 13, rel=0.2)
    assert law.order_size == pytest.approx(100.0)
    assert law.usual_sales == pytest.approx(1000.0)


def test_recent_orders_are_open_not_failed() -> None:
    law = estimated().channels[0]
    # Ten orders a day, deducted on the day, settled two days later: on the evening of as_of two days are in transit.
    assert law.open_orders.in_transit[:2].sum() == pytest.approx(2000.0, abs=200.0)
    assert law.open_orders.outstanding == pytest.approx(2000.0, abs=200.0)
    longer = estimated(shop_orders(60)).channels[0]
    assert incidence(longer.first)[:, 0].sum(axis=1).min() > 0.99


def test_a_channel_that_the_ledger_does_not_know_leans_on_the_others() -> None:
    made = estimated(more='[channels.card]\nlabel = "card"')
    card = made.channels[2]
    assert ("no_orders", "channels.card") in {(note.code, note.where) for note in made.notes}
    assert incidence(card.due[:, None])[:, 0, 2].mean() == pytest.approx(1.0, abs=0.02)


def test_few_orders_and_no_failures_are_said() -> None:
    notes = {(note.code, note.where) for note in estimated(shop_orders(4, failing=10_000)).notes}
    assert ("few_orders", "channels.baitiao") in notes
    assert ("no_failures", "channels.wechat") in notes
    seen = {(note.code, note.where) for note in estimated().notes}
    assert ("cause_never_seen", "failure_rate.clearing") in seen
    assert ("no_failures", "channels.wechat") not in seen
    assert ("cause_never_seen", "failure_rate.validation") not in seen


def test_a_source_that_cannot_show_failures_is_told_and_loses_at_the_priors_recovery() -> None:
    """Without causes and confirmations failures show as late deductions, all of which were cured."""
    lines = [line.split(",") for line in shop_orders().splitlines()]
    feed = "\n".join(",".join(line[:4] + line[6:]) for line in lines) + "\n"
    made = estimated(feed)
    assert {"failures_unknown"} == {note.code for note in made.notes if "failures" in note.code}
    for law in made.channels:
        assert (law.failure_source, law.recovery_source) == ("prior", "prior")
        assert law.failures["unknown"].base_mean == pytest.approx(1 / 17, rel=0.25)
        assert incidence(law.recovery["unknown"])[:, 0].sum(axis=1).mean() == pytest.approx(0.5, abs=0.1)
    seeing = estimated().channels[0]
    assert (seeing.failure_source, seeing.recovery_source) == ("ledger", "ledger")
    assert incidence(seeing.recovery["validation"])[:, 0].sum(axis=1).mean() > 0.95
    stated = estimated(feed, more="failure_rate = 0.02")
    assert (stated.channels[1].failure_source, stated.channels[1].recovery_source) == ("plan", "prior")


def test_a_channel_that_shows_no_refunds_is_told_and_leans_on_those_that_do() -> None:
    blank = [line.rsplit(",", 2)[0] + ",," if ",baitiao," in line else line for line in shop_orders().splitlines()]
    feed = "\n".join(blank) + "\n"
    made = estimated(feed)
    told = [note for note in made.notes if note.code == "refunds_unknown"]
    assert [(note.where, note.level) for note in told] == [("channels.baitiao", "warning")]
    assert "at the rate of the channels that show them" in note_text(told[0], "en")
    law = made.channels[0]
    assert law.refund_after.sum(axis=1).mean() == pytest.approx(1 / 13, rel=0.3)
    # Where no channel shows any, none is expected, and that is said.
    none = estimated("\n".join(line.rsplit(",", 2)[0] for line in feed.splitlines()) + "\n")
    told = [note for note in none.notes if note.code == "refunds_unknown"]
    assert [note.where for note in told] == ["channels.baitiao", "channels.wechat"]
    assert "none is expected" in note_text(told[0], "en")
    assert none.channels[0].refund_after.sum() == pytest.approx(0.0)


def test_what_the_plan_gives_replaces_the_estimate() -> None:
    more = "[channels.card]\nsettlement_days = 5\nfee_rate = 0.03\nfailure_rate = 0.02"
    made = estimated(more=more)
    card = made.channels[2]
    assert incidence(card.due[:, None])[:, 0, 5].tolist() == [1.0] * DRAWS
    assert card.fee_rate.tolist() == [0.03] * DRAWS
    codes = {note.code for note in made.notes if note.where.startswith("channels.card")}
    assert {"settlement_from_plan", "rate_from_plan"} <= codes


@pytest.mark.parametrize("key", ["fee_rate = 0.03", "settlement_days = 5", "refund_rate = 0.1", "failure_rate = 0.02"])
def test_what_the_plan_gives_moves_no_other_draw(key: str) -> None:
    silent = estimated(more="[channels.card]")
    stated = estimated(more=f"{key}\n[channels.card]")
    for one, other in zip(silent.channels, stated.channels, strict=True):
        assert (one.first == other.first).all()
        assert (one.refund_after == other.refund_after).all()
    assert (silent.channels[2].due == stated.channels[2].due).all()


def test_a_long_horizon_takes_fewer_draws() -> None:
    assert [draws_for(days) for days in (30, 100, 200, 400)] == [DRAWS, DRAWS, DRAWS // 2, FEWEST_DRAWS]


def test_failures_without_a_cause_are_shared_out_by_their_signature() -> None:
    made = estimated(shop_orders().replace("validation", "unknown"))
    law = made.channels[0]
    assert sum(law.inferred.values()) == pytest.approx(1.0)
    assert ("causes_inferred", "channels.baitiao") in {(note.code, note.where) for note in made.notes}
    assert law.failures["unknown"].base_mean == pytest.approx(1 / 17, rel=0.25)
    assert estimated().channels[0].inferred == {}


def test_what_promotions_do_does_not_tinge_the_law_of_other_orders() -> None:
    def promoted(place: int, line: str) -> str:
        cells = line.split(",")
        if "2026-08-01" <= cells[2] < "2026-09-01" and cells[8] and place % 13 == 6:
            cells[10] = str(dt.date.fromisoformat(cells[8]) + dt.timedelta(days=1))
            cells[11] = cells[3]
        return ",".join(cells)

    lines = shop_orders().splitlines()
    text = "\n".join([lines[0], *(promoted(place, line) for place, line in enumerate(lines[1:]))]) + "\n"
    event = '[[events]]\nname = "summer"\nstart = 2026-08-01\nend = 2026-08-31\n'
    law = estimated(text, event).channels[0]
    assert law.refund_after.sum(axis=1).mean() == pytest.approx(1 / 13, rel=0.25)
    assert law.promotion is not None
    assert law.promotion.refund_after.sum(axis=1).mean() == pytest.approx(2 / 13, rel=0.25)


def test_noise_of_settlements_is_that_of_orders_or_of_whole_days_or_none() -> None:
    """Lags of 1 to 4 days: drawn order by order, their daily sums are those of independent orders; day by day, not."""

    def dispersion(lag: Callable[[int, str], int]) -> float:
        header, *lines = shop_orders().splitlines()
        rows = []
        for place, line in enumerate(lines):
            cells = line.split(",")
            if cells[8]:
                cells[8] = str(dt.date.fromisoformat(cells[6][:10]) + dt.timedelta(days=lag(place, cells[6][:10])))
                cells[10:] = ["", ""]
            rows.append(",".join(cells))
        return estimated("\n".join([header, *rows]) + "\n").channels[0].dispersion

    draws = np.random.default_rng(7).integers(1, 5, 100_000)
    of_orders = dispersion(lambda place, _: int(draws[place]))
    of_days = dispersion(lambda _, day: int(draws[dt.date.fromisoformat(day).toordinal() % 997]))
    assert of_orders == pytest.approx(1.0, abs=0.35)
    assert of_days > 5 * of_orders
    assert dispersion(lambda *_: 2) == 0.0


def test_a_lag_that_has_moved_is_told() -> None:
    def slower(line: str) -> str:
        cells = line.split(",")
        if cells[2] > "2026-09-10" and cells[8] not in {"", "settled_on"}:
            settled = dt.date.fromisoformat(cells[8]) + dt.timedelta(days=3)
            cells[8] = str(settled)
            if cells[10]:
                cells[10] = str(settled + dt.timedelta(days=1))
        return ",".join(cells)

    moved = "\n".join(slower(line) for line in shop_orders().splitlines()) + "\n"
    notes = [note for note in estimated(moved).notes if note.code == "settlement_drift"]
    assert {note.where for note in notes} == {"channels.baitiao", "channels.wechat"}
    assert float(notes[0].values["recent"]) > float(notes[0].values["before"]) + 0.5
    assert not [note for note in estimated().notes if note.code == "settlement_drift"]


def test_a_channel_that_has_settled_nothing_takes_fees_and_refunds_of_the_others_with_their_doubt() -> None:
    made = estimated(more='[channels.card]\nlabel = "card"')
    card = made.channels[2]
    assert card.fee_rate.mean() == pytest.approx(0.01, rel=0.1)
    refunds = card.refund_after.sum(axis=1)
    assert refunds.mean() == pytest.approx(1 / 13, rel=0.25)
    assert np.quantile(refunds, 0.95) > 1.3 * np.quantile(refunds, 0.05) > 0.0
    assert ("fee_prior", "channels.card") in {(note.code, note.where) for note in made.notes}
    nothing = estimated(shop_orders(1)).channels[0]
    assert nothing.fee_rate.mean() == pytest.approx(0.006, rel=0.25)
    assert nothing.fee_rate.std() == pytest.approx(0.003, rel=0.4)


def shown(folder: Path, *orders: str, channels: tuple[str, ...] = ("baitiao", "wechat")) -> Assumptions:
    """What these orders' rows say of the channels."""
    named: dict[str, dict[str, float]] = {name: {} for name in channels}
    ledger = ledger_of(folder, csv_of(*orders), channels=named)
    assert ledger.rejected.empty
    return estimate(ledger, plan_for(folder, channels=named), CHINA, np.random.default_rng(1))


def settled(back: int, fee: float, *, channel: str = "baitiao", refunded: float = 0.0, lag: int = 2) -> str:
    """An order of 100 yuan so many days before as_of, less a fee on what was not refunded before it settled."""
    day = AS_OF - dt.timedelta(days=back)
    refund = {"refunded_on": str(day + dt.timedelta(days=1)), "refunded_amount": f"{refunded:.2f}"} if refunded else {}
    return row(
        order_id=f"{channel}{back}",
        channel=channel,
        ordered_at=f"{day} 10:00:00",
        deducted_at=f"{day} 10:00:05",
        settled_on=str(day + dt.timedelta(days=lag)),
        settled_amount=f"{(100.0 - refunded) * (1.0 - fee):.2f}",
        **refund,
    )


def test_fees_are_a_share_of_what_was_not_refunded_before_and_of_the_last_half_year(tmp_path: Path) -> None:
    recent = [settled(back, 0.01, refunded=40.0 * (back % 2)) for back in range(3, 180, 3)]
    old = [settled(back, 0.05) for back in range(180, 300, 3)]
    stopped = [settled(back, 0.02, channel="wechat") for back in range(200, 300, 3)]
    baitiao, wechat = shown(tmp_path, *recent, *old, *stopped).channels
    assert baitiao.fee_rate == pytest.approx(np.full(DRAWS, 0.01))
    assert wechat.fee_rate == pytest.approx(np.full(DRAWS, 0.02))


@pytest.mark.parametrize(("others", "mean", "deviation"), [((0.01, 0.03), 0.02, 0.0141), ((0.03,), 0.03, 0.015)])
def test_a_new_channels_fee_is_in_doubt_as_the_others_differ_or_by_half_of_the_only_one(
    tmp_path: Path, others: tuple[float, ...], mean: float, deviation: float
) -> None:
    """Their fees are shares of what was not refunded before it settled, a tenth."""
    names = ("baitiao", "wechat")[: len(others)]
    orders = [
        settled(back, fee, channel=name, refunded=90.0)
        for name, fee in zip(names, others, strict=True)
        for back in range(3, 60)
    ]
    fee_rate = shown(tmp_path, *orders, channels=(*names, "card")).channels[-1].fee_rate
    assert fee_rate.mean() == pytest.approx(mean, rel=0.2)
    assert fee_rate.std() == pytest.approx(deviation, rel=0.3)
    assert fee_rate.min() >= 0.0


def test_usual_sales_are_the_middle_of_the_last_four_weeks_or_their_mean_where_most_days_sell_nothing(
    tmp_path: Path,
) -> None:
    before = [settled(back, 0.0, channel=name) for name in ("baitiao", "wechat") for back in range(28, 60)]
    most = [settled(back, 0.0) for back in range(13, 28)]
    few = [settled(back, 0.0, channel="wechat") for back in range(20, 28)]
    baitiao, wechat = shown(tmp_path, *before, *most, *few).channels
    assert baitiao.usual_sales == 100.0
    assert wechat.usual_sales == pytest.approx(800.0 / 28.0)


def test_a_shop_of_which_nothing_is_known_has_the_usual_lags_in_doubt(tmp_path: Path) -> None:
    """Half are tried and a seventh settle a day; of failures half recover (of clearing's most), in three days on mean.

    The cumulated hazard of settlement is in doubt by a deviation of a half on the log scale.
    """
    law = shown(tmp_path, row()).channels[1]
    pace = np.log(-np.log1p(-law.due[:, 0]) / np.log(7 / 6))
    assert pace.mean() == pytest.approx(0.0, abs=0.2)
    assert pace.std() == pytest.approx(0.5, rel=0.3)
    assert (law.due == law.due[:, :1]).all()
    assert law.payout.openness.tolist() == [1.0] * 5 + [0.0] * 3 + [1.0, 0.0, 0.0]
    assert law.mode == "rolled"
    steps = {cause: incidence(law.recovery[cause]).mean(axis=0) for cause in ALL_CAUSES}
    recovered = {cause: float(one[0].sum()) for cause, one in steps.items()}
    assert recovered.pop("clearing") == pytest.approx(0.95, abs=0.04)
    assert np.mean(list(recovered.values())) == pytest.approx(0.5, abs=0.03)
    # a third is resolved each day, from the day of the failure on
    for one in steps.values():
        assert one.sum(axis=0) @ np.arange(MAX_AGE) == pytest.approx(2.0, abs=0.01)


def test_half_of_unpaid_orders_is_tried_each_day_where_none_was(tmp_path: Path) -> None:
    law = shown(tmp_path, row(ordered_at="2026-10-18 09:00:00")).channels[1]
    assert incidence(law.first)[:, 0, 0].mean() == pytest.approx(0.5, abs=0.01)


def test_levels_walk_on_over_three_quarters_of_the_horizon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = set()

    def noted(*given: object, moves: bool) -> object:
        ahead.add(given[3])
        return drawn_hazards(*given, moves=moves)  # type: ignore[arg-type]

    monkeypatch.setattr(forecast.receivables.estimation, "drawn_hazards", noted)
    plan = shop_plan(tmp_path, shop_orders(20), days=56)
    estimate(shop_ledger(plan), plan, CHINA, np.random.default_rng(1))
    assert ahead == {6.0}


@pytest.mark.parametrize(("before", "after", "told"), [(2, 3, False), (2, 4, True), (10, 12, False), (10, 13, True)])
def test_a_lag_is_told_to_have_moved_by_half_a_day_and_a_tenth(
    tmp_path: Path, before: int, after: int, *, told: bool
) -> None:
    """What moved ten weeks ago makes four fifths of the last weeks' lag and a third of the last half-year's.

    From 2 days to 3 it is 2.8 against 2.3; from 10 to 12 it is 11.6 against 10.7.
    """
    orders = [settled(back, 0.0, lag=before if back > 70 else after) for back in range(after, 300)]
    notes = [note for note in shown(tmp_path, *orders, channels=("baitiao",)).notes if note.code == "settlement_drift"]
    assert bool(notes) == told
    if told:
        assert float(notes[0].values["recent"]) == pytest.approx(0.2 * before + 0.8 * after, abs=0.2)
        assert float(notes[0].values["before"]) == pytest.approx(0.66 * before + 0.34 * after, abs=0.2)
