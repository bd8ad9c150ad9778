"""forecast monitor: what rings, what it prints and keeps, and with which code it ends."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from command_line import CommandLine, Outcome

HEAD = "order_id,channel,ordered_at,amount,paid_at,failure_cause,failed_at,deducted_at,closed_at"
BEGIN = dt.datetime(2026, 6, 6, 8)  # noqa: DTZ001  # local time, as in the ledger


def feed_text(orders: int = 60) -> str:
    """An order each five minutes, of which baitiao's fail from noon on; the plan's as_of is the day before."""
    lines = [HEAD]
    for place in range(orders):
        ordered = BEGIN + dt.timedelta(minutes=5 * place)
        paid, channel = ordered + dt.timedelta(seconds=30), ("baitiao", "wechat")[place % 3 == 2]
        fails = channel == "baitiao" and ordered.hour >= 11
        cause, failed, deducted = "", "", str(paid + dt.timedelta(seconds=5))
        if fails:
            cause, failed, deducted = "clearing", str(paid + dt.timedelta(seconds=40)), ""
        lines.append(f"F{place},{channel},{ordered},100.00,{paid},{cause},{failed},{deducted},")
    return "\n".join(lines) + "\n"


def shop_text(*, days: tuple[int, int], confirms: bool, empty: bool = False, silent: int = 10**9) -> str:
    """An order each five minutes of some days around the plan's as_of, of which one in four is never confirmed.

    ``empty`` leaves the confirmations' column empty; from a number of orders on none of baitiao is deducted.
    """
    lines = [HEAD if confirms else HEAD.replace("paid_at,failure_cause,failed_at,", "")]
    for place in range(days[0] * 288, days[1] * 288):
        ordered = dt.datetime(2026, 6, 6) + dt.timedelta(minutes=5 * place)  # noqa: DTZ001  # local time, as in the ledger
        paid, deducted = str(ordered + dt.timedelta(seconds=30)), str(ordered + dt.timedelta(seconds=35))
        if place % 4 == 0:
            paid = deducted = ""
        if place >= silent and place % 3 != 2:
            deducted = ""
        paid = "" if empty else paid
        told = f"{paid},,,{deducted}," if confirms else f"{deducted},"
        lines.append(f"F{place},{('baitiao', 'wechat')[place % 3 == 2]},{ordered},100.00,{told}")
    return "\n".join(lines) + "\n"


@pytest.fixture
def monitor(forecast: CommandLine) -> Any:  # noqa: ANN401  # a function
    forecast.copy_tiny()
    (forecast.folder / "today.csv").write_text(feed_text(), encoding="utf-8")

    def run(*words: str, feed: str = "today.csv") -> Outcome:
        return forecast("monitor", "tiny/plan.toml", "--feed", feed, "--out", "out", *words)

    run.folder = forecast.folder  # type: ignore[attr-defined]
    return run


def test_an_alert_rings_once_and_is_kept(monitor: Any) -> None:  # noqa: ANN401  # a function
    first = monitor("--without-money", "--json", "--since", "2026-06-06")
    assert first.code == 3
    told = json.loads(first.out)
    kept = json.loads((monitor.folder / "out" / "monitor.json").read_text(encoding="utf-8"))
    assert kept.pop("seen")
    assert told == kept
    (alert,) = told["alerts"]
    assert (alert["status"], alert["cause"], alert["scope"]["channels"]) == ("new", "clearing", ["baitiao"])
    assert alert["started_at"].startswith("2026-06-06T11:0")
    assert alert["ended_at"] is None
    assert "warning: usual_from_few" in first.err or "usual_from_few" in first.err
    again = monitor("--without-money", "--json", "--since", "2026-06-06")
    assert again.code == 0
    (same,) = json.loads(again.out)["alerts"]
    assert (same["id"], same["status"]) == (alert["id"], "open")


def test_a_replay_gives_the_first_step_at_which_it_rang(monitor: Any) -> None:  # noqa: ANN401  # a function
    done = monitor("--without-money", "--json", "--since", "2026-06-06", "--replay", "1h")
    (alert,) = json.loads(done.out)["alerts"]
    assert alert["detected_at"] == "2026-06-06T12:00:00"


def test_it_says_what_happened_what_it_costs_and_what_to_do(monitor: Any) -> None:  # noqa: ANN401  # a function
    done = monitor("--since", "2026-06-06", "--paths", "20", "--language", "en")
    assert done.code == 3
    assert "New alert 20260606-11" in done.out
    assert "Likeliest cause: Clearing" in done.out
    assert "Expected loss" in done.out
    assert "Lowest expected cash CNY" in done.out
    assert "Next: Ask the provider when clearing will be back" in done.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--replay", "often"), '--replay: "often" is no step'),
        (("--replay", "5s"), '--replay: "5s" is no step'),
        (("--since", "2026-06-07", "--now", "2026-06-06"), "--now: 2026-06-06T00:00:00 lies before"),
        (("--since", "2020-06-07"), "--now: the watch would reach from"),
    ],
)
def test_wrong_moments_are_told(monitor: Any, words: tuple[str, ...], said: str) -> None:  # noqa: ANN401  # a function
    done = monitor(*words, "--language", "en")
    assert done.code == 2
    assert said in done.err


def test_without_anything_unusual_the_code_is_0(monitor: Any) -> None:  # noqa: ANN401  # a function
    done = monitor("--since", "2026-06-06", "--now", "2026-06-06T10:30", "--language", "en")
    assert done.code == 0
    assert "Nothing out of the usual." in done.out


def test_the_affected_orders_are_written_where_asked_for(monitor: Any) -> None:  # noqa: ANN401  # a function
    words = ("--without-money", "--json", "--since", "2026-06-06", "--orders-out", "orders.csv")
    (monitor.folder / "today.csv").write_text(feed_text().replace("F54,", "=F54,"), encoding="utf-8")
    (alert,) = json.loads(monitor(*words).out)["alerts"]
    head, *lines = (monitor.folder / "orders.csv").read_text(encoding="utf-8-sig").splitlines()
    assert head == "order_id,channel,ordered_at,amount,cause,state,alert_id"
    assert lines[0] == f"F36,baitiao,2026-06-06T11:00:00,100.00,clearing,failed,{alert['id']}"
    assert f"'=F54,baitiao,2026-06-06T12:30:00,100.00,clearing,failed,{alert['id']}" in lines
    assert len(lines) == 16


def test_the_affected_orders_never_take_the_place_of_the_feed(monitor: Any) -> None:  # noqa: ANN401  # a function
    done = monitor("--orders-out", "today.csv", "--language", "en")
    assert (done.code, "--orders-out: is read by this command" in done.err) == (2, True)
    assert (monitor.folder / "today.csv").read_text(encoding="utf-8") == feed_text()


def other_text() -> str:
    """Another shop's feed of the same hours, whose orders come at other moments, with an incident an hour later."""
    lines = []
    for line in feed_text().splitlines()[1:]:
        number, channel, ordered, amount, *_ = line.split(",")
        at = dt.datetime.fromisoformat(ordered) + dt.timedelta(seconds=77)
        paid, fails = at + dt.timedelta(seconds=30), channel == "baitiao" and at.hour >= 12
        told = f"clearing,{paid + dt.timedelta(seconds=40)}," if fails else f",,{paid + dt.timedelta(seconds=5)}"
        lines.append(f"{number},{channel},{at},{amount},{paid},{told},")
    return "\n".join([HEAD, *lines]) + "\n"


