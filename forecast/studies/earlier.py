"""An earlier run's ``result.json``, read and checked as far as a review rests on it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forecast.errors import InputError, Problem
from forecast.pipeline import SCHEMA
from forecast.studies.variance import Course

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from forecast.plan.model import Plan

COURSE = ("sales", "settled", "fees", "refunded_before", "refunded_after", "in_transit")
"""The flows of a ``Course`` that the result holds to date."""

BAND = ("mean", "p05", "p50", "p95")

OTHERS: Mapping[str, frozenset[str]] = {
    "review": frozenset({"forecast", "first_day", "by_channel"}),
    "backtest": frozenset({"accuracy", "origins"}),
}
"""The commands that write another JSON, and keys that tell it from a run's."""

UNLIKE = "is not as forecast run writes it; write the path of a result.json as a run left it"


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier forecast: its as-of day, its length in days, and the whole result."""

    as_of: dt.date
    days: int
    result: Mapping[str, Any]

    @property
    def end(self) -> dt.date:
        """The last day that it forecast."""
        return self.as_of + dt.timedelta(days=self.days)

    def expected(self, channel: str, orders: str, days: int) -> Course:
        """What it expected of a channel's ``all`` or ``open_orders`` over its first ``days``, in fen."""
        basis = self.result["review_basis"]["by_channel"][channel][orders]
        opening = self.result["scenarios"]["base"]["by_channel"][channel]["opening_outstanding"]
        return Course(opening=_fen(opening), **{name: _fen(basis[name][days - 1]) for name in COURSE})

    def closed_unpaid(self, channel: str, days: int) -> dict[str, int]:
        """What it expected to be ``lost`` and ``never_paid`` over its first ``days``, in fen."""
        basis = self.result["review_basis"]["by_channel"][channel]["all"]
        return {name: _fen(basis[name][days - 1]) for name in ("lost", "never_paid")}

    def to_date(self, channel: str | None, series: str) -> Mapping[str, list[float]]:
        """Mean and quantiles of ``sales`` or ``receipts`` from its first day to each day; None: all channels."""
        basis = self.result["review_basis"]
        found: Mapping[str, list[float]] = (basis["total"] if channel is None else basis["by_channel"][channel])[series]
        return found


def read_earlier(path: Path, plan: Plan) -> Earlier:
    """Read the result of an earlier run of the same plan.

    Raises:
        InputError: It cannot be read, is no result of a run, lacks what a review needs, or is of another merchant,
            currency, set of channels, or of a day that is not before the plan's as_of; names the file and the key.
    """
    result = _json(path)
    _check_shape(result, path)
    problems = _misfits(result, plan, path)
    if problems:
        raise InputError(problems)
    return Earlier(dt.date.fromisoformat(result["as_of"]), len(result["scenarios"]["base"]["dates"]), result)


def _json(path: Path) -> dict[str, Any]:
    try:
        result = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        message = "there is no such file; write the path of a result.json that forecast run left"
        raise InputError(Problem(message, str(path))) from None
    except json.JSONDecodeError as error:
        message = f"is no JSON ({error.msg}); write the path of a result.json that forecast run left"
        raise InputError(Problem(message, str(path), error.lineno, error.colno)) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        message = f"cannot be read ({reason}); write the path of a result.json that forecast run left"
        raise InputError(Problem(message, str(path))) from None
    if not isinstance(result, dict):
        raise InputError(Problem("holds no result of a run; write the path of a result.json", str(path)))
    return result


def _check_shape(result: Mapping[str, Any], path: Path) -> None:
    """The keys that a review reads, each of the kind it must be.

    Raises:
        InputError: names the first key that is missing or of another kind.
    """
    _check_kind(result, path)
    for keys in _read_keys(result, path):
        _value(result, keys, path)
    dates = result["scenarios"]["base"]["dates"]
    _check_days(result["as_of"], dates, path)
    if not _sound(Earlier(dt.date.fromisoformat(result["as_of"]), len(dates), result)):
        raise InputError(Problem(UNLIKE, str(path), key="review_basis"))


def _sound(earlier: Earlier) -> bool:
    """Whether every figure can be read for every day."""
    channels, days = list(earlier.result["channels"]), earlier.days
    try:
        for channel in channels:
            for orders in ("all", "open_orders"):
                earlier.expected(channel, orders, days)
            earlier.closed_unpaid(channel, days)
        series = [earlier.to_date(channel, name) for channel in (*channels, None) for name in ("sales", "receipts")]
        return all(len(one[name]) == days for one in series for name in BAND)
    except (TypeError, ValueError, IndexError, AttributeError):
        return False


