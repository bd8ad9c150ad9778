"""One small merchant through the whole calibration, and its table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from benchmarks import calibration
from benchmarks.calibration import measure, measure_or_tell
from benchmarks.calibration_table import show
from benchmarks.merchants import simulate

if TYPE_CHECKING:
    from benchmarks.merchants import Merchant


@pytest.fixture(scope="module")
def row() -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calibration, "simulate", small)
        return measure(6, paths=60, oracle=True)


def small(seed: int) -> Merchant:
    return simulate(seed, size=15.0, history=150)


def test_a_row_sets_the_forecast_beside_the_truth(row: dict[str, Any]) -> None:
    truth = small(6).truth
    assert row["receipts"]["came"] == pytest.approx(truth.receipts.sum())
    assert row["receipts"]["mean"] == pytest.approx(truth.receipts.sum(), rel=0.5)
    assert row["sales"]["came"] == pytest.approx(truth.sales.sum())
    assert sum(one["receipts"]["came"] for one in row["channels"].values()) == pytest.approx(truth.receipts.sum())
    width = {name: row[name]["p95"] - row[name]["p05"] for name in ("receipts", "true_sales_given")}
    assert width["true_sales_given"] < width["receipts"]


def test_every_channel_and_cause_is_compared_with_its_law(row: dict[str, Any]) -> None:
    pairs = {(pair["channel"], pair["cause"]): pair["truth"] for pair in row["failure"]}
    for channel, rates in small(6).truth.failure.items():
        assert {cause: pairs[channel, cause] for cause in rates} == rates
    assert all(pair["truth"] > 0 for pair in row["recovery"])


def test_the_need_is_measured_against_every_buffer(row: dict[str, Any]) -> None:
    need = row["buffer"]["need"]
    assert min(need, row["buffer"]["amount"]) >= row["buffer"]["minimum"]
    assert row["buffer"]["exceeded"] == (need > row["buffer"]["amount"] + 0.01)
    assert row["practice"]["sure_exceeded"] == (need > row["practice"]["sure_buffer"] + 0.01)
    assert row["oracle"]["buffer"] > row["buffer"]["minimum"]


def test_the_table_tells_each_target(row: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    show([row, row])
    told = capsys.readouterr().out
    for words in ("86-94 %", "76-84 %", "targets 1.3 and 1.15", "at least 85 %", "Kupiec", "usual practice"):
        assert words in told


def test_a_merchant_on_whom_the_program_fails_is_told_and_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(seed: int) -> Merchant:
        raise ValueError(f"no merchant {seed}")

    monkeypatch.setattr(calibration, "simulate", broken)
    failed = measure_or_tell(4, paths=10, oracle=False)
    assert failed["seed"] == 4
    assert "no merchant 4" in failed["fault"]
