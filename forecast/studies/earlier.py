"""An earlier run's ``result.json``, read and checked as far as a review rests on it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from forecast.errors import InputError, Listed, Problem, said
from forecast.file_set import settle
from forecast.money import FEN_PER_YUAN, LARGEST_YUAN
from forecast.records import Misfit, Record, money, read, record, says
from forecast.results.inputs import ChannelShown, Merchant
from forecast.results.review_basis import ReviewBasis, ToDate
from forecast.results.run import SCHEMA
from forecast.studies.variance import Course

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from forecast.plan.model import Plan
    from forecast.results.distributions import Bands

OTHERS: Mapping[str, frozenset[str]] = {
    "review": frozenset({"forecast", "first_day", "by_channel"}),
    "backtest": frozenset({"accuracy", "origins"}),
}
"""The commands that write another JSON, and keys that tell it from a run's."""

UNLIKE, LACKING, AS_LEFT = said("earlier.unlike"), said("earlier.lacking"), said("earlier.as_left")
"""What is said of a key that no run writes so, of one that is not there, and what to write instead."""

Orders = Literal["all", "open_orders"]


@record
class ChannelThen(Record):
    """What a review reads of a channel of the earlier base scenario."""

    opening_outstanding: float = money("outstanding on the evening of as_of")


@record
class BaseThen(Record):
    """What a review reads of the earlier base scenario."""

    dates: list[str] = says("days forecast")
    by_channel: dict[str, ChannelThen] = says("by channel")


@record
class ScenariosThen(Record):
    """What a review reads of the earlier scenarios."""

    base: BaseThen = says("the base scenario")


@record
class ResultThen(Record):
    """What a review reads of an earlier ``result.json``; a file of an older version may lack all else."""

    version: str = says("version of the program")
    merchant: Merchant = says("whose plan it was")
    as_of: str = says("its as-of day")
    horizon_days: int = says("days planned")
    paths: int = says("sample paths")
    seed: int = says("seed of the random numbers")
    currency: str = says("ISO 4217 code")
    channels: dict[str, ChannelShown] = says("its channels")
    scenarios: ScenariosThen = says("its scenarios")
    review_basis: ReviewBasis = says("what it expected to date")


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier forecast: its as-of day, its length in days, and what is read of its result."""

    as_of: dt.date
    days: int
    result: ResultThen

    @property
    def end(self) -> dt.date:
        """The last day that it forecast."""
        return self.as_of + dt.timedelta(days=self.days)

    def expected(self, channel: str, orders: Orders, days: int) -> Course:
        """What it expected of a channel's orders, all or those open on as_of, over its first ``days``, in fen."""
        means = self._to_date(channel, orders)
        return Course(
            opening=_fen(self.result.scenarios.base.by_channel[channel].opening_outstanding),
            sales=_fen(means.sales[days - 1]),
            settled=_fen(means.settled[days - 1]),
            fees=_fen(means.fees[days - 1]),
            refunded_before=_fen(means.refunded_before[days - 1]),
            refunded_after=_fen(means.refunded_after[days - 1]),
            in_transit=_fen(means.in_transit[days - 1]),
        )

    def closed_unpaid(self, channel: str, days: int) -> dict[str, int]:
        """What it expected to be ``lost`` and ``never_paid`` over its first ``days``, in fen."""
        means = self._to_date(channel, "all")
        return {"lost": _fen(means.lost[days - 1]), "never_paid": _fen(means.never_paid[days - 1])}

    def to_date(self, channel: str | None, series: Literal["sales", "receipts"]) -> Bands:
        """Mean and quantiles of a series from its first day to each day; None: all channels."""
        basis = self.result.review_basis
        part = basis.total if channel is None else basis.by_channel[channel]
        return part.sales if series == "sales" else part.receipts

    def _to_date(self, channel: str, orders: Orders) -> ToDate:
        basis = self.result.review_basis.by_channel[channel]
        return basis.all if orders == "all" else basis.open_orders


def read_earlier(path: Path, plan: Plan) -> Earlier:
    """Read the result of an earlier run of the same plan.

    Raises:
        InputError: It cannot be read, is no result of a run, lacks what a review needs, or is of another merchant,
            currency, set of channels, or of a day that is not before the plan's as_of; names the file and the key.
    """
    settle(path.parent)
    values = _json(path)
    _check_kind(values, path)
    try:
        result = read(ResultThen, values)
        dates = result.scenarios.base.dates
        _check_days(result.as_of, dates, path)
        _check_basis(result, len(dates))
        _check_counts(result)
    except Misfit as misfit:
        raise InputError(Problem(LACKING if misfit.missing else UNLIKE, str(path), key=misfit.key)) from None
    problems = _misfits(result, plan, path)
    if problems:
        raise InputError(problems)
    return Earlier(dt.date.fromisoformat(result.as_of), len(dates), result)


