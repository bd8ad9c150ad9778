"""The value of fixes: what a point or a day less of each trouble brings, in receipts, buffer and financing, and a year.

A fix of rates goes from base's own mean rate to one less by the change, both set as levels, so that the difference is
that of the point alone. Days and hours change the laws or the drawn episodes: what a fix changes is orders placed in
the horizon, and in the case of settlements all that settle in it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from forecast.financing.marginal import brought_forward
from forecast.plan.model import ALL_CAUSES, StatedRate
from forecast.results.stress import Fix
from forecast.scenarios import shocks
from forecast.simulation.randomness import Episodes
from forecast.studies.stress.questions import key_of, read_channel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from forecast.arrays import Floats
    from forecast.financing.desk import Proposal
    from forecast.simulated import Forecast
    from forecast.simulation.engine import Engine
    from forecast.simulation.kernels import Kernels
    from forecast.studies.stress.questions import Answer, ChannelMoney, Questions

POINT = 0.01
"""One point less of a rate; the whole of it where that is less."""

HOURS = 24
"""An hour is so small a part of a day."""

NOISE, NOISE_SHARE = 1.0, 1e-6
"""A buffer that moves by less than a yuan, or than a millionth of it, has not moved."""

YEAR = 365
"""Days of a year."""

Pair = tuple[str, float, "Answer", "Answer"]
"""A fix: its key, its change, and the answers without it and with it."""


def fixes(questions: Questions, mix: Proposal | None, say: Callable[[str], None]) -> list[Fix]:
    """Every fix, the one worth most a year first; ``mix`` is the one recommended in base, None where none holds."""
    times, found = years_share(questions.prepared), []
    base = questions.whatif()

    @lru_cache(maxsize=2)
    def spent(answer: Answer) -> float | None:
        return answer.cost_resized(mix)

    for place, name in enumerate(questions.plan.channels):
        say(f"fix:{name}")
        for key, change, before, after in _of_channel(questions, place, name, base):
            cost = difference(spent(after), spent(before))
            found.append(
                Fix(
                    key=key,
                    change=change,
                    receipts=after.receipts - before.receipts,
                    buffer=buffer_moved(before.buffer.amount, after.buffer.amount),
                    expected_cost=cost,
                    total_a_year=(after.worth - before.worth - (cost or 0.0)) * times,
                )
            )
    return sorted(found, key=lambda one: -one.total_a_year)


def buffer_moved(before: float, after: float) -> float:
    """By how much a fix moves the buffer, yuan; 0 where that is no more than the noise of single orders: ``NOISE``.

    That noise rests on a channel's mean over the paths, so that a fix moves by a trifle, up or down, even the paths
    on which nothing is fixed; one of them may be the path that decides.
    """
    moved = after - before
    return 0.0 if abs(moved) < max(NOISE, NOISE_SHARE * before) else moved


def difference(after: float | None, before: float | None) -> float | None:
    """By how much one cost is more than another; None where one of them is not known."""
    return None if after is None or before is None else after - before


def years_share(prepared: Forecast) -> float:
    """How many horizons a year holds, by sales: those of the ledger's last year over those expected in the horizon.

    A ledger of less than a year is taken to go on as on its own days.
    """
    known, gap = prepared.costs.known, prepared.engine.gap
    year = known[:, -YEAR:]
    sales = float(year.sum()) * YEAR / max(year.shape[1], 1)
    ahead = float(prepared.engine.sales[:, :, gap:].sum(axis=(1, 2)).mean())
    return sales / ahead if ahead > 0 else 0.0


def _of_channel(questions: Questions, place: int, name: str, base: Answer) -> Iterator[Pair]:
    """The fixes of one channel."""
    prepared, scenario = questions.prepared, questions.base
    money = questions.channel(place, scenario)
    yield from _fewer_failures(questions, name, money)
    refunded = float(money.refunded.mean()) if money.refunded.size else 0.0  # none where nothing is deducted
    if refunded > 0:
        less = min(POINT, refunded)
        answers = [
            questions.answer(replace(scenario, refund_rate={name: rate})) for rate in (refunded, refunded - less)
        ]
        yield key_of("refund_rate", name), -less, answers[0], answers[1]
    kernels, changes = prepared.engine.kernels[place], shocks(scenario, questions.plan, prepared.days)
    abandoned = min(POINT, float(kernels.never_paid.sum(axis=1).mean()))
    for kind, change, engine in (
        ("recovery_days", -1.0, with_kernels(prepared.engine, place, sooner_cured(kernels))),
        ("never_paid", -abandoned, with_kernels(prepared.engine, place, fewer_abandoned(kernels, abandoned))),
        ("alarm_hours", -1.0, hour_less(prepared.engine, place)),
    ):
        if engine is not None and change:
            other = read_channel(replace(prepared, engine=engine), place, changes)
            yield key_of(kind, name), change, base, _with_channel(questions, place, other)
    yield key_of("settlement_days", name), -1.0, base, _with_channel(questions, place, settled_sooner(money))


def _with_channel(questions: Questions, place: int, money: ChannelMoney) -> Answer:
    """Base with one channel's money in place of its own."""
    channels = questions.channels(questions.base)
    channels[place] = money
    return questions.of(channels, questions.base)


