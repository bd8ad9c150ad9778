"""Figures of options as people write them: a share as 5% or 0.05, an amount as 110万 or 1,100,000."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, said

if TYPE_CHECKING:
    from collections.abc import Callable

    Read = Callable[[str | float], float]


def share_of(option: str, least: float = 0.0) -> Read:
    """What reads the share that an option gives, between ``least`` and 1.

    Raises (when it reads):
        InputError: the text is no share, or outside of these bounds.
    """
    return partial(_share, option, least)


def amount_of(option: str) -> Read:
    """What reads the amount that an option gives, not negative, yuan.

    Raises (when it reads):
        InputError: the text is no amount, or negative.
    """
    return partial(_amount, option)


def _share(option: str, least: float, text: str | float) -> float:
    from forecast.plan.hints import plain_share  # noqa: PLC0415  # only where such an option is given

    found = _figure(plain_share(str(text)) or str(text))
    if found is None or not least <= found <= 1:
        raise InputError(Problem(said("usage.share", found=str(text), least=f"{least:g}"), key=option))
    return found


def _amount(option: str, text: str | float) -> float:
    from forecast.plan.hints import plain_amount  # noqa: PLC0415  # the same

    found = _figure(plain_amount(str(text)) or str(text))
    if found is None or found < 0:
        raise InputError(Problem(said("usage.amount", found=str(text)), key=option))
    return found


def _figure(text: str) -> float | None:
    """The finite figure that a text is; None where it is none."""
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None
