"""Notes: what a reader of the result must know about a figure, with a stable code and the place it concerns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Note:
    """A remark in the result: ``code`` is stable, ``where`` a key path (``channels.card``), ``values`` fill its text.

    The text in the user's language is made in ``texts`` from the code and the values.
    """

    code: str
    where: str = ""
    values: Mapping[str, str | int | float] = field(default_factory=dict)
