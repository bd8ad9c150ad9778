"""The comparison of financing options, as tables and as JSON, and which scenarios no facility can carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.figures import Figures
from forecast.outputs.grid import table_text
from forecast.outputs.note_lines import warning_lines
from forecast.outputs.tables import financing as tables_financing
from forecast.outputs.tables import run as tables
from forecast.outputs.tables import schedules as tables_schedules
from forecast.results.answers import FinanceResult, ScenarioFinancing

if TYPE_CHECKING:
    from forecast.results.answers import BreakEven, SolvedLimits, SolvedStock
    from forecast.results.run import Result


def finance_result(
    result: Result, solved: SolvedLimits | SolvedStock | None = None, turns: tuple[BreakEven, ...] | None = None
) -> FinanceResult:
    """The part of a result that concerns financing, with what was asked beside it."""
    return FinanceResult(
        schema=result.schema,
        version=result.version,
        as_of=result.as_of,
        horizon_days=result.horizon_days,
        paths=result.paths,
        seed=result.seed,
        confidence=result.confidence,
        currency=result.currency,
        opening_balance=result.opening_balance,
        minimum_balance=result.minimum_balance,
        facilities=result.facilities,
        notes=result.notes,
        scenarios={
            name: ScenarioFinancing(one.label, one.changes, one.lowest_cash, one.buffer, one.financing)
            for name, one in result.scenarios.items()
        },
        solve=solved,
        break_even=turns,
    )


def finance_text(result: Result) -> str:
    """The warnings, what must stand ready in every scenario, then the options of each, the recommended one first.

    Of the base scenario also what each costs and by when it must be asked for, the schedule of the recommended mix by
    month, covenants, and what one more is worth.
    """
    figures = Figures.of(result)
    parts = ["\n".join([*warning_lines(result.notes, figures.texts), table_text(tables.buffers(result, figures))])]
    for scenario in result.scenarios.values():
        if (found := scenario.financing) is None:
            continue
        parts.append(f"{scenario.label}\n{table_text(tables.financing(result, found, figures))}")
        if found.marginal and result.facilities:
            more = [tables_financing.costs(found, figures), tables_schedules.monthly(found, figures)]
            more.append(tables_financing.covenants(found, figures))
            more += tables_financing.marginal(result, found, figures)
            parts += [table_text(table, caption=True) for table in more if table is not None]
    return "\n\n".join(parts)


def short_scenarios(result: Result) -> list[str]:
    """The scenarios, by their names, whose cash falls short with every facility drawn."""
    financed = [(name, one.financing) for name, one in result.scenarios.items()]
    return [name for name, found in financed if found is not None and not found.recommended.feasible]
