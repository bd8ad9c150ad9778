"""The buffer of a scenario in a result, with what drives it and the second opinions on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.cross_checks import CrossChecks
from forecast.records import Record, money, rate, record, says
from forecast.texts import Texts

if TYPE_CHECKING:
    from forecast.drivers import Driver, Drivers
    from forecast.liquidity import CaseBuffer
    from forecast.plan.model import Language


@record
class DriverShown(Record):
    """A part of the buffer; the parts add up to it."""

    key: str = says("group of the part, with the category or cause after a point")
    label: str = says("name in the plan's language")
    amount: float = money("the part; negative where it lowers the buffer")


@record
class BufferShown(Record):
    """How much cash or undrawn credit must stand ready on the evening of as_of."""

    amount: float = money("need that a share `confidence` of the paths does not exceed")
    upper: float | None = money("its one-sided 95 % upper confidence limit; null where paths are too few")
    expected_shortfall: float = money("mean need over the worst 1 − confidence of paths")
    peak_day: str | None = says("median day of the lowest cash on paths that need the amount; null without need")
    funding_gap: float = money("what the opening balance lacks of the amount")
    probability_short: float = rate("share of paths on which cash falls short without financing")
    drivers: list[DriverShown] | None = says("its parts in the order of a waterfall; base alone")
    cross_checks: CrossChecks = says("second opinions")


def buffer_shown(sized: CaseBuffer, drivers: Drivers | None, checks: CrossChecks, language: Language) -> BufferShown:
    """A scenario's buffer; ``drivers`` None where they were not calculated."""
    texts = Texts(language)
    return BufferShown(
        amount=sized.buffer.amount,
        upper=sized.buffer.upper,
        expected_shortfall=sized.buffer.expected_shortfall,
        peak_day=None if sized.peak_day is None else str(sized.peak_day),
        funding_gap=sized.funding_gap,
        probability_short=sized.probability_short,
        drivers=None if drivers is None else [_driver(part, texts) for part in drivers.parts],
        cross_checks=checks,
    )


def _driver(part: Driver, texts: Texts) -> DriverShown:
    return DriverShown(".".join(word for word in (part.group, part.name) if word), _label(part, texts), part.amount)


def _label(part: Driver, texts: Texts) -> str:
    if not part.name:
        return texts(f"drivers.{part.group}")
    names = {"payments": "categories", "failures": "causes"}
    return texts(f"drivers.{part.group}", name=texts.or_else(f"{names[part.group]}.{part.name}", part.name))
