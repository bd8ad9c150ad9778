"""What financing costs as a rate, and by when it must be asked for: measured on a finished run of the daily rule.

Rates rest on the flows expected over all paths. The simple and the compound one are those of PBoC announcement 2021
No. 3 (interest and all fees, on the principal outstanding), with the day as period: compound = (1 + i)^365 − 1, the
XIRR; simple = 365 i. Cost on balance is the treasurer's all-in: expected cost ÷ mean balance, a year of 365 days.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import FEN_TOLERANCE
from forecast.financing.rates import YEAR, borrowing_rate
from forecast.liquidity import quantile_rank
from forecast.records import Record, money, rate, record, says

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from forecast.financing.kinds.accounts import Account
    from forecast.financing.policy import Outcome

YEARLY = "share a year"


@record
class Rates(Record):
    """Balances and rates of one or more facilities together."""

    mean_drawn: float = money("balance owed, mean over days and paths")
    peak_drawn: float = money(
        "highest balance, the evening of `as_of` included, that a share `confidence` of the paths does not exceed"
    )
    days_drawn: float = money("evenings with a balance, mean over paths", "days")
    compound_rate: float | None = rate("XIRR (act/365) of the expected flows; null where nothing is drawn", YEARLY)
    simple_rate: float | None = rate("365 × the rate a day; null where nothing is drawn", YEARLY)
    cost_on_balance_rate: float | None = rate("expected cost ÷ mean balance; null where nothing is drawn", YEARLY)


@record
class LastDays(Record):
    """The last days for a facility so that cash still holds; null where that day does not matter or does not exist."""

    latest_start_day: dt.date | None = says("to begin arranging it")
    latest_signing_day: dt.date | None = says("to have it signed")
    latest_notice_day: dt.date | None = says("to ask for the first drawing; without notice the day of that drawing")


NO_DAYS = LastDays(None, None, None)
"""Of what is signed already and not drawn, or does not hold."""


def measure(accounts: Sequence[Account], confidence: float) -> Rates:
    """Measure facilities of one run together; none gives zeros and no rate."""
    if not accounts:
        return Rates(0.0, 0.0, 0.0, None, None, None)
    balance = np.sum([account.balance for account in accounts], axis=0)
    owed = sum(account.arrangement.terms.facility.drawn for account in accounts)  # on the evening of as_of
    peaks = np.sort(np.maximum(balance.max(axis=0), owed))
    compound = _compound(accounts) if float(peaks[-1]) >= FEN_TOLERANCE else None
    cost = sum(float((account.interest + account.fees).mean()) for account in accounts)
    # from the evening of as_of; nothing accrues on the last one, on which everything is closed out
    nights = owed + float(balance[:-1].mean(axis=1).sum())
    return Rates(
        mean_drawn=float(balance.mean()),
        peak_drawn=float(peaks[quantile_rank(peaks.size, confidence) - 1]),
        days_drawn=float((balance > FEN_TOLERANCE).sum(axis=0).mean()),
        compound_rate=compound,
        simple_rate=None if compound is None else simple_rate(compound),
        cost_on_balance_rate=cost / nights * YEAR if nights >= FEN_TOLERANCE else None,
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


def last_days(outcome: Outcome, account: Account, as_of: dt.date, confidence: float) -> LastDays:
    """Give the last days by which a facility may be begun, signed and asked for so that cash still holds.

    A path that draws before the money can arrive would fall short; the chance of that, beside the paths that fall short
    anyway, must stay within 1 − confidence. The evening of as_of is the first on which anything can be asked for. No
    days where the horizon can pass without it.
    """
    item = account.arrangement.terms
    count, paths = account.draws.shape
    drawn = account.draws > FEN_TOLERANCE
    first = np.sort(np.where(drawn.any(axis=0), drawn.argmax(axis=0), count)[~outcome.short])
    spare = paths - quantile_rank(paths, confidence) - int(outcome.short.sum())
    if account.arrangement.limit <= 0 or first.size == 0:
        return NO_DAYS
    day = int(first[min(max(spare, 0), first.size - 1)])
    if day >= count:
        return NO_DAYS
    if item.facility.notice_days == 0:
        asked = as_of + dt.timedelta(days=day + 1)
    else:
        evenings = np.flatnonzero((item.calendar.arrival >= 0) & (item.calendar.arrival <= day))
        if evenings.size == 0:
            return NO_DAYS
        asked = as_of + dt.timedelta(days=int(evenings[-1]))
    if item.arranged:
        return LastDays(None, None, asked)
    return LastDays(asked - dt.timedelta(days=item.facility.signing_days), asked, asked)


def earliest(several: Sequence[LastDays]) -> LastDays:
    """Give the first of the last days of several facilities: by then something must be done."""

    def first(days: Iterable[dt.date | None]) -> dt.date | None:
        return min((day for day in days if day is not None), default=None)

    return LastDays(
        first(one.latest_start_day for one in several),
        first(one.latest_signing_day for one in several),
        first(one.latest_notice_day for one in several),
    )
