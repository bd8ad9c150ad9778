"""An earlier result, read with care: what is wrong with it is told with file and key."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest
from earlier_runs import THEN, earlier_run
from study_examples import example_backtest, example_review

from forecast.errors import InputError
from forecast.file_set import SWITCH
from forecast.records import json_text
from forecast.studies.earlier import read_earlier

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from forecast.records import Record


def test_what_was_expected_by_a_day_is_read_in_fen(tmp_path: Path) -> None:
    plan, path = earlier_run(tmp_path)
    earlier = read_earlier(path, plan)
    assert (earlier.as_of, earlier.days, str(earlier.end)) == (THEN, 20, "2026-10-17")
    whole, of_open = (earlier.expected("wechat", "all", 20), earlier.expected("wechat", "open_orders", 20))
    assert of_open.sales == 0
    assert whole.opening == of_open.opening == 210_000  # two days' orders of 1,000 yuan, and one cured late
    # 20 days of 1,000 yuan; 18 of them settle in time, and the two days' that were open
    assert whole.sales == pytest.approx(2_000_000, rel=0.05)
    assert whole.settled + whole.fees == pytest.approx(2_000_000, rel=0.05)
    assert whole.receipts == pytest.approx(100 * earlier.to_date("wechat", "receipts").mean[19], abs=2)
    assert earlier.closed_unpaid("wechat", 20)["never_paid"] >= 0


def test_what_a_killed_run_left_beside_it_is_finished_first(tmp_path: Path) -> None:
    """The run was cut off just before it moved its result into place."""
    plan, path = earlier_run(tmp_path)
    switch = path.parent / SWITCH
    (switch / "new").mkdir(parents=True)
    path.rename(switch / "new" / path.name)
    (switch / "names.txt").write_text(f"{path.name}\n{path.name}\n", encoding="utf-8")
    path.write_text("the earlier set's", encoding="utf-8")
    assert read_earlier(path, plan).as_of == THEN
    assert not switch.exists()


def without(*keys: str) -> Callable[[dict[str, Any]], None]:
    def change(result: dict[str, Any]) -> None:
        for key in keys[:-1]:
            result = result[key]
        del result[keys[-1]]

    return change


def with_value(value: Any, *keys: str) -> Callable[[dict[str, Any]], None]:  # noqa: ANN401  # any value of JSON
    def change(result: dict[str, Any]) -> None:
        for key in keys[:-1]:
            result = result[key]
        result[keys[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (with_value(2, "schema"), "schema: is 2, and this version reads results of schema 1"),
        (without("schema"), "schema: is missing"),
        (without("review_basis"), "review_basis: is missing: an older version wrote it"),
        (with_value(None, "review_basis"), "review_basis: is null: that run had no scenario base"),
        (without("scenarios", "base"), "scenarios.base: is missing"),
        (
            without("review_basis", "by_channel", "wechat", "open_orders", "fees"),
            "by_channel.wechat.open_orders.fees: is missing",
        ),
        (with_value([1.0], "review_basis", "by_channel", "wechat", "all", "fees"), "not as forecast run writes it"),
        (with_value("soon", "as_of"), "as_of: is 'soon', which is no day"),
        (with_value("1926-09-27", "as_of"), "as_of: is 1926-09-27, and the days forecast begin on 2026-09-28"),
        (with_value(["2026-09-28", "2026-09-28"], "scenarios", "base", "dates"), "scenarios.base.dates: is not as"),
        (with_value({}, "review_basis", "by_channel"), "review_basis.by_channel.baitiao: is missing"),
        (with_value({}, "review_basis"), "review_basis.total: is missing"),
        (without("review_basis", "by_channel"), "review_basis.by_channel: is missing"),
        (without("review_basis", "total"), "review_basis.total: is missing"),
        (with_value(-7, "horizon_days"), "horizon_days: is not as forecast run writes it"),
        (with_value(-1, "paths"), "paths: is not as forecast run writes it"),
        (with_value(-1, "seed"), "seed: is not as forecast run writes it"),
        (with_value([], "channels"), "channels: is not as forecast run writes it"),
        (with_value(7, "merchant"), "merchant: is not as forecast run writes it"),
        (with_value("Another Shop", "merchant", "name"), "merchant.name: is 'Another Shop', and the plan's is"),
        (with_value("EUR", "currency"), "currency: is 'EUR'"),
    ],
)
def test_a_result_that_does_not_serve_is_refused(
    change: Callable[[dict[str, Any]], None], message: str, tmp_path: Path
) -> None:
    plan, path = earlier_run(tmp_path)
    result = json.loads(path.read_text(encoding="utf-8"))
    change(result)
    path.write_text(json.dumps(result), encoding="utf-8")
    with pytest.raises(InputError) as told:
        read_earlier(path, plan)
    assert message in str(told.value)
    assert str(told.value).startswith(str(path))


@pytest.mark.parametrize(("command", "result"), [("review", example_review()), ("backtest", example_backtest())])
def test_what_another_command_wrote_is_called_that(command: str, result: Record, tmp_path: Path) -> None:
    plan, path = earlier_run(tmp_path)
    path.write_text(json_text(result), encoding="utf-8")
    with pytest.raises(InputError) as told:
        read_earlier(path, plan)
    assert f"is the result of forecast {command}, not of forecast run; write the path of" in str(told.value)


def test_other_channels_are_named(tmp_path: Path) -> None:
    plan, path = earlier_run(tmp_path)
    result = json.loads(path.read_text(encoding="utf-8"))
    result["channels"]["card"] = {"label": "Card", "clearing": "card"}
    for part in (result["review_basis"]["by_channel"], result["scenarios"]["base"]["by_channel"]):
        part["card"] = part["wechat"]
    path.write_text(json.dumps(result), encoding="utf-8")
    with pytest.raises(InputError, match=r"channels: are other channels than the plan's \(only there: card\)"):
        read_earlier(path, plan)


def test_a_forecast_of_days_that_are_still_to_come_is_refused(tmp_path: Path) -> None:
    plan, path = earlier_run(tmp_path)
    result = json.loads(path.read_text(encoding="utf-8"))
    result["as_of"] = "2026-10-18"
    result["scenarios"]["base"]["dates"] = [f"2026-10-{19 + day}" for day in range(13)] + [
        f"2026-11-0{1 + day}" for day in range(7)
    ]
    path.write_text(json.dumps(result), encoding="utf-8")
    with pytest.raises(InputError, match=r"as_of: is 2026-10-18, .* no day of that forecast is known yet"):
        read_earlier(path, plan)


@pytest.mark.parametrize(
    ("text", "message"),
    [("{", "is no JSON"), ("[]", "holds no result of a run"), ("\xff", "is no JSON")],
)
def test_what_is_no_result_is_told(text: str, message: str, tmp_path: Path) -> None:
    plan, path = earlier_run(tmp_path)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_earlier(path, plan)


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    plan, path = earlier_run(tmp_path)
    with pytest.raises(InputError, match="there is no such file"):
        read_earlier(tmp_path / "nowhere.json", plan)
    with pytest.raises(InputError, match="cannot be read"):
        read_earlier(tmp_path, plan)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="no UTF-8 text"):
        read_earlier(path, plan)


@pytest.mark.parametrize(
    ("text", "message"),
    [('{"seed": ' + "9" * 5000 + "}", "it holds what no result does"), ("[" * 200_000, "it holds what no result does")],
)
def test_what_no_result_holds_is_told_and_no_fault_of_the_program(text: str, message: str, tmp_path: Path) -> None:
    plan, path = earlier_run(tmp_path)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_earlier(path, plan)


def test_any_bytes_are_read_or_told(tmp_path: Path) -> None:
    plan, path = earlier_run(tmp_path)
    whole = path.read_bytes()
    chance = random.Random(5)  # noqa: S311  # no secret
    told: list[str] = []
    marks = b'{}[]",:0-9e.\x00\xff\xfen\\ut'
    for _ in range(150):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(content))
            content[at : at + chance.randint(0, 4)] = chance.choices(marks, k=chance.randint(0, 4))
        path.write_bytes(content[: chance.choice([chance.randrange(len(content)), len(content)])])
        try:
            read_earlier(path, plan)
        except InputError as error:
            told += [problem.file for problem in error.problems]
    assert set(told) == {str(path)}


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (("open_orders", "sales"), -5.0),
        (("all", "settled"), 1e16),
        (("open_orders", "refunded_after"), -1e300),
        (("receipts", "p95"), None),
    ],
)
def test_a_figure_that_no_run_writes_is_named(keys: tuple[str, str], value: float | None, tmp_path: Path) -> None:
    plan, path = earlier_run(tmp_path)
    result = json.loads(path.read_text(encoding="utf-8"))
    series = result["review_basis"]["by_channel"]["wechat"][keys[0]][keys[1]]
    if value is None:
        series.clear()
    else:
        series[-1] = value
    path.write_text(json.dumps(result), encoding="utf-8")
    with pytest.raises(InputError) as told:
        read_earlier(path, plan)
    assert f"review_basis.by_channel.wechat.{'.'.join(keys)}: is not as forecast run writes it" in str(told.value)
