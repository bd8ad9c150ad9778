"""The inputs of the live model, a row each: name, place, unit, bounds, what each scenario has, and where it is from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.outputs.workbook.sheet import FEN, RATE, WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from forecast.outputs.figures import Figures
    from forecast.results.live import Levels, Live
    from forecast.results.run import Result
    from forecast.texts import Texts

FINE_RATE, MULTIPLE = "0.0000%", "0.00"
LARGEST, MOST_VOLUME, MOST_DAYS = 1e12, 1_000.0, 3_650.0
MOST_FEE = 0.9999
"""A fee takes less than all that settles."""

NOT_IN_NAMES = re.compile(r"[^\w.]")
"""What a spreadsheet does not take in a name."""

LONGEST_DEFINED = 200
"""Characters of a defined name, of which a spreadsheet takes 255; a number may follow."""

CHANNEL_KEYS = ("failure_rate", "recovery", "refund_rate", "settlement_delay", "fee_rate")


@dataclass(frozen=True, slots=True)
class InputRow:
    """An input: ``values`` are those of the scenarios in their order, the first what its cell bears at first.

    ``name`` is the cell's defined name, ``key`` what it is and whose; ``low`` and ``high`` bound what may be
    typed, in ``whole`` numbers or any.
    """

    name: str
    key: tuple[str, ...]
    area: str
    item: str
    unit: str
    number: str
    values: tuple[float, ...]
    comment: str
    low: float
    high: float
    whole: bool = False


def bounded(one: InputRow, texts: Texts) -> dict[str, object]:
    """The rule of a cell that takes an input within its bounds alone, with what is said where another is typed."""
    return {
        "validate": "integer" if one.whole else "decimal",
        "criteria": "between",
        "minimum": one.low,
        "maximum": one.high,
        "error_title": texts("live.not_taken"),
        "error_message": texts("live.bounds", low=f"{one.low:,g}", high=f"{one.high:,g}"),
    }


class Names:
    """Defined names, each valid and unlike all before."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, key: str, own: str = "") -> str:
        """``in_KEY`` or ``in_KEY_OWN``."""
        wanted = NOT_IN_NAMES.sub("_", f"in_{key}_{own}" if own else f"in_{key}")[:LONGEST_DEFINED]
        name, number = wanted, 1
        while name.casefold() in self._taken:
            number += 1
            name = f"{wanted}_{number}"
        self._taken.add(name.casefold())
        return name


def input_rows(live: Live, result: Result, figures: Figures) -> list[InputRow]:
    """All inputs: cash, volume, channels, costs, other flows, facilities."""
    made = _Rows(live, figures, Names())
    return [
        *made.general(),
        *made.channels(result),
        *made.costs(result),
        *made.flows(),
        *made.facilities(result),
    ]


def flow_labels(live: Live, figures: Figures) -> list[str]:
    """The categories of other flows as people read them, in their order."""
    return [figures.texts.or_else(f"categories.{name}", name) for name in live.flows]


@dataclass(frozen=True, slots=True)
class _Rows:
    live: Live
    figures: Figures
    names: Names

    def _row(
        self,
        name: tuple[str, ...],
        area: str,
        read: Callable[[Levels], float],
        unit: tuple[str, str],
        bounds: Sequence[float],
    ) -> InputRow:
        texts, key = self.figures.texts, name[0]
        shown, number = unit
        low, high = bounds
        return InputRow(
            name=self.names.of(*name),
            key=name,
            area=area,
            item=texts(f"live.{key}"),
            unit=self.figures.unit if shown == "money" else texts(f"units.{shown}"),
            number=number,
            values=tuple(read(levels) for levels in self.live.levels),
            comment=texts(f"live.{key}_comment"),
            low=low,
            high=high,
            whole=number == WHOLE,
        )

    def general(self) -> Iterator[InputRow]:
        texts = self.figures.texts
        cash, money = texts("words.cash"), ("money", FEN)
        yield self._row(("opening_balance",), cash, lambda levels: levels.opening_balance, money, (-LARGEST, LARGEST))
        yield self._row(("minimum_balance",), cash, lambda levels: levels.minimum_balance, money, (0.0, LARGEST))
        multiple = ("multiple", MULTIPLE)
        yield self._row(("volume",), texts("words.sales"), lambda levels: levels.volume, multiple, (0.0, MOST_VOLUME))

    def channels(self, result: Result) -> Iterator[InputRow]:
        for place, channel in enumerate(self.live.channels):
            area = result.channels[channel.name].label
            for key in CHANNEL_KEYS:
                delay = key == "settlement_delay"

                def read(levels: Levels, place: int = place, key: str = key) -> float:
                    return float(getattr(levels.channels[place], key))

                unit = ("payout_days", WHOLE) if delay else ("share", RATE)
                most = MOST_DAYS if delay else MOST_FEE if key == "fee_rate" else 1.0
                yield self._row((key, channel.name), area, read, unit, (0.0, most))

    def costs(self, result: Result) -> Iterator[InputRow]:
        texts = self.figures.texts
        for place, cost in enumerate(result.costs):
            area = texts.or_else(f"categories.{cost.category}", cost.category)

            def read(levels: Levels, place: int = place) -> float:
                return levels.shares[place]

            yield self._row(("share", cost.category), area, read, ("share", RATE), (0.0, 1.0))

    def flows(self) -> Iterator[InputRow]:
        for category, label in zip(self.live.flows, flow_labels(self.live, self.figures), strict=True):

            def read(levels: Levels, category: str = category) -> float:
                return levels.flows[category]

            yield self._row(("flows", category), label, read, ("multiple", MULTIPLE), (0.0, MOST_VOLUME))

    def facilities(self, result: Result) -> Iterator[InputRow]:
        for place, facility in enumerate(result.facilities):

            def limit(levels: Levels, place: int = place) -> float:
                return levels.limits[place]

            def rate(levels: Levels, place: int = place) -> float:
                return levels.annual_rates[place]

            area = self.figures.facility(facility.name)
            yield self._row(("limit", facility.name), area, limit, ("money", FEN), (0.0, LARGEST))
            yield self._row(("annual_rate", facility.name), area, rate, ("rate", FINE_RATE), (0.0, 1.0))