def _check_kind(result: Mapping[str, Any], path: Path) -> None:
    """That it is a run's, of this version's shape, and with what a review needs.

    Raises:
        InputError: names what it is instead, or the key that shows it.
    """
    if result.get("schema") != SCHEMA:
        found = "is missing" if "schema" not in result else f"is {result['schema']!r}"
        message = f"{found}, and this version reads results of schema {SCHEMA}; is it a result.json of forecast run?"
        raise InputError(Problem(message, str(path), key="schema"))
    for command, telling in OTHERS.items():
        if telling <= set(result):
            message = (
                f"is the result of forecast {command}, not of forecast run; write the path of the result.json that the"
                " earlier forecast run left"
            )
            raise InputError(Problem(message, str(path)))
    if not isinstance(result.get("review_basis"), dict):
        found = (
            "is null: that run had no scenario base"
            if "review_basis" in result
            else "is missing: an older version wrote it"
        )
        message = f"{found}; run forecast run again on the plan and the ledger of that day"
        raise InputError(Problem(message, str(path), key="review_basis"))


def _read_keys(result: Mapping[str, Any], path: Path) -> Iterator[tuple[str, ...]]:
    """The paths of all keys that a review reads, those above others first."""
    yield from (("merchant", "name"), ("currency",), ("as_of",), ("horizon_days",), ("paths",), ("seed",), ("version",))
    yield ("scenarios", "base", "dates")
    channels = _value(result, ("channels",), path)
    if not isinstance(channels, dict):
        raise InputError(Problem(UNLIKE, str(path), key="channels"))
    parts = [*(("by_channel", channel) for channel in channels), ("total",)]
    for part in parts:
        yield from (("review_basis", *part, series, name) for series in ("sales", "receipts") for name in BAND)
    for channel in channels:
        yield ("scenarios", "base", "by_channel", channel, "opening_outstanding")
        for orders, names in (("all", (*COURSE, "lost", "never_paid")), ("open_orders", COURSE)):
            yield from (("review_basis", "by_channel", channel, orders, name) for name in names)


def _value(result: Mapping[str, Any], keys: tuple[str, ...], path: Path) -> Any:  # noqa: ANN401  # any value of JSON
    """What stands at a path of keys.

    Raises:
        InputError: It is missing, or what is above it is no table; names the whole path.
    """
    found: Any = result
    for depth, key in enumerate(keys):
        if not isinstance(found, dict):
            raise InputError(Problem(UNLIKE, str(path), key=".".join(keys[:depth])))
        if key not in found:
            message = "is missing; write the path of a result.json as forecast run left it"
            raise InputError(Problem(message, str(path), key=".".join(keys[: depth + 1])))
        found = found[key]
    return found


def _check_days(as_of: object, dates: object, path: Path) -> None:
    """The days forecast are those that follow as_of.

    Raises:
        InputError: names ``as_of`` where it is no day or not the one before, else the days.
    """
    try:
        day = dt.date.fromisoformat(str(as_of))
    except ValueError:
        message = f"is {as_of!r}, which is no day; write the path of a result.json as forecast run left it"
        raise InputError(Problem(message, str(path), key="as_of")) from None
    try:
        given = [dt.date.fromisoformat(one) for one in dates] if isinstance(dates, list) else []
    except (TypeError, ValueError):
        given = []
    if not given or [(one - given[0]).days for one in given] != list(range(len(given))):
        raise InputError(Problem(UNLIKE, str(path), key="scenarios.base.dates"))
    if (given[0] - day).days != 1:
        message = (
            f"is {day}, and the days forecast begin on {given[0]}; write the path of a result.json as forecast run"
            " left it"
        )
        raise InputError(Problem(message, str(path), key="as_of"))


def _misfits(result: Mapping[str, Any], plan: Plan, path: Path) -> list[Problem]:
    """What shows that the result is of something else than the plan's past."""
    problems = []
    pairs = (
        ("merchant.name", result["merchant"]["name"], plan.merchant.name),
        ("currency", result["currency"], plan.merchant.currency),
    )
    for key, found, wanted in pairs:
        if found != wanted:
            message = f"is {found!r}, and the plan's is {wanted!r}; write the result of an earlier run of this plan"
            problems.append(Problem(message, str(path), key=key))
    if dt.date.fromisoformat(result["as_of"]) >= plan.horizon.as_of:
        message = (
            f"is {result['as_of']}, and the plan's is {plan.horizon.as_of}: no day of that forecast is known yet;"
            " write a later plan.as_of, with a ledger that reaches it"
        )
        problems.append(Problem(message, str(path), key="as_of"))
    then, now = set(result["channels"]), set(plan.channels)
    if then != now:
        only = [f"only there: {', '.join(sorted(then - now))}"] if then - now else []
        only += [f"only in the plan: {', '.join(sorted(now - then))}"] if now - then else []
        message = f"are other channels than the plan's ({'; '.join(only)}); review with a plan of the same channels"
        problems.append(Problem(message, str(path), key="channels"))
    return problems


def _fen(yuan: float) -> int:
    return round(yuan * 100)
