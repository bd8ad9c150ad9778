"""What is read, fitted and drawn before any scenario, from the keys of the plan on which it rests and from no other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.calendar import Calendar
from forecast.costs import days_beyond
from forecast.input_notes import input_notes, sales_notes
from forecast.ledger.freshness import plan_as_known
from forecast.ledger.reading import read_last_known
from forecast.memory import give_back
from forecast.plan.bearing import bearing
from forecast.plausibility.reach import require_reach
from forecast.plausibility.size import require_memory
from forecast.receivables.cohorts import promotion_days
from forecast.receivables.estimation import estimate
from forecast.receivables.hazards import MAX_AGE
from forecast.results.development import collection_development
from forecast.results.estimates import estimates
from forecast.results.sales_model import sales_model
from forecast.sales.history import daily_sales
from forecast.sales.paths import expected_beyond, forecast_sales
from forecast.simulated import Evidence, Fitted
from forecast.simulation.engine import Engine
from forecast.simulation.randomness import draw_randomness

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecast.ledger.tables import Ledger
    from forecast.notes import Note
    from forecast.plan.model import Plan


def fit(plan: Plan, *, progress: Callable[[str], None] | None = None, past: bool = False) -> Fitted:
    """Read the ledger, fit the laws, draw base sales and the random numbers: see ``pipeline.prepare``.

    What it gives follows from ``bearing(plan)`` and from the files of the ledger alone.

    Raises:
        InputError: as ``pipeline.prepare``.
    """
    say = progress or (lambda _: None)
    require_memory(plan)
    say("ledger")
    own = bearing(plan)
    calendar = Calendar(own.merchant.holidays)
    ledger, gap = read_last_known(own, calendar)
    require_reach(own, ledger, gap, calendar, past=past)
    require_memory(plan_as_known(plan, gap))
    known = plan_as_known(own, gap)
    as_of = np.datetime64(known.horizon.as_of, "D")
    days = np.arange(as_of + 1, as_of + 1 + known.horizon.days)
    streams = np.random.default_rng(own.horizon.seed).spawn(5)
    sales_stream, law_stream, path_stream, estimate_stream, beyond_stream = streams
    say("sales")
    daily = daily_sales(known, ledger)
    sales = forecast_sales(
        *(daily, known.horizon.as_of, known.horizon.days),
        events=own.events,
        holidays=own.merchant.holidays,
        paths=own.horizon.paths,
        seed=sales_stream,
    )
    beyond = expected_beyond(sales, days_beyond(own.costs), own.events, own.merchant.holidays, beyond_stream)
    expected = np.concatenate([sales.paths.mean(axis=0), beyond], axis=1)
    say("receivables")
    assumptions = estimate(ledger, known, calendar, law_stream)
    promotions = promotion_days(own.events, days[-1])
    engine = Engine.build(
        assumptions,
        draw_randomness(assumptions, sales.paths, path_stream),
        sales.paths,
        as_of,
        calendar,
        np.isin(days, promotions),
        past_promotions=np.isin(as_of - np.arange(MAX_AGE), promotions),
        gap=gap,
    )
    give_back()
    development, open_notes = collection_development(ledger.tables, list(own.channels))
    shown = estimates(assumptions.channels, engine.kernels, estimate_stream)
    evidence = Evidence(
        *(ledger, sales_model(sales, own.language), sales.events, shown, development),
        notes=(*sales_notes(sales.notes), *open_notes),
    )
    return Fitted(engine, daily.to_numpy().T, expected, lambda: evidence)


def notes_on(plan: Plan, engine: Engine, evidence: Evidence, calendar: Calendar) -> tuple[Note, ...]:
    """The notes on plan, ledger, laws and sales, before any scenario."""
    told = input_notes(plan, with_rows(plan, evidence.ledger), calendar, engine.gap, engine.assumptions.notes)
    return (*told, *evidence.notes)


def without_rows(evidence: Evidence) -> Evidence:
    """The evidence without the ledger's bad rows and unmatched lines, which show orders one by one."""
    ledger, joined = evidence.ledger, evidence.ledger.joined
    if joined is not None:
        joined = replace(joined, unmatched=joined.unmatched.iloc[:0])
    return replace(evidence, ledger=replace(ledger, rejected=ledger.rejected.iloc[:0], joined=joined))


def with_rows(plan: Plan, ledger: Ledger) -> Ledger:
    """The ledger with its bad rows and unmatched lines, which are read anew where they were left out.

    Raises:
        InputError: the ledger can be read no more.
    """
    joined = ledger.joined
    left_out = ledger.counts.rejected and ledger.rejected.empty
    if left_out or (joined is not None and joined.reasons and joined.unmatched.empty):
        return read_last_known(bearing(plan), Calendar(plan.merchant.holidays))[0]
    return ledger
