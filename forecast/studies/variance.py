"""Why receipts came out otherwise than forecast: volume, failure, timing, refunds and fees, adding up to the fen.

Between the value of orders and receipts money is lost on the way at four places: it is not deducted, refunded, still in
transit, or kept as a fee. For a channel and a span of days, with what was open at its beginning,

    opening + sales = undeducted + in transit + refunded before + fees + settled,
    receipts = settled - refunded after.

The forecast is led over into the outcome one cause after another, as in a flexible budget (Horngren, Datar and Rajan,
Cost Accounting, 14th ed., 2012, chapter 7), each step at the forecast's own shares for all that is not yet replaced:

1. volume: the actual order value, at the forecast's receipts per yuan ordered in the span;
2. failure: what was not deducted (failed, lost, never paid, still awaited) beyond what the forecast expects of the
   actual order value, at the forecast's receipts per yuan deducted;
3. timing: what is in transit on the last evening beyond what the forecast expects of the actual deductions, after fees;
4. refunds: those before settlement, after fees, and those taken back, beyond the same expectation;
5. fees: what was kept of what arrived beyond the forecast's rate.

The forecast's shares are those of orders placed in the span; what becomes of orders open at its beginning is set apart,
so that a better week's orders are no excuse for money that older orders owe. Shares are exact fractions: in float64 a
channel of few forecast and many actual orders lost fen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction

from forecast.errors import IdentityError

EFFECTS = ("volume", "failure", "timing", "refunds", "fees")
"""The causes, in the order in which the forecast is led over into the outcome."""


@dataclass(frozen=True, slots=True)
class Course:
    """What became of a channel's money over a span of days, in whole fen; sums over the span, all at least 0.

    ``opening`` was outstanding before the first day, ``in_transit`` is deducted and not settled on the last evening,
    ``settled`` is net of ``fees``. ``refunded_before`` settlement and ``refunded_after`` it fell into the span.
    """

    opening: int
    sales: int
    settled: int
    fees: int
    refunded_before: int
    refunded_after: int
    in_transit: int

    @property
    def undeducted(self) -> int:
        """Failed, lost, never paid or still awaited at the end: what is left of opening and sales."""
        return self.opening + self.sales - self.settled - self.fees - self.refunded_before - self.in_transit

    @property
    def receipts(self) -> int:
        """Settled, net of fees, less refunds taken back."""
        return self.settled - self.refunded_after


@dataclass(frozen=True, slots=True)
class Variance:
    """Effects on receipts in fen, positive where more came in.

    ``revised`` is the part of ``volume`` that is no sale of the span: orders from before it that the ledger has gained
    or lost since the forecast.
    """

    volume: int
    failure: int
    timing: int
    refunds: int
    fees: int
    revised: int = 0

    @property
    def total(self) -> int:
        """All effects together."""
        return sum(getattr(self, name) for name in EFFECTS)


def explain(forecast: Course, of_open: Course, actual: Course) -> Variance:
    """The effects that lead from the receipts of the ``forecast`` of all orders to the ``actual`` ones.

    ``of_open`` is what was expected of the orders already open before the span alone; its sales are 0.

    Raises:
        IdentityError: the effects do not add up, a fault of the program.
    """
    ordered = Fraction(forecast.sales)
    deducted = ordered - (forecast.undeducted - of_open.undeducted)
    if not (ordered > 0 and deducted > 0):
        # No new order was expected to be deducted: all that was expected comes of open orders.
        deducted, of_open = Fraction(0), replace(forecast, sales=0)
    unpaid = 1 - deducted / ordered if ordered else Fraction(0)

    def share(name: str) -> Fraction:
        """Of a yuan newly deducted; nothing is known of it where nothing was expected to be deducted."""
        return (getattr(forecast, name) - getattr(of_open, name)) / deducted if deducted else Fraction(0)

    waiting, refunded, kept, taken_back = map(share, ("in_transit", "refunded_before", "fees", "refunded_after"))
    collected = 1 - waiting - refunded - kept - taken_back
    revised = actual.opening - forecast.opening
    beyond = actual.undeducted - (of_open.undeducted + unpaid * actual.sales)
    newly = (1 - unpaid) * actual.sales - beyond
    late = actual.in_transit - (of_open.in_transit + waiting * newly)
    early_refunds = actual.refunded_before - (of_open.refunded_before + refunded * newly)
    late_refunds = actual.refunded_after - (of_open.refunded_after + taken_back * newly)
    arriving = of_open.settled + of_open.fees + (1 - waiting - refunded) * newly
    fees = of_open.fees + kept * newly
    rate = fees / arriving if arriving > 0 else Fraction(0)
    arrived = actual.settled + actual.fees
    effects = {
        "volume": (actual.sales - forecast.sales) * (1 - unpaid) * collected + revised * (1 - rate),
        "failure": -beyond * collected,
        "timing": -late * (1 - rate),
        "refunds": -early_refunds * (1 - rate) - late_refunds,
        "fees": fees + rate * (arrived - arriving) - actual.fees,
    }
    whole = _whole_fen(effects, actual.receipts - forecast.receipts)
    variance = Variance(**whole, revised=round(revised * (1 - rate)))
    check_variance(variance, forecast, actual)
    return variance


def check_variance(variance: Variance, forecast: Course, actual: Course) -> None:
    """Forecast receipts + all effects = actual receipts, to the fen.

    Raises:
        IdentityError: it does not hold, which is a fault of the program.
    """
    gap = forecast.receipts + variance.total - actual.receipts
    if gap:
        raise IdentityError(f"the effects on receipts miss {gap} fen of what came")


def _whole_fen(effects: dict[str, Fraction], total: int) -> dict[str, int]:
    """The effects in whole fen that sum to ``total``: rounded down, the rest given to the largest remainders."""
    down = {name: math.floor(value) for name, value in effects.items()}
    left = total - sum(down.values())
    if sum(effects.values()) != total:
        raise IdentityError(f"the effects on receipts sum to {float(sum(effects.values())):.2f} fen, not to {total}")
    by_remainder = sorted(effects, key=lambda name: down[name] - effects[name])
    for place in range(abs(left)):
        down[by_remainder[place % len(by_remainder)]] += 1 if left > 0 else -1
    return down