@pytest.mark.parametrize("words", [(), ("--watch", "0.1", "--polls", "1")], ids=["once", "on and on"])
@pytest.mark.parametrize("same_name", [True, False])
def test_alerts_of_another_feed_in_the_folder_are_dropped_with_a_warning(
    monitor: Any,  # noqa: ANN401  # a function
    words: tuple[str, ...],
    *,
    same_name: bool,
) -> None:
    asked = ("--without-money", "--since", "2026-06-06", "--language", "en", *words)
    assert monitor(*asked).code == 3
    name = "today.csv" if same_name else "other.csv"
    (monitor.folder / name).write_text(other_text(), encoding="utf-8")
    other = monitor(*asked, feed=name)
    assert other.code == 3
    assert "feed_is_another" in other.out + other.err
    kept = json.loads((monitor.folder / "out" / "monitor.json").read_text(encoding="utf-8"))
    (alert,) = kept["alerts"]
    assert (alert["status"], alert["started_at"]) == ("new", "2026-06-06T12:01:47")
    assert alert["detected_at"] > alert["started_at"]
    again = monitor(*asked, feed=name)
    assert (again.code, "feed_is_another" in again.out + again.err) == (0, False)


def test_a_file_that_is_rotated_is_no_other_feed(monitor: Any) -> None:  # noqa: ANN401  # a function
    asked = ("--without-money", "--since", "2026-06-06", "--language", "en", "--watch", "0.1", "--polls", "1")
    head, *lines = feed_text().splitlines()
    assert monitor(*asked).code == 3
    for begin in (20, 50, len(lines) - 4):
        (monitor.folder / "today.csv").write_text("\n".join([head, *lines[begin:]]) + "\n", encoding="utf-8")
        done = monitor(*asked)
        assert (done.code, "feed_is_another" in done.out + done.err) == (0, False)


