"""Whatever a command reads is hashed before, and a change while it works ends in an error that names the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forecast import pipeline
from forecast.commands.plan_inputs import plan_and_inputs
from forecast.errors import InputError
from forecast.ledger import reading as ledger
from forecast.plan import reading
from forecast.studies import backtest, review

if TYPE_CHECKING:
    from pathlib import Path

    from command_line import CommandLine

    from forecast.plan.model import Plan


@pytest.mark.parametrize(
    ("file", "command"),
    [
        ("plan.toml", ["run"]),
        ("orders.csv", ["run"]),
        ("other_flows.csv", ["run"]),
        ("orders.csv", ["backtest"]),
        ("orders.csv", ["review", "--result", "old.json"]),
        ("other_flows.csv", ["whatif", "--set", "volume=1.4"]),
        ("plan.toml", ["finance"]),
    ],
)
def test_a_change_while_a_command_works_is_an_error_and_nothing_is_written(
    file: str, command: list[str], forecast: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    forecast.copy_tiny()
    (forecast.folder / "old.json").write_text("{}", encoding="utf-8")
    path = forecast.folder / "tiny" / file

    def works(*_: object, **__: object) -> object:
        path.write_bytes(path.read_bytes() + b"\n")
        return object()

    for module, name in ((pipeline, "run"), (backtest, "backtest"), (review, "review")):
        monkeypatch.setattr(module, name, works)
    ended = forecast(command[0], "tiny/plan.toml", *command[1:])
    assert ended.code == 2
    assert f"tiny/{file}: was changed while it was being read" in ended.err
    assert [name for name in forecast.files() if not name.startswith(("tiny/", "old"))] == []


def test_the_earlier_result_of_a_review_is_held_too(forecast: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    forecast.copy_tiny()
    old = forecast.folder / "old.json"
    old.write_text("{}", encoding="utf-8")
    monkeypatch.setattr(review, "review", lambda *_, **__: old.write_text("[]", encoding="utf-8"))
    ended = forecast("review", "tiny/plan.toml", "--result", "old.json")
    assert (ended.code, "old.json: was changed" in ended.err) == (2, True)


def test_check_tells_of_a_change_too(forecast: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    forecast.copy_tiny()
    path, read = forecast.folder / "tiny" / "orders.csv", ledger.read_ledger

    def works(plan: Plan) -> object:
        found = read(plan)
        path.write_bytes(path.read_bytes() + b"\n")
        return found

    monkeypatch.setattr(ledger, "read_ledger", works)
    ended = forecast("check", "tiny/plan.toml")
    assert (ended.code, "orders.csv: was changed" in ended.err) == (2, True)


def test_a_plan_that_comes_to_name_other_files_between_its_two_readings_is_refused(
    tmp_path: Path, forecast: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    forecast.copy_tiny()
    plan, load = tmp_path / "tiny" / "plan.toml", reading.load_plan
    (tmp_path / "tiny" / "other.csv").write_bytes((tmp_path / "tiny" / "orders.csv").read_bytes())

    def loads(path: Path, **values: object) -> Plan:
        found = load(path, **values)  # type: ignore[arg-type]  # passed through
        plan.write_text(plan.read_text(encoding="utf-8").replace("orders.csv", "other.csv"), encoding="utf-8")
        return found

    monkeypatch.setattr(reading, "load_plan", loads)
    with pytest.raises(InputError, match=r"plan\.toml: was changed"):
        plan_and_inputs(plan, None, None, None)
