"""Which keys of a plan bear on what is fitted and drawn before any scenario: the others change without a new fit."""

from __future__ import annotations

from dataclasses import replace

from forecast.plan.model import Cash, Horizon, Plan


def bearing(plan: Plan) -> Plan:
    """The plan with nothing but what bears on its fit: ledger, channels, events, costs, merchant and horizon.

    Balances, flows, facilities, covenants, accounts, scenarios and the confidence are left out: they change no fit and
    no draw. ``fitting.fit`` is handed this plan, so that nothing else can bear on it.
    """
    horizon = plan.horizon
    own = Plan(
        path=plan.path,
        language=plan.language,
        merchant=plan.merchant,
        horizon=Horizon(as_of=horizon.as_of, days=horizon.days, paths=horizon.paths, seed=horizon.seed),
        ledger=plan.ledger,
        cash=Cash(opening_balance=0.0),
        channels=plan.channels,
        events=plan.events,
        costs=plan.costs,
        judged_on=plan.judged_on,
    )
    return replace(own, places=plan.places)
