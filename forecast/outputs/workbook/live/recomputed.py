"""The checks that nothing was typed over what comes of the inputs: each figure once more, by another way to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.workbook.checks import Check, nothing
from forecast.outputs.workbook.live.dashboard import LEFT, RIGHT, STATE
from forecast.outputs.workbook.live.days import DATE, TERM_ROW
from forecast.outputs.workbook.live.days import RECEIPTS as DAILY_RECEIPTS
from forecast.outputs.workbook.live.days import SALES as DAILY_SALES
from forecast.outputs.workbook.live.inputs import OUTPUT_VALUE, second_head
from forecast.outputs.workbook.live.receipts import LOST
from forecast.outputs.workbook.live.weeks import FROM, TO
from forecast.outputs.workbook.sheet import FIRST_ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.outputs.workbook.live.inputs import Output
    from forecast.outputs.workbook.live.model import Model, Results
    from forecast.outputs.workbook.sheet import Sheet


def recomputed(model: Model, found: Results, dashboard: Sheet) -> list[Check]:
    """Checks of the outputs, of the cells that show them, of the weeks, of what stands beside each day, and of totals.

    ``found`` are the outputs without the state of the model.
    """
    return [
        *_outputs(model, found.outputs),
        *_shown(model, found, dashboard),
        *_weeks(model),
        *_facilities(model),
        nothing("days", _beside(model)),
        nothing("receipts_totals", [_totals_of_receipts(model)]),
    ]


def _outputs(model: Model, outputs: Sequence[Output]) -> list[Check]:
    """Each output, as its cell shows it, by columns other than those of which it is made, where there are any."""
    days, receipts, used = model.days, model.receipts, model.inputs.used()
    closing, headroom = days.down(days.closing), days.down(days.headroom)
    other = {
        "out_sales_total": f"SUM({receipts.down(receipts.sales)})",
        "out_receipts_total": f"SUM({receipts.down(receipts.receipts)})",
        "out_lost_total": f"SUM({receipts.factors(LOST)})",
        "out_lowest_cash": f"MIN({headroom})+{used.of('minimum_balance')}",
        "out_gap": f"MAX(0,-MIN({headroom}))",
        "out_peak_drawn": f"SUMPRODUCT(MAX({_owed(model)}))",
        "out_interest": "+".join(_interest(model, line) for line in range(days.facilities)) or "0",
        "out_closing_cash": f"{used.of('opening_balance')}"
        f"+SUM({days.across(DAILY_RECEIPTS, days.closing - DAILY_RECEIPTS)})",
    }
    values = {one.name: one.value for one in outputs if not isinstance(one.value, str)}
    day = f"out_lowest_cash_day-INDEX({days.down(DATE)},MATCH(MIN({closing}),{closing},0))"
    return [
        *(Check(name, name, values[name], values[name], formula) for name, formula in other.items()),
        nothing("out_lowest_cash_day", [day], exact=True),
        nothing("out_stale", [f"out_stale-{model.stale}"], exact=True),
        nothing("out_outside", [f"out_outside-{model.outside}"], exact=True),
    ]


def _owed(model: Model) -> str:
    """What all facilities are owed each evening."""
    days = model.days
    return "+".join(days.down(days.facility(line, "owed_closing")) for line in range(days.facilities)) or "0"


def _interest(model: Model, line: int) -> str:
    """A facility's interest: a day's of what is owed on the evening before."""
    days = model.days
    evenings = days.down(days.facility(line, "owed_closing"))
    rate, year = (days.at(TERM_ROW + line, column) for column in (2, 3))
    return f"(SUM({evenings})-INDEX({evenings},ROWS({evenings})))*{rate}/{year}"


def _word(one: Output) -> bool:
    """Whether an output is a word, or may be one."""
    return one.worded or isinstance(one.value, str)


def _shown(model: Model, found: Results, dashboard: Sheet) -> list[Check]:
    """The dashboard against the inputs sheet, and the simulated figures there against those of the scenarios."""
    inputs, first = model.inputs.sheet, FIRST_ROW + 1
    left = len(found.outputs)
    figures = [(row, one) for row, one in enumerate(found.simulated) if not _word(one)]
    beside = second_head(left + len(STATE)) + 1

    def unlike(column: int, row: int, count: int) -> str:
        own = inputs.area(row, OUTPUT_VALUE, row + count - 1, OUTPUT_VALUE)
        return f"{dashboard.area(first, column + 1, first + count - 1, column + 1)}-{own}"

    states = [
        f"{dashboard.cell(first + len(found.simulated) + STATE.index(name), RIGHT + 1)}-{formula}"
        for name, formula in (("out_stale", model.stale), ("out_outside", f"({model.outside})"))
    ]
    cells = [
        f"{dashboard.cell(first + row, RIGHT + 1)}-{inputs.cell(beside + row, OUTPUT_VALUE)}" for row, _ in figures
    ]
    differences = [unlike(LEFT, first, left), *cells, *states]
    singles = [f"{inputs.cell(beside + row, OUTPUT_VALUE)}-({one.formula})" for row, one in figures]
    return [nothing("dashboard", differences, exact=True), nothing("simulated", singles, exact=True)]


def _weeks(model: Model) -> list[Check]:
    """The weeks against the days: closing cash, totals, sales, and what stands below closing cash."""
    days, weeks, lines = model.days, model.weeks, model.weeks.lines
    first, last = lines.opening + 1, lines.net
    totals = f"SUM({weeks.totals(first, last)})-SUM({weeks.parts(first, last)})"
    money = f"SUM({days.across(DAILY_RECEIPTS, days.closing - DAILY_RECEIPTS)})"
    net = f"{weeks.totals(last, last)}-{money}"
    sales = f"{weeks.totals(lines.sales, lines.sales)}-SUM({days.down(DAILY_SALES)})"
    opening = f"{weeks.totals(lines.opening, lines.opening)}-{model.inputs.used().of('opening_balance')}"
    begin = f"{weeks.totals(FROM, FROM)}-{days.at(days.first, DATE)}"
    least = "-".join(weeks.across(row) for row in (lines.lowest, lines.headroom, lines.minimum))
    lowest = f"MIN({weeks.across(lines.lowest)})-MIN({days.down(days.closing)})"
    return [
        nothing(
            "weeks_closing", [_on_last_days(model, lines.closing, days.closing), _found_all(model), opening, begin]
        ),
        nothing("weeks_totals", [totals, net]),
        nothing("weeks_sales", [sales]),
        nothing("weeks_least", [least, lowest]),
    ]


def _on_last_days(model: Model, row: int, column: int) -> str:
    """A line of the weeks less a column of the days, by day and week, nothing but on the last day of each."""
    days, weeks = model.days, model.weeks
    return f"{_last_days(model)}*({days.down(column)}-{weeks.across(row)})"


def _last_days(model: Model) -> str:
    """Whether a day is a week's last, by day and week."""
    return f"({model.days.down(DATE)}={model.weeks.across(TO)})"


