"""What one case of the benchmark of faults came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["clean", "bad", "silent"]
"""``clean``: as promised. ``bad``: a traceback, a lost file, a mixed set. ``silent``: wrong figures without a word."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case tried: its class ``kind``, the ``case`` in words that let it be tried again, and what was seen."""

    kind: str
    case: str
    verdict: Verdict
    detail: str
