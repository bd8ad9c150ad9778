"""Names as readers know them: the labels of channels, and for each facility a name that a bank would understand."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.plan.model import Facility
    from forecast.texts import Texts

KEY_ALONE = re.compile(r"[a-z0-9_.-]+")
"""A name that was written for the plan, such as ``bank_line``; any other one was written for readers."""


@dataclass(frozen=True, slots=True)
class Names:
    """What channels and facilities are called, by their names in the plan; those left out bear those."""

    channels: Mapping[str, str] = field(default_factory=dict)
    facilities: Mapping[str, str] = field(default_factory=dict)


def facility_names(facilities: Sequence[Facility], texts: Texts) -> dict[str, str]:
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
