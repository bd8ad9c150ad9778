"""forecast monitor --watch: what goes on, prints each alert once, hands it over, and ends with the right code."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest
from test_commands_monitor import feed_text, shop_text

from forecast.commands import watching
from forecast.commands.interrupts import Stopping
from forecast.locks import folder_lock
from forecast.watch.reading import FeedSource

if TYPE_CHECKING:
    from command_line import CommandLine, Outcome

LINES = feed_text().splitlines(keepends=True)


@pytest.fixture
def watch(forecast: CommandLine) -> Any:  # noqa: ANN401  # a function
    forecast.copy_tiny()
    write(forecast, 30)

    def run(*words: str, polls: int = 1) -> Outcome:
        more = ("--since", "2026-06-06", "--watch", "0.1", "--polls", str(polls), "--out", "out", "--language", "en")
        return forecast("monitor", "tiny/plan.toml", "--feed", "feed.csv", *more, *words)

    run.forecast = forecast  # type: ignore[attr-defined]
    return run


def write(forecast: CommandLine, rows: int) -> None:
    (forecast.folder / "feed.csv").write_text("".join(LINES[: rows + 1]), encoding="utf-8")


def test_each_alert_is_one_line_once_and_handed_over(watch: Any) -> None:  # noqa: ANN401  # a function
    code = "import sys; open('handed.txt', 'a').write(sys.stdin.read())"
    words = ("--json", "--without-money", "--exec", f"{shlex.quote(sys.executable)} -S -c {shlex.quote(code)}")
    quiet = watch(*words)
    assert (quiet.code, quiet.out) == (0, "")
    assert "watching feed.csv, with a look every 0.1 seconds" in quiet.err
    write(watch.forecast, 60)
    struck = watch(*words, polls=2)
    assert struck.code == 3
    (line,) = struck.out.splitlines()
    alert = json.loads(line)
    assert (alert["status"], alert["cause"]) == ("new", "clearing")
    assert (watch.forecast.folder / "handed.txt").read_text(encoding="utf-8").strip() == line
    again = watch(*words)
    assert (again.code, again.out) == (0, "")
    kept = json.loads((watch.forecast.folder / "out" / "monitor.json").read_text(encoding="utf-8"))
    assert [(one["id"], one["status"]) for one in kept["alerts"]] == [(alert["id"], "open")]
    once = watch.forecast("monitor", "tiny/plan.toml", "--feed", "feed.csv", "--out", "out", "--without-money")
    assert once.code == 0  # a look apart knows what the watch has told


def test_a_password_in_the_feeds_address_is_neither_told_nor_kept(
    watch: Any,  # noqa: ANN401  # a function
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    of = FeedSource.of
    monkeypatch.setattr(FeedSource, "of", lambda plan, _: of(plan, "feed.csv"))
    quiet = watch("--feed", "postgresql://me:secret@host/db#orders", "--without-money")
    assert quiet.code == 0
    assert "@host/db" in quiet.err
    kept = (watch.forecast.folder / "out" / "monitor.json").read_text(encoding="utf-8")
    assert "@host/db" in kept
    assert "secret" not in kept + quiet.err + quiet.out


def test_an_alert_in_words_has_its_money_and_a_command_that_fails_is_heard(watch: Any) -> None:  # noqa: ANN401  # a function
    write(watch.forecast, 60)
    done = watch("--paths", "20", "--exec", f"{shlex.quote(sys.executable)} -S -c 'raise SystemExit(5)'")
    assert done.code == 3
    assert done.out.startswith("New alert 20260606-11")
    assert "Lowest expected cash CNY" in done.out
    assert "the command of --exec failed for alert 20260606-11" in done.err
    assert "it ended with code 5" in done.err


def test_a_signal_ends_the_watch_in_order(watch: Any) -> None:  # noqa: ANN401  # a function
    write(watch.forecast, 60)
    timer = threading.Timer(1.5, lambda: os.kill(os.getpid(), signal.SIGTERM))
    timer.start()
    done = watch("--without-money", "--json", "--watch", "3600", polls=2)
    timer.join()
    assert done.code == 3
    assert "written to out" in done.err


def test_a_signal_before_the_first_look_claims_no_file(
    watch: Any,  # noqa: ANN401  # a function
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Stopping, "asked", True, raising=False)
    done = watch("--without-money")
    assert done.code == 0
    assert not (watch.forecast.folder / "out" / "monitor.json").exists()
    assert "written to" not in done.err


def test_a_source_that_fails_later_is_told_and_tried_again(
    watch: Any,  # noqa: ANN401  # a function
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    feed = watch.forecast.folder / "feed.csv"
    waits = [feed.unlink, lambda: None, lambda: write(watch.forecast, 60)]
    monkeypatch.setattr(Stopping, "wait", lambda *_: waits.pop(0)())
    done = watch("--without-money", "--json", polls=4)
    assert (done.code, len(done.out.splitlines())) == (3, 1)
    assert done.err.count("no such file or folder") == 1


def test_rows_left_out_are_told_once_of_each_kind_while_their_numbers_grow(
    watch: Any,  # noqa: ANN401  # a function
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    feed = watch.forecast.folder / "feed.csv"
    line = feed.read_text(encoding="utf-8").splitlines(keepends=True)[-1]
    bad = line.replace(line.split(",")[0], "", 1)
    waits = [line * 2, line * 2, bad, bad]

    def grow(*_: object) -> None:
        with feed.open("a", encoding="utf-8") as out:
            out.write(waits.pop(0))

    monkeypatch.setattr(Stopping, "wait", grow)
    done = watch("--without-money", "--json", polls=5)
    assert (done.err.count("feed_rows_repeated"), done.err.count("feed_rows_left_out")) == (1, 1)
    kept = json.loads((watch.forecast.folder / "out" / "monitor.json").read_text(encoding="utf-8"))
    assert {"feed_rows_repeated", "feed_rows_left_out"} <= {one["code"] for one in kept["notes"]}


@pytest.mark.parametrize("empty", [True, False])
def test_whether_confirmations_are_told_is_decided_anew_when_the_first_deductions_or_confirmations_come(
    watch: Any,  # noqa: ANN401  # a function
    monkeypatch: pytest.MonkeyPatch,
    empty: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    folder = watch.forecast.folder
    (folder / "tiny" / "orders.csv").write_text(shop_text(days=(-30, 0), confirms=True), encoding="utf-8")
    lines = shop_text(days=(0, 2), confirms=True, empty=empty, silent=288).splitlines(keepends=True)
    awaited = [line.rsplit(",", 5)[0] + ",,,,,\n" for line in lines[1:3]]  # neither confirmed nor deducted yet
    unconfirmed = [line.replace(line.split(",")[4], "") for line in lines[1:40]]  # deducted, and not confirmed yet
    (folder / "feed.csv").write_text("".join([lines[0], *(awaited if empty else unconfirmed)]), encoding="utf-8")
    waits: list[str | None] = ["".join(lines), None]

    def grow(*_: object) -> None:
        text = waits.pop(0)
        if text is not None:
            (folder / "feed.csv").write_text(text, encoding="utf-8")

    monkeypatch.setattr(Stopping, "wait", grow)
    done = watch("--without-money", "--json", polls=3)
    told = [json.loads(line) for line in done.out.splitlines()]
    once = watch.forecast(
        "monitor",
        "tiny/plan.toml",
        "--feed",
        "feed.csv",
        "--since",
        "2026-06-06",
        "--out",
        "apart",
        "--json",
        "--without-money",
    )
    asked = json.loads(once.out)
    assert told
    assert [one["id"] for one in told] == [one["id"] for one in asked["alerts"]]
    assert [one["started_at"] for one in told] == [one["started_at"] for one in asked["alerts"]]
    kept = json.loads((folder / "out" / "monitor.json").read_text(encoding="utf-8"))
    assert [one["code"] for one in kept["notes"]] == [one["code"] for one in asked["notes"]]
    assert ("feed_without_confirmations" in [one["code"] for one in kept["notes"]]) is empty


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--watch", "0"), "--watch: 0 is no time between looks"),
        (("--now", "2026-06-07"), "--now: does not go together with --watch"),
        (("--exec", "no-such-program"), '--exec: "no-such-program" is no program'),
    ],
)
def test_what_does_not_fit_a_watch_is_refused(watch: Any, words: tuple[str, ...], said: str) -> None:  # noqa: ANN401  # a function
    done = watch(*words)
    assert done.code == 2
    assert said in done.err


def test_a_folder_is_watched_by_one_alone(watch: Any) -> None:  # noqa: ANN401  # a function
    out = watch.forecast.folder / "out"
    out.mkdir()
    with folder_lock(out, name=watching.LOCK):
        assert "another process watches here" in watch().err
        once = watch.forecast("monitor", "tiny/plan.toml", "--feed", "feed.csv", "--out", "out", "--language", "en")
        assert (once.code, "another process watches here" in once.err) == (2, True)
    assert watch("--without-money").code == 0
    assert sorted(one.name for one in out.iterdir()) == ["monitor.json"]


def test_a_look_loads_no_workbook_no_report_and_no_frames() -> None:
    code = (
        "import sys; from forecast.commands import monitor, watching;"
        " from forecast.watch import answer, money, reading;"
        " print({'pandas', 'scipy', 'xlsxwriter', 'forecast.outputs.writing'} & {*sys.modules})"
    )
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert told == "set()\n"
