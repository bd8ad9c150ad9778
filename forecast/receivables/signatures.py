"""Failures without a cause, shared out over the causes by their signature: which channels, which days, how much.

An episode on days of a surge of orders looks like risk control. Of the others, one that strikes all channels of one
clearing name and no others looks like clearing, one that strikes channels of several clearing names like validation,
and one on a single channel like integration. Of the base, what rises with the surge looks like risk control, and the
rest is split as the channel's known causes are, or evenly. It is an inference, always marked as such, and changes no
total.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.plan.model import CAUSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forecast.arrays import Bools, Floats
    from forecast.plan.model import Channel

SURGE_SIGNATURE = 2.0
"""An episode on days above this multiple of the usual volume, on all channels it strikes, looks like risk control."""


def infer_causes(
    flagged: Mapping[str, Bools],
    excess: Mapping[str, Floats],
    surge: Mapping[str, Floats],
    channels: Iterable[Channel],
) -> dict[str, dict[str, float]]:
    """Yuan of episodes without a cause that look like each cause, by channel.

    Args:
        flagged: by channel, days that belong to an episode.
        excess: yuan failed beyond the base on each day.
        surge: the day's order value over its usual level.
        channels: with their clearing names.

    Returns:
        By channel and cause; an episode's whole excess goes to the cause that it looks like.
    """
    clearing = {one.name: one.clearing for one in channels}
    out = {name: dict.fromkeys(CAUSES, 0.0) for name in flagged}
    anywhere = np.flatnonzero(np.any(list(flagged.values()), axis=0)) if flagged else np.array([], dtype=np.int64)
    for day in anywhere.tolist():
        struck = {name for name in flagged if flagged[name][day]}
        names = {clearing[name] for name in struck}
        behind = {name for name in clearing if clearing[name] in names}
        for name in struck:
            if all(surge[one][day] >= SURGE_SIGNATURE for one in struck):
                cause = "risk_control"
            elif len(names) > 1:
                cause = "validation"
            elif len(behind) > 1 and struck == behind:
                cause = "clearing"
            else:
                cause = "integration"
            out[name][cause] += float(max(excess[name][day], 0.0))
    return out


def inferred_shares(
    episodes: Mapping[str, float], base_value: float, lift: float, known: Mapping[str, float]
) -> dict[str, float]:
    """Share of a channel's failures without a cause that look like each of the four causes; they add up to 1.

    Args:
        episodes: yuan by cause, of ``infer_causes``.
        base_value: yuan of the base.
        lift: what surges multiply the base by on average: 1 − 1 ÷ lift of it came with surges.
        known: the channel's known failures by cause, any unit.
    """
    raised = base_value * max(0.0, 1.0 - 1.0 / max(lift, 1e-9))
    rest = max(base_value - raised, 0.0)
    total_known = sum(known.values())
    split = {cause: known[cause] / total_known if total_known > 0 else 1.0 / len(CAUSES) for cause in CAUSES}
    yuan = {cause: episodes[cause] + rest * split[cause] for cause in CAUSES}
    yuan["risk_control"] += raised
    whole = sum(yuan.values())
    return {cause: value / whole if whole > 0 else 0.0 for cause, value in yuan.items()}
