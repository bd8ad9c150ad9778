"""What financing costs as a rate, and by when it must be asked for: measured on a finished run of the daily rule.

Rates rest on the flows expected over all paths. The simple and the compound one are those of PBoC announcement 2021
No. 3 (interest and all fees, on the principal outstanding), with the day as period: compound = (1 + i)^365 − 1, the
XIRR; simple = 365 i. Cost on balance is the treasurer's all-in: expected cost ÷ mean balance, a year of 365 days.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import FEN_TOLERANCE
from forecast.financing.rates import YEAR, borrowing_rate
from forecast.liquidity import quantile_rank

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from forecast.financing.kinds.lines import Account
    from forecast.financing.policy import Outcome


@dataclass(frozen=True, slots=True)
class Measures:
    """Rates a year and balances of one or more facilities together; a rate is None where nothing is drawn.

    Attributes:
        compound_rate: XIRR (act/365) of the expected flows.
        simple_rate: 365 × the rate a day.
        cost_on_balance: Expected cost ÷ mean balance, a year of 365 days.
        mean_drawn: Owed in the evening, mean over days and paths, yuan.
        peak_drawn: The ⌈n × confidence⌉-th smallest of the paths' highest balances, yuan.
        days_drawn: Evenings on which something is owed, mean over paths.
    """

    compound_rate: float | None
    simple_rate: float | None
    cost_on_balance: float | None
    mean_drawn: float
    peak_drawn: float
    days_drawn: float


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Last days for a facility so that cash still holds; None where that day does not matter or does not exist.

    Attributes:
        start_by: To begin arranging it, ``signing_days`` before ``sign_by``.
        sign_by: To have it signed; None where it is signed already.
        notice_by: To ask for the first drawing; without notice the day of that drawing.
    """

    start_by: dt.date | None = None
    sign_by: dt.date | None = None
    notice_by: dt.date | None = None


def measure(accounts: Sequence[Account], confidence: float) -> Measures:
    """Measure facilities of one run together.

    Args:
        accounts: Of the facilities; none gives zeros and no rate.
        confidence: Share of paths whose highest balance ``peak_drawn`` covers.

    Returns:
        Rates and balances.
    """
    if not accounts:
        return Measures(None, None, None, 0.0, 0.0, 0.0)
    balance = np.sum([account.balance for account in accounts], axis=0)
    peaks = np.sort(balance.max(axis=0))
    mean = float(balance.mean())
    compound = _compound(accounts) if float(peaks[-1]) >= FEN_TOLERANCE else None
    cost = sum(float((account.interest + account.fees).mean()) for account in accounts)
    # nothing accrues on the last evening, on which everything is closed out
    nights = float(balance[:-1].mean(axis=1).sum())
    return Measures(
        compound_rate=compound,
        simple_rate=None if compound is None else simple_rate(compound),
        cost_on_balance=cost / nights * YEAR if nights >= FEN_TOLERANCE else None,
        mean_drawn=mean,
        peak_drawn=float(peaks[quantile_rank(peaks.size, confidence) - 1]),
        days_drawn=float((balance > FEN_TOLERANCE).sum(axis=0).mean()),
    )


def simple_rate(compound: float) -> float:
    """Give the simple rate a year of the same rate a day: 365 × ((1 + compound)^(1 ÷ 365) − 1)."""
    return float(YEAR * np.expm1(np.log1p(compound) / YEAR))


def _compound(accounts: Sequence[Account]) -> float | None:
    """Give the rate of the expected flows: what is owed on as_of comes in, the close-out goes out on the last day."""
    flows = np.zeros(accounts[0].balance.shape[0] + 1)
    for account in accounts:
        flows[0] += account.arrangement.terms.facility.drawn
        flows[1:] += account.flows.mean(axis=1)
        flows[-1] -= float((account.balance[-1] + account.unpaid).mean())
    return borrowing_rate(np.arange(flows.size, dtype=np.float64), flows)


def deadlines(outcome: Outcome, account: Account, as_of: dt.date, confidence: float) -> Deadlines:
    """Give the last days by which a facility may be begun, signed and asked for so that cash still holds.

    A path that draws before the money can arrive would fall short; the chance of that, beside the paths that fall short
    anyway, must stay within 1 − confidence.

    Args:
        outcome: A run in which cash holds.
        account: Of the facility, of that run.
        as_of: Its evening is the first on which anything can be asked for.
        confidence: Chance with which cash must not fall below the minimum.

    Returns:
        No days where the horizon can pass without it.
    """
    item = account.arrangement.terms
    count, paths = account.draws.shape
    drawn = account.draws > FEN_TOLERANCE
    first = np.sort(np.where(drawn.any(axis=0), drawn.argmax(axis=0), count)[~outcome.short])
    spare = paths - quantile_rank(paths, confidence) - int(outcome.short.sum())
    if account.arrangement.limit <= 0 or first.size == 0:
        return Deadlines()
    day = int(first[min(max(spare, 0), first.size - 1)])
    if day >= count:
        return Deadlines()
    if item.facility.notice_days == 0:
        asked = as_of + dt.timedelta(days=day + 1)
    else:
        evenings = np.flatnonzero((item.calendar.arrival >= 0) & (item.calendar.arrival <= day))
        if evenings.size == 0:
            return Deadlines()
        asked = as_of + dt.timedelta(days=int(evenings[-1]))
    if item.arranged:
        return Deadlines(notice_by=asked)
    return Deadlines(asked - dt.timedelta(days=item.facility.signing_days), asked, asked)


def earliest(several: Sequence[Deadlines]) -> Deadlines:
    """Give the first of the last days of several facilities: by then something must be done."""

    def first(days: Iterable[dt.date | None]) -> dt.date | None:
        return min((day for day in days if day is not None), default=None)

    return Deadlines(
        first(one.start_by for one in several),
        first(one.sign_by for one in several),
        first(one.notice_by for one in several),
    )
