"""The backtest: the pipeline cut at past days, and nothing later in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from ledgers import shop_orders, shop_plan

from forecast.errors import InputError
from forecast.ledger.reading import read_ledger
from forecast.records import json_text
from forecast.studies.backtest import at_most_usual_paths, backtest, outlook

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = np.datetime64("2026-09-18")


def test_a_steady_shop_is_forecast_well_and_the_result_says_how(tmp_path: Path) -> None:
    told: list[str] = []
    result = backtest(shop_plan(tmp_path, paths=40), origins=2, horizon=14, progress=told.append)
    assert told == ["ledger", "origin:2026-09-20 (1/2)", "origin:2026-10-04 (2/2)"]
    assert [origin["as_of"] for origin in result["origins"]] == ["2026-09-20", "2026-10-04"]
    assert (result["horizon_days"], result["paths"]) == (14, 40)
    # 2,000 yuan a day ordered, every day alike
    assert result["origins"][0]["sales_total"]["actual"] == 14 * 2000.0
    assert result["accuracy"]["sales"]["total"]["forecast"]["sum_error"] < 0.03
    assert result["accuracy"]["sales"]["total"]["forecast"]["mase"] is None, "a history that never varied has no scale"
    assert result["accuracy"]["receipts"]["total"]["forecast"]["wape"] < 0.15
    for series in ("sales", "receipts"):
        whole = result["origins"][0][f"{series}_total"]["actual"]
        parts = [one["actual"] for one in result["origins"][0][f"{series}_by_channel"].values()]
        assert sum(parts) == pytest.approx(whole)
    assert json_text(result) == json_text(backtest(shop_plan(tmp_path, paths=40), origins=2, horizon=14))


def test_what_comes_after_an_as_of_day_changes_nothing_at_it(tmp_path: Path) -> None:
    orders = shop_orders()
    lines = orders.splitlines()
    later = [
        line.replace(",100.00,", ",777.00,").replace(",99.00,", ",700.00,") if "-10-" in line.split(",")[2] else line
        for line in lines[1:]
    ]
    found = []
    for name, text in (("before", orders), ("after", "\n".join([lines[0], *later]) + "\n")):
        folder = tmp_path / name
        folder.mkdir()
        plan = shop_plan(folder, text, paths=20)
        found.append(outlook(plan, AS_OF, 20, read_ledger(plan).tables))
    before, after = found
    for series in ("sales", "receipts"):
        assert np.array_equal(before.paths[series], after.paths[series])
        assert np.array_equal(before.naive_paths[series], after.naive_paths[series])
        assert np.array_equal(before.history[series], after.history[series])
    assert not np.array_equal(before.actual["sales"], after.actual["sales"])


def test_figures_that_the_plan_gives_are_told(tmp_path: Path) -> None:
    plan = shop_plan(tmp_path, paths=10)
    path = plan.path
    path.write_text(path.read_text(encoding="utf-8").replace("label = 'wechat'", "label = 'wechat'\nfee_rate = 0.01"))
    from forecast.plan.reading import load_plan  # noqa: PLC0415  # the plan as changed

    notes = backtest(load_plan(path), origins=1, horizon=7)["notes"]
    assert [(note["code"], note["where"]) for note in notes] == [
        ("only_deducted", "ledger"),  # every order of this shop that failed was paid in the end
        ("backtest_plan_figures", "channels.wechat"),
    ]


def test_a_short_history_is_refused_with_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has 40 days of trade .* needs 97"):
        backtest(shop_plan(tmp_path, shop_orders(40)))


def test_the_usual_paths_never_exceed_the_plans(tmp_path: Path) -> None:
    assert at_most_usual_paths(shop_plan(tmp_path, paths=60)).horizon.paths == 60
    assert at_most_usual_paths(shop_plan(tmp_path, paths=2000)).horizon.paths == 500
