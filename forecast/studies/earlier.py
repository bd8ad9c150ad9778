"""An earlier run's ``result.json``, read and checked as far as a review rests on it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from forecast.errors import InputError, Problem
from forecast.pipeline import SCHEMA
from forecast.studies.variance import Course

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from forecast.plan.model import Plan

COURSE = ("sales", "settled", "fees", "refunded_before", "refunded_after", "in_transit")
"""The flows of a ``Course`` that the result holds to date."""

BAND = ("mean", "p05", "p50", "p95")


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
    if result.get("schema") != SCHEMA:
        found = "is missing" if "schema" not in result else f"is {result['schema']!r}"
        message = f"{found}, and this version reads results of schema {SCHEMA}; is it a result.json of forecast run?"
        raise InputError(Problem(message, str(path), key="schema"))
    if not isinstance(result.get("review_basis"), dict):
        found = (
            "is null: that run had no scenario base"
            if "review_basis" in result
            else "is missing: an older version wrote it"
        )
        message = f"{found}; run forecast run again on the plan and the ledger of that day"
        raise InputError(Problem(message, str(path), key="review_basis"))
    try:
        dates = result["scenarios"]["base"]["dates"]
        first = np.datetime64(result["as_of"], "D") + 1
        sound = [np.datetime64(day, "D") for day in dates] == list(first + np.arange(len(dates))) and len(dates) > 0
        result["merchant"]["name"], result["currency"], result["paths"], result["seed"], result["version"]
        earlier = Earlier(dt.date.fromisoformat(result["as_of"]), len(dates), result)
        for channel in (*result["channels"], None):
            for series in ("sales", "receipts"):
                sound &= all(len(earlier.to_date(channel, series)[name]) == len(dates) for name in BAND)
        for channel in result["channels"]:
            for orders in ("all", "open_orders"):
                earlier.expected(channel, orders, len(dates))
            earlier.closed_unpaid(channel, len(dates))
    except KeyError as error:
        message = "is missing; write the path of a result.json as forecast run left it"
        raise InputError(Problem(message, str(path), key=str(error.args[0]))) from None
    except (TypeError, ValueError, IndexError, AttributeError):
        sound = False
    if not sound:
        message = "is not as forecast run writes it; write the path of a result.json as a run left it"
        raise InputError(Problem(message, str(path), key="review_basis"))


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