def _fewer_failures(questions: Questions, name: str, money: ChannelMoney) -> Iterator[Pair]:
    """A point less of each cause that fails in base, beside all causes at the rates that they have there."""
    rates = present_rates(money)
    before = None
    for cause, rate in rates.items():
        less = min(POINT, rate)
        stated = [StatedRate(by_cause=rates), StatedRate(by_cause={**rates, cause: rate - less})]
        scenarios = [replace(questions.base, failure_rate={name: one}) for one in stated]
        before = before or questions.answer(scenarios[0])
        yield f"{key_of('failure_rate', name)}.{cause}", -less, before, questions.answer(scenarios[1])


def present_rates(money: ChannelMoney) -> dict[str, float]:
    """The failed share of tried value by cause over the horizon, of the causes that fail at all."""
    tried, failed = float(money.tried.sum()), money.failed_by_cause.sum(axis=0)
    found = zip(ALL_CAUSES, failed.tolist(), strict=True)
    return {cause: amount / tried for cause, amount in found if amount > 0 and tried > 0}


def with_kernels(engine: Engine, place: int, kernels: Kernels) -> Engine:
    """The engine with other kernels of one channel."""
    every = (*engine.kernels[:place], kernels, *engine.kernels[place + 1 :])
    return replace(engine, kernels=every)


def sooner_cured(kernels: Kernels) -> Kernels:
    """What fails from now on is cured a day earlier, the same share of it; what comes at once comes at once."""
    return replace(kernels, cured={cause: _day_earlier(steps) for cause, steps in kernels.cured.items()})


def _day_earlier(steps: Floats) -> Floats:
    """Shares by age (draw, age), each a day earlier."""
    earlier = np.zeros_like(steps)
    earlier[:, :-1] = steps[:, 1:]
    earlier[:, 0] += steps[:, 0]
    return earlier


def fewer_abandoned(kernels: Kernels, less: float) -> Kernels:
    """Of the orders placed a share ``less`` fewer is never paid; it is paid as the others are."""
    tried, unpaid = (one.sum(axis=1, keepdims=True) for one in (kernels.tried, kernels.never_paid))
    part = np.minimum(np.divide(less, unpaid, out=np.zeros_like(unpaid), where=unpaid > 0), 1.0)
    more = 1.0 + np.divide(part * unpaid, tried, out=np.zeros_like(tried), where=tried > 0)
    return replace(kernels, tried=kernels.tried * more, never_paid=kernels.never_paid * (1.0 - part))


def hour_less(engine: Engine, place: int) -> Engine | None:
    """Episodes on a channel end an hour earlier: of each one's last day a 24th fails less; None without episodes.

    A day of an episode is taken to fail evenly. An incident of some hours gains more than this.
    """
    days, episodes = engine.sales.shape[2], dict(engine.randomness.episodes)
    own = [key for key, one in episodes.items() if key[0] == place and one.place.size]
    for key in own:
        one = episodes[key]
        follows = np.zeros(one.place.size, dtype=bool)
        follows[:-1] = (np.diff(one.place) == 1) & (one.place[1:] % days > 0)
        episodes[key] = Episodes(one.place, np.where(follows, one.share, one.share * (1.0 - 1.0 / HOURS)))
    return replace(engine, randomness=replace(engine.randomness, episodes=episodes)) if own else None


def settled_sooner(money: ChannelMoney) -> ChannelMoney:
    """A channel's money with every settlement in the horizon a calendar day earlier: none is gained."""
    more, _ = brought_forward(money.settled, money.receivables)
    whole, ahead = brought_forward(money.settled + money.fees, money.receivables)
    return replace(
        money,
        receipts=money.receipts + more,
        settled=money.settled + more,
        fees=money.fees + whole - more,
        receivables=money.receivables - ahead,
    )
