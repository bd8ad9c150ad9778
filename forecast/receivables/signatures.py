"""Failures without a cause, shared out over the causes by their signature: which goods, channels, days and hours.

Of an episode, what falls on one sku beyond its usual share looks like validation. The rest, on days of a surge of
orders, looks like risk control; else like validation where channels of several clearing names begin to fail within the
same hours, like clearing where all channels of one name fail, and like integration where one of several behind it does.
A channel alone behind its name looks like integration for hours and like clearing when it lasts. Of the base, what
rises with the surge looks like risk control, and the rest is split as the channel's known causes are, or, without any,
half to risk control. It is an inference, always marked as such, and changes no total.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.plan.model import CAUSES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.arrays import Bools, Floats

SURGE_SIGNATURE = 2.0
"""An episode on days above this multiple of the usual volume, on all channels it strikes, looks like risk control."""

SKU_SIGNATURE = 0.4
"""Part of a day's failures that must fall on one sku beyond its usual share to look like a batch."""

CLEAR_DEVIATIONS = 2.0
"""Standard deviations of its own noise above which a channel counts as struck on an episode's day."""

SAME_MOMENT = 2.0
"""Hours within which channels must begin to fail to look struck by one thing."""

LONG_HOURS = 14.0
"""A channel alone behind its clearing name that fails for longer looks struck by clearing."""

BASE_SPLIT = {"integration": 1 / 6, "validation": 1 / 6, "risk_control": 1 / 2, "clearing": 1 / 6}
"""How a channel's base is split where none of its causes is known: risk control alone refuses orders on all days."""

FEWEST_ORDERS = 3.0
"""Orders that a batch must fail to be seen by its sku."""


@dataclass(frozen=True, slots=True)
class Marks:
    """One channel's failures without a cause, by day.

    ``excess``: yuan beyond the base; ``deviation``: the standard deviation of the base's yuan; ``surge``: order value
    over its usual level; ``on_sku``: yuan that the day's most failing sku failed beyond its usual share; ``hours``
    (day, 24): yuan by hour of failure; ``order_size``: yuan of a typical order.
    """

    excess: Floats
    deviation: Floats
    surge: Floats
    on_sku: Floats
    hours: Floats
    order_size: float


def infer_causes(
    marks: Mapping[str, Marks], flagged: Bools, clearing: Mapping[str, str]
) -> dict[str, dict[str, float]]:
    """Yuan of episodes without a cause that look like each cause, by channel and cause.

    They add up to the excess of the ``flagged`` days, on which some channel, or some together, stand far above the
    base, where it is above 0. ``marks`` are by channel, over the same days; ``clearing`` the channels' clearing names.
    """
    out = {name: dict.fromkeys(CAUSES, 0.0) for name in marks}
    for run in _runs(flagged):
        left = {name: np.maximum(one.excess[run], 0.0) for name, one in marks.items()}
        batch = _batches(marks, run)
        for name, yuan in left.items():
            on_sku = np.minimum(batch[name], yuan)
            out[name]["validation"] += float(on_sku.sum())
            left[name] = yuan - on_sku
        struck = [name for name, one in marks.items() if _is_struck(one, left[name], run)]
        for name, yuan in left.items():
            cause = _cause(name, struck if name in struck else [name], marks, run, clearing)
            out[name][cause] += float(yuan.sum())
    return out


def _runs(flags: Bools) -> list[slice]:
    """Consecutive true flags."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [slice(int(begin), int(end)) for begin, end in zip(edges[::2], edges[1::2], strict=True)]


def _batches(marks: Mapping[str, Marks], run: slice) -> dict[str, Floats]:
    """Yuan by channel and day of the run that fell on one sku beyond its share, on the days when that is a batch."""
    on_sku = np.sum([one.on_sku[run] for one in marks.values()], axis=0)
    failed = np.sum([one.hours[run].sum(axis=1) for one in marks.values()], axis=0)
    size = float(np.mean([one.order_size for one in marks.values()]))
    is_batch = (on_sku >= SKU_SIGNATURE * failed) & (on_sku >= FEWEST_ORDERS * size)
    return {name: np.where(is_batch, np.maximum(one.on_sku[run], 0.0), 0.0) for name, one in marks.items()}


def _is_struck(one: Marks, left: Floats, run: slice) -> bool:
    noise = float((one.deviation[run] ** 2).sum()) ** 0.5
    return bool(left.sum() > CLEAR_DEVIATIONS * noise + one.order_size)


def _cause(
    name: str, struck: Sequence[str], marks: Mapping[str, Marks], run: slice, clearing: Mapping[str, str]
) -> str:
    """What the run looks like on a channel, given the channels that it struck."""
    if all(marks[one].surge[run].min() >= SURGE_SIGNATURE for one in struck):
        return "risk_control"
    begin, lasted = _moments(marks[name].hours[run])
    together = [one for one in struck if abs(_moments(marks[one].hours[run])[0] - begin) <= SAME_MOMENT]
    if len({clearing[one] for one in together}) > 1:
        return "validation"
    behind = [one for one in clearing if clearing[one] == clearing[name]]
    if len(behind) > 1:
        return "clearing" if set(behind) <= set(struck) else "integration"
    return "clearing" if lasted > LONG_HOURS else "integration"


def _moments(hours: Floats) -> tuple[float, float]:
    """When the failures of a run (day, 24) began, in hours, and how many hours they lasted: 10 % and 80 % of them."""
    reached = np.cumsum(hours.ravel())
    if reached[-1] <= 0:
        return 0.0, 0.0
    begin, end = np.searchsorted(reached / reached[-1], [0.1, 0.9])
    return float(begin), float(end - begin + 1)


def inferred_shares(
    episodes: Mapping[str, float], base_value: float, lift: float, known: Mapping[str, float]
) -> dict[str, float]:
    """Share of a channel's failures without a cause that look like each of the four causes; they add up to 1.

    ``episodes`` is yuan by cause, of ``infer_causes``, ``base_value`` yuan of the base, of which 1 − 1 ÷ ``lift`` came
    with surges; ``known`` the channel's known failures by cause, any unit.
    """
    raised = base_value * max(0.0, 1.0 - 1.0 / max(lift, 1e-9))
    rest = max(base_value - raised, 0.0)
    total_known = sum(known.values())
    split = {cause: known[cause] / total_known if total_known > 0 else BASE_SPLIT[cause] for cause in CAUSES}
    yuan = {cause: episodes[cause] + rest * split[cause] for cause in CAUSES}
    yuan["risk_control"] += raised
    whole = sum(yuan.values())
    return {cause: value / whole if whole > 0 else 0.0 for cause, value in yuan.items()}
