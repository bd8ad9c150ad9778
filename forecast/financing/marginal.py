"""What one more of a thing is worth to a financing plan: a yuan of each limit, a day of faster settlement.

Finite differences of the recommended mix on the same paths before and after, all else kept: limits, order and reserves.
The steps are stated with the figures, which hold near where they were taken and for no large change.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import FEN_TOLERANCE
from forecast.errors import IdentityError
from forecast.financing.kinds.table import again, pool_rules
from forecast.financing.policy import ScenarioDays, simulate
from forecast.liquidity import case_buffer
from forecast.pools import PoolSum
from forecast.records import Record, money, rate, record, says

if TYPE_CHECKING:
    from collections.abc import Collection

    from forecast.arrays import Floats
    from forecast.cash import CashCase
    from forecast.financing.policy import Outcome
    from forecast.liquidity import CaseBuffer
    from forecast.pools import PoolRule

STEP = 0.01
"""Share of an arranged limit by which it is raised."""


@record
class LimitWorth(Record):
    """What one more yuan of a facility's arranged limit is worth."""

    facility: str = says("its name")
    step: float = money("by how much the limit was raised")
    saving_rate: float = rate(
        "fall of the expected cost; negative where the yuan costs more than it saves", "yuan a yuan"
    )
    shortfall_probability_saved: float = rate("fall of the chance of falling short, by the whole step")
    binding: bool = says("whether the mix uses all that the facility offers")


@record
class SettlementWorth(Record):
    """What settlements one calendar day earlier are worth."""

    channel: str | None = says("its name; null: all channels at once")
    buffer: float = money("fall of the buffer")
    funding_gap: float = money("fall of the funding gap")
    expected_cost: float = money("fall of the mix's expected cost")


@record
class Marginal(Record):
    """What one more yuan of a limit and a day of faster settlement are worth to the recommended mix."""

    limits: list[LimitWorth] = says("by facility of the mix")
    settlement_day: list[SettlementWorth] = says("of all channels, then by channel")


def limit_values(outcome: Outcome, mix: Collection[str]) -> list[LimitWorth]:
    """Give what a yuan more of each limit of the mix is worth, one limit raised at a time.

    ``mix`` names its facilities; the others in ``outcome`` merely run on.
    """
    arrangements = [account.arrangement for account in outcome.accounts]
    return [
        _limit_value(outcome, place)
        for place, one in enumerate(arrangements)
        if one.terms.facility.name in mix and one.drawing and one.limit > 0
    ]


def _limit_value(outcome: Outcome, place: int) -> LimitWorth:
    """Give what a yuan more of the limit of the account at a place is worth."""
    raised = [account.arrangement for account in outcome.accounts]
    own = raised[place]
    step = max(round(own.limit * STEP, 2), FEN_TOLERANCE * 2)
    raised[place] = replace(own, limit=own.limit + step, priced_limit=None)
    after = simulate(outcome.days, raised)
    saving = float((outcome.cost - after.cost).mean()) / step
    chance = float(outcome.short.mean() - after.short.mean())
    binding = own.limit >= own.terms.most - FEN_TOLERANCE
    return LimitWorth(own.terms.facility.name, step, saving, chance, binding)


def settlement_values(case: CashCase, outcome: Outcome, confidence: float) -> list[SettlementWorth]:
    """Give what a day of faster settlement is worth: of all channels, then of each where there are several."""
    before = case_buffer(case, confidence)
    groups: list[tuple[str | None, Collection[str]]] = [(None, case.channels)]
    if len(case.channels) > 1:
        groups += [(name, (name,)) for name in case.channels]
    rules = pool_rules(account.arrangement.terms.facility for account in outcome.accounts)
    found = []
    for channel, names in groups:
        after, cost = _sooner(faster(case, names, rules), outcome, confidence)
        buffer, gap = before.buffer.amount - after.buffer.amount, before.funding_gap - after.funding_gap
        found.append(SettlementWorth(channel, buffer, gap, float((outcome.cost - cost).mean())))
    return found


def _sooner(quick: CashCase, outcome: Outcome, confidence: float) -> tuple[CaseBuffer, Floats]:
    """Give the buffer of a scenario that settles sooner, and by path what the same arrangements cost in it."""
    arrangements = [
        replace(account.arrangement, terms=again(quick, account.arrangement.terms)) for account in outcome.accounts
    ]
    return case_buffer(quick, confidence), simulate(ScenarioDays.of(quick), arrangements).cost


def faster(case: CashCase, channels: Collection[str], rules: Collection[PoolRule] = ()) -> CashCase:
    """Give the scenario with every settlement of some channels one calendar day earlier, and its pools by ``rules``.

    Raises:
        IdentityError: The scenario does not keep its channels apart, which is a fault of the program.
    """
    if case.by_channel is None:
        raise IdentityError("the channels' settlements are not kept")
    apart, sooner = case.by_channel, np.zeros_like(case.flows)
    pools = {rule: PoolSum.empty(rule, (case.flows.shape[0], case.flows.shape[1])) for rule in rules}
    for place, name in enumerate(case.channels):
        settled, receivables = apart.gross(place), apart.receivables[:, place]
        if name in channels:
            sooner += brought_forward(apart.settled[:, place], receivables)[0]
            more, ahead = brought_forward(settled, receivables)
            settled, receivables = settled + more, receivables - ahead
        for pool in pools.values():
            pool.add(name, receivables, settled, {age: young[:, place] for age, young in apart.young.items()})
    found = {rule: pool.pool() for rule, pool in pools.items()}
    return replace(case, flows=case.flows + sooner, by_channel=None, pools=found)


def brought_forward(settled: Floats, receivables: Floats) -> tuple[Floats, Floats]:
    """Give what settling one calendar day earlier adds to each day's settlements, and how much has come ahead so far.

    Both (path, day) as what is given, of one channel. On every evening what settles on the next day is there already,
    as far as it is deducted by then; the last evening is as it was, as what comes after the horizon is not known. No
    money is made: receivables fall by what is ahead.
    """
    ahead = np.zeros_like(settled)
    ahead[:, :-1] = np.clip(receivables[:, :-1], 0.0, np.maximum(settled[:, 1:], 0.0))
    return np.diff(ahead, axis=1, prepend=0.0), ahead