def _json(path: Path) -> dict[str, Any]:
    try:
        result = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputError(Problem(said("earlier.no_file"), str(path))) from None
    except json.JSONDecodeError as error:
        raise InputError(Problem(said("earlier.no_json"), str(path), error.lineno, error.colno)) from None
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError(Problem(said("earlier.unreadable", why=why), str(path))) from None
    except UnicodeDecodeError:
        raise InputError(Problem(said("earlier.unreadable", why=said("earlier.no_text")), str(path))) from None
    except (ValueError, RecursionError):  # a number of thousands of digits, a list within thousands of lists
        raise InputError(Problem(said("earlier.unreadable", why=said("earlier.endless")), str(path))) from None
    if not isinstance(result, dict):
        raise InputError(Problem(said("earlier.no_result"), str(path)))
    return result


def _check_basis(result: ResultThen, days: int) -> None:
    """Every channel has its part, every series an amount for every day; a ``Misfit`` names what is not so."""
    basis = result.review_basis
    for channel in result.channels:
        for place, parts in (("review_basis", basis.by_channel), ("scenarios.base", result.scenarios.base.by_channel)):
            if channel not in parts:
                raise Misfit(f"{place}.by_channel.{channel}", missing=True)
    series: dict[str, Bands | ToDate] = {"total.sales": basis.total.sales, "total.receipts": basis.total.receipts}
    for name, part in basis.by_channel.items():
        of_channel: dict[str, Bands | ToDate] = {
            "sales": part.sales,
            "receipts": part.receipts,
            "all": part.all,
            "open_orders": part.open_orders,
        }
        series |= {f"by_channel.{name}.{key}": one for key, one in of_channel.items()}
        if any(part.open_orders.sales):
            raise Misfit(f"review_basis.by_channel.{name}.open_orders.sales")
    for place, one in series.items():
        for key, values in asdict(one).items():
            _check_series(f"review_basis.{place}.{key}", values, days)
    for position, cost in enumerate(basis.costs or ()):
        _check_series(f"review_basis.costs[{position + 1}].paid", cost.paid, days)


def _check_series(key: str, values: list[float], days: int) -> None:
    """An amount for every day, none beyond what money can be; a ``Misfit`` names the key."""
    if len(values) != days or max(map(abs, values), default=0.0) > LARGEST_YUAN:
        raise Misfit(key)


def _check_counts(result: ResultThen) -> None:
    """Days, paths and seed as a run has them; a ``Misfit`` names the first that is not so."""
    days = len(result.scenarios.base.dates)
    for key, holds in (
        ("horizon_days", result.horizon_days == days),
        ("paths", result.paths >= 1),
        ("seed", result.seed >= 0),
    ):
        if not holds:
            raise Misfit(key)


def _check_kind(result: Mapping[str, object], path: Path) -> None:
    """That it is a run's, of this version's shape, with all that a review needs; else the error says what it is."""
    if result.get("schema") != SCHEMA:
        found = str(result.get("schema"))[:20] if "schema" in result else said("earlier.absent")
        raise InputError(Problem(said("earlier.schema", found=found, schema=SCHEMA), str(path), key="schema"))
    for command, telling in OTHERS.items():
        if telling <= set(result):
            raise InputError(Problem(said("earlier.other_command", command=command), str(path)))
    if not isinstance(result.get("review_basis"), dict):
        message = said("earlier.without_base") if "review_basis" in result else said("earlier.older_version")
        raise InputError(Problem(message, str(path), key="review_basis"))


def _check_days(as_of: str, dates: list[str], path: Path) -> None:
    """The days forecast are those that follow as_of; ``as_of`` is named where it is no day or not the one before."""
    try:
        day = dt.date.fromisoformat(as_of)
    except ValueError:
        raise InputError(
            Problem(said("earlier.no_day", found=as_of[:20], write=AS_LEFT), str(path), key="as_of")
        ) from None
    try:
        given = [dt.date.fromisoformat(one) for one in dates]
    except ValueError:
        given = []
    if not given or [(one - given[0]).days for one in given] != list(range(len(given))):
        raise InputError(Problem(UNLIKE, str(path), key="scenarios.base.dates"))
    if (given[0] - day).days != 1:
        message = said("earlier.other_days", found=str(day), first=str(given[0]), write=AS_LEFT)
        raise InputError(Problem(message, str(path), key="as_of"))


def _misfits(result: ResultThen, plan: Plan, path: Path) -> list[Problem]:
    """What shows that the result is of something else than the plan's past."""
    problems = []
    named = ("merchant.name", result.merchant.name, plan.merchant.name)
    for key, found, wanted in (named, ("currency", result.currency, plan.merchant.currency)):
        if found != wanted:
            message = said("earlier.of_another", found=found[:60], wanted=wanted)
            problems.append(Problem(message, str(path), key=key))
    if dt.date.fromisoformat(result.as_of) >= plan.horizon.as_of:
        message = said("earlier.not_yet", found=result.as_of, as_of=str(plan.horizon.as_of))
        problems.append(Problem(message, str(path), key="as_of"))
    then, now = set(result.channels), set(plan.channels)
    if then != now:
        there, here = Listed(tuple(sorted(then - now))), Listed(tuple(sorted(now - then)))
        only = said("earlier.only_both", there=there, here=here)
        if not (then - now and now - then):
            only = said("earlier.only_there", names=there) if then - now else said("earlier.only_here", names=here)
        problems.append(Problem(said("earlier.other_channels", only=only), str(path), key="channels"))
    return problems


def _fen(yuan: float) -> int:
    return round(yuan * FEN_PER_YUAN)