def _found_all(model: Model) -> str:
    """How many weeks there are beyond those whose last day is among the days."""
    return f"COLUMNS({model.weeks.across(TO)})-SUMPRODUCT({_last_days(model)}*1)"


def _facilities(model: Model) -> list[Check]:
    """What is owed by day as limits and cash have it, and the weeks' lines on facilities against the days."""
    days, weeks, drawn = model.days, model.weeks, model.weeks.lines.drawn
    if not days.facilities:
        return []
    headroom = days.down(days.headroom)
    limits = f"SUM({days.limits()})"
    lacking, beyond = f"{headroom}*({headroom}<0)", f"(-{headroom}>{limits})*(-{headroom}-{limits})"
    moves = [
        f"{weeks.totals(drawn + place, drawn + place)}-"
        + "-".join(f"SUM({days.down(days.facility(line, part))})" for line in range(days.facilities))
        for place, part in enumerate(("drawn", "repaid", "interest"))
    ]
    ends = [_on_last_days(model, drawn + 3, days.owed), _on_last_days(model, drawn + 4, days.financed)]
    spare = [f"{cell}-MIN({area})" for cell, area in weeks.within(drawn + 5, days.spare)]
    evenings = [days.down(days.facility(line, "owed_closing")) for line in range(days.facilities)]
    below = f"MIN(0,{','.join(evenings)})"  # a facility that has too much makes the next one's less than nothing
    return [
        nothing("days_owed", [f"{_owed(model)}+{lacking}+{beyond}", below]),
        nothing("weeks_owed", [*moves, *ends, *spare]),
    ]


def _beside(model: Model) -> list[str]:
    """What stands beside each day's closing cash: headroom, what is owed, cash with drawings, and its headroom."""
    days, minimum = model.days, model.inputs.used().of("minimum_balance")
    closing, financed = days.down(days.closing), days.down(days.financed)
    return [
        f"{days.down(days.headroom)}-{closing}+{minimum}",
        f"{financed}-{closing}-({_owed(model)})",
        f"{days.down(days.spare)}-{financed}+{minimum}",
    ]


def _totals_of_receipts(model: Model) -> str:
    """The totals of the receipts sheet less the days below them; a column of days has no total."""
    cells = model.receipts
    totals = cells.across(cells.total, cells.total)
    return f'SUM({totals})-SUMPRODUCT(({totals}<>"")*{cells.across(cells.first, cells.last)})'


def words_shown(model: Model, found: Results, dashboard: Sheet) -> Check:
    """How many cells show other words than they should: the state of the model, and which scenario is chosen."""
    typed = model.inputs.sheet
    beside = second_head(len(found.outputs) + len(STATE)) + 1
    unlike = [f"({dashboard.cell(2, LEFT + 1)}<>{model.inputs.typed}{model.edited_mark})*1"]
    for place, one in enumerate(found.simulated):
        if _word(one):
            own = typed.cell(beside + place, OUTPUT_VALUE)
            unlike.append(f"({own}<>{one.formula})*1")
            unlike.append(f"({dashboard.cell(FIRST_ROW + 1 + place, RIGHT + 1)}<>{own})*1")
    return nothing("words", unlike, exact=True)


def failing_shown(found: Results, dashboard: Sheet) -> list[str]:
    """The cells that show how many checks fail, which no check may be of that they count."""
    row = FIRST_ROW + 1 + len(found.simulated) + STATE.index("out_checks")
    return ["out_checks", dashboard.cell(row, RIGHT + 1)]
