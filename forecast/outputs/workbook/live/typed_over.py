"""The checks that nothing was typed over what lies between inputs and outputs: which inputs are used, and factors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.workbook.checks import Check, nothing
from forecast.outputs.workbook.live.days import MOST, PAID, TERM_ROW
from forecast.outputs.workbook.live.inputs import DELIVERED, USED, VALUE
from forecast.outputs.workbook.live.kernels import MOVED, NEW_TERMS, SETTLED, TERMS
from forecast.outputs.workbook.live.owed_before import OWED, room_formula
from forecast.outputs.workbook.live.receipts import (
    DELAY,
    FACTOR_ROW,
    FACTORS,
    FAILURE,
    LATER,
    LOST,
    NUMBER,
    OFFSET,
    RATIO,
    RECOVERY,
    REFUND,
    UNLIKE,
    VOLUME,
)
from forecast.outputs.workbook.sheet import FIRST_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forecast.outputs.workbook.live.model import Model
    from forecast.results.live import Live
    from forecast.results.run import Result


def typed_over(model: Model, live: Live, result: Result, order: Sequence[int]) -> list[Check]:
    """Checks of inputs used and of the free scenario, of facilities, of factors, and of the kernels' totals.

    ``order`` are the facilities as they are drawn.
    """
    found = [
        nothing("used", [*_used(model), *_free(model)], exact=True),
        nothing("factors", list(_factors(model, live)), fine=True),
        nothing("lost", list(_lost(model, live))),
        nothing("days_arriving", list(_arriving(model, live)), exact=True),
        nothing("kernel_totals", [model.kernels.totals_less_days()]),
    ]
    if order:
        names = [result.facilities[place].name for place in order]
        found.append(nothing("terms", list(_terms(model, names)), exact=True))
        found.append(nothing("days_drawn", list(_drawn(model))))
    return found


def _used(model: Model) -> list[str]:
    """Each input as it is used: as typed where that differs from what was delivered, else the chosen scenario's."""
    inputs, levels = model.inputs, model.levels
    typed, delivered, used = (inputs.column(one) for one in (VALUE, DELIVERED, USED))
    own = f"INDEX({levels.block},0,{inputs.chosen})"
    chosen = f"(INDEX({levels.labels},{inputs.chosen})<>{inputs.typed})*1"
    return [f"{used}-({typed}<>{delivered})*{typed}-({typed}={delivered})*{own}", chosen, *_counted(model)]


def _counted(model: Model) -> list[str]:
    """How many inputs are edited, by scenario and in all."""
    levels, payments = model.levels, model.inputs.payments_differing()
    unlike = f"SUMPRODUCT(({levels.block}<>{levels.delivered})*1)"
    return [f"SUM({levels.edited})-{unlike}", f"{levels.edited_in_all}-{unlike}-{payments}"]


def _free(model: Model) -> list[str]:
    """The free scenario: its inputs are those typed, and what goes with them is the first scenario's."""
    inputs, levels = model.inputs, model.levels
    count = len(inputs.rows)
    first, beside = count + 1, levels.beside
    return [
        f"{levels.free(0, count)}-{inputs.column(VALUE)}",
        f"({levels.free(first, beside)}<>{levels.firsts(first, beside)})*1",  # words stand among the figures
    ]


