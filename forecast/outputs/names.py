"""Names as readers know them: the labels of channels, and for each facility a name that a bank would understand."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.plan.model import Facility
    from forecast.results.inputs import ChannelShown
    from forecast.results.playbook import FacilityKnown
    from forecast.results.run import Result
    from forecast.texts import Texts

KEY_ALONE = re.compile(r"[a-z0-9_.-]+")
"""A name that was written for the plan, such as ``bank_line``; any other one was written for readers."""

LONGEST = 80
"""Letters of a name that pages show; a longer one ends in a mark."""

UNBROKEN = re.compile(r"[!-\u2e7f]{24}(?=[!-\u2e7f])")
"""Letters without a blank, and none of those between which any line may break: so many stay together."""

BREAK = "\u200b"
"""Where a line may break, without a width of its own."""


@dataclass(frozen=True, slots=True)
class Names:
    """What channels and facilities are called, by their names in the plan; those left out bear those."""

    channels: Mapping[str, str] = field(default_factory=dict)
    facilities: Mapping[str, str] = field(default_factory=dict)


def facility_names(facilities: Sequence[Facility | FacilityKnown], texts: Texts) -> dict[str, str]:
    """What each facility is called: its own name where that was written for readers, otherwise its kind's.

    Where several are of one kind, the plan's name stands behind it in brackets.
    """
    kinds = {one.name: texts.or_else(f"kinds.{one.kind}", one.kind) for one in facilities}
    named = {name: kind if KEY_ALONE.fullmatch(name) else name for name, kind in kinds.items()}
    count = Counter([*kinds.values(), *(own for name, own in named.items() if own != kinds[name])])
    return {
        name: own if own == name or count[own] == 1 else texts("words.named_apart", kind=own, name=name)
        for name, own in named.items()
    }


def fitted(result: Result) -> Result:
    """A result whose names fit a page: of merchant, channels and scenarios, cut with a mark, with places to break."""
    labels = _told_apart({name: one.label for name, one in result.scenarios.items()})
    return replace(
        result,
        merchant=replace(result.merchant, name=fit(result.merchant.name)),
        channels=fitted_channels(result.channels),
        scenarios={name: replace(one, label=labels[name]) for name, one in result.scenarios.items()},
    )


def fitted_channels(channels: Mapping[str, ChannelShown]) -> dict[str, ChannelShown]:
    """Channels whose labels fit a page."""
    labels = _told_apart({name: one.label for name, one in channels.items()})
    return {name: replace(one, label=labels[name]) for name, one in channels.items()}


def fit(name: str) -> str:
    """A name cut with a mark where it is long; where it has no blank, lines may break within it."""
    cut = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    return UNBROKEN.sub(lambda found: found[0] + BREAK, cut)


def _told_apart(labels: Mapping[str, str]) -> dict[str, str]:
    """Labels that fit, those that are the same only for being cut with a number."""
    shown = {name: fit(label) for name, label in labels.items()}
    seen, found = Counter[str](), dict[str, str]()
    for name, label in shown.items():
        seen[label] += 1
        apart = seen[label] > 1 and len(labels[name]) > LONGEST
        found[name] = f"{label} ({seen[label]})" if apart else label
    return found