@pytest.mark.parametrize("words", [(), ("--watch", "0.1", "--polls", "1")], ids=["once", "on and on"])
def test_orders_never_confirmed_are_usual_where_the_feed_cannot_tell_them(
    monitor: Any,  # noqa: ANN401  # a function
    words: tuple[str, ...],
) -> None:
    (monitor.folder / "tiny" / "orders.csv").write_text(shop_text(days=(-40, 0), confirms=True), encoding="utf-8")
    (monitor.folder / "today.csv").write_text(shop_text(days=(0, 4), confirms=False), encoding="utf-8")
    done = monitor("--without-money", "--json", *words)
    kept = json.loads((monitor.folder / "out" / "monitor.json").read_text(encoding="utf-8"))
    assert (done.code, kept["alerts"]) == (0, [])
    assert "feed_without_confirmations" in [note["code"] for note in kept["notes"]]
    assert "feed_without_confirmations" in done.err


@pytest.mark.parametrize("words", [(), ("--watch", "0.1", "--polls", "1")], ids=["once", "on and on"])
@pytest.mark.parametrize(
    ("ledger", "feed", "code"),
    [
        ({"confirms": True}, {"confirms": True, "empty": True}, "feed_without_confirmations"),
        ({"confirms": True, "empty": True}, {"confirms": True, "empty": True}, "feed_without_confirmations"),
        ({"confirms": True, "empty": True}, {"confirms": True}, "ledger_without_confirmations"),
        ({"confirms": False}, {"confirms": True}, "ledger_without_confirmations"),
    ],
)
def test_confirmations_that_one_of_both_lacks_are_used_in_neither(
    monitor: Any,  # noqa: ANN401  # a function
    words: tuple[str, ...],
    ledger: dict[str, bool],
    feed: dict[str, bool],
    code: str,
) -> None:
    """A column that is wholly empty tells of none, as one that is not there."""

    def told(past: dict[str, bool], now: dict[str, bool], *more: str) -> Any:  # noqa: ANN401  # of JSON
        (monitor.folder / "tiny" / "orders.csv").write_text(shop_text(days=(-40, 0), **past), encoding="utf-8")
        (monitor.folder / "today.csv").write_text(shop_text(days=(0, 4), silent=700, **now), encoding="utf-8")
        monitor("--without-money", "--json", "--out", f"out{len(more)}", *more)
        return json.loads((monitor.folder / f"out{len(more)}" / "monitor.json").read_text(encoding="utf-8"))

    without, found = told({"confirms": False}, {"confirms": False}), told(ledger, feed, *words, "--seed", "1")
    assert len(found["alerts"]) == 1
    assert found["alerts"] == without["alerts"]
    assert [note["code"] for note in found["notes"]] == [code]