def _factors(model: Model, live: Live) -> Iterator[str]:
    """The factors of the terms against the product that they add up to; how late refunds are; what holds not."""
    receipts, levels, used = model.receipts, model.levels, model.inputs.used()
    yield f"{receipts.at(FIRST_ROW, RATIO)}*{levels.pick('own_volume')}-" + _volume_or_nothing(model)
    for place, channel in enumerate(live.channels):
        name = channel.name

        def cell(column: int, row: int = FACTOR_ROW + place) -> str:
            return receipts.at(row, column)

        volume, failure, recovery, refund = (cell(one) for one in (VOLUME, FAILURE, RECOVERY, REFUND))
        yield f"{volume}-{used.of('volume')}"
        yield f"{refund}-{used.of('refund_rate', name)}"
        yield f"{cell(DELAY)}-{used.of('settlement_delay', name)}"
        beyond = f"({failure}>{receipts.constant('knee')})*({failure}-{receipts.constant('knee')})"
        terms = f"{cell(FACTORS)}:{cell(FACTORS + TERMS - 1).rpartition('!')[2]}"
        both = f"(1+{failure}+{beyond})*{volume}*(1+{refund})+1+{failure}"
        yield f"SUM({terms})-(1+{recovery})*({both})"
        due, on = (receipts.down(receipts.column(place, one)) for one in ("due", "arrives_on"))
        inside = f'SUMIFS({due},{on},">0")'
        waited = f"SUMPRODUCT({due},({on}>0)*{on})-SUMPRODUCT({due},({on}>0)*{receipts.down(NUMBER)})"
        yield f"IF({inside}>0,{cell(LATER)}-({waited})/MAX({inside},1),0)"
        edited = "+".join(f"({used.edited[used.names[key, name]]})*1" for key in ("settlement_delay", "refund_rate"))
        high = f"({failure}>{receipts.constant('to_rate')})*1"
        yield f"{cell(UNLIKE)}-{high}-{levels.pick('struck', name)}*({edited})"
        yield f"{cell(OFFSET)}-{levels.pick('block', name)}"


def _volume_or_nothing(model: Model) -> str:
    """The volume, as far as what simulation leaves over follows it."""
    own, ratio = model.levels.pick("own_volume"), model.receipts.at(FIRST_ROW, RATIO)
    return f"IF({own}=0,{ratio}*{own},{model.inputs.used().of('volume')})"


def _lost(model: Model, live: Live) -> Iterator[str]:
    """What each channel loses in the end: the terms multiplied out, not those of its row of factors."""
    receipts, kernels, used = model.receipts, model.kernels, model.inputs.used()
    for place, channel in enumerate(live.channels):
        volume, failure, recovery, offset = (
            receipts.at(FACTOR_ROW + place, one) for one in (VOLUME, FAILURE, RECOVERY, OFFSET)
        )
        all_of, cured, failed, both = (
            kernels.term(place, kernels.lost, offset, SETTLED + NEW_TERMS + one) for one in range(MOVED)
        )
        edited = ",".join(used.edited[used.names[key, channel.name]] for key in ("failure_rate", "recovery"))
        ratio = f"IF(OR({edited}),1,{model.levels.pick('lost_ratio', channel.name)})"
        kept = f"({all_of}+{recovery}*{cured})+{failure}*({failed}+{recovery}*{both})"
        yield f"{receipts.at(FACTOR_ROW + place, LOST)}-{ratio}*{volume}*({kept})"


def _arriving(model: Model, live: Live) -> Iterator[str]:
    """The days on which what falls due arrives: the same ones where nothing is delayed, and never an earlier one."""
    receipts = model.receipts
    for place in range(len(live.channels)):
        on, number = receipts.down(receipts.column(place, "arrives_on")), receipts.down(NUMBER)
        delay = receipts.at(FACTOR_ROW + place, DELAY)
        yield f"({on}-{number})*({delay}=0)+({on}>0)*({on}<{number})"


def _terms(model: Model, names: Sequence[str]) -> Iterator[str]:
    """Limits and rates beside the days against those used, less what was owed already."""
    used = model.inputs.used()
    for row, name in enumerate(names, TERM_ROW):
        left = room_formula(used.of("limit", name), model.days.at(row, OWED))
        yield f"{model.days.at(row, 1)}-{left}"
        yield f"{model.days.at(row, 2)}-{used.of('annual_rate', name)}"
        owed, interest = (model.days.facility(row - TERM_ROW, part) for part in ("owed_closing", "interest"))
        yield f"{model.days.at(row, MOST)}-MAX({model.days.down(owed)})"
        yield f"{model.days.at(row, PAID)}-SUM({model.days.down(interest)})"


def _drawn(model: Model) -> Iterator[str]:
    """What each facility owes in the evening: what cash lacks and those before it do not give, up to its limit."""
    days = model.days
    headroom = days.down(days.headroom)
    lacking = f"-({headroom})*({headroom}<0)"
    for line in range(days.facilities):
        owed, limit = days.down(days.facility(line, "owed_closing")), days.at(TERM_ROW + line, 1)
        yield f"{owed}-({lacking})+(({lacking})>{limit})*(({lacking})-{limit})"
        lacking = f"{lacking}-{owed}"
