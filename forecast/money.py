"""Exact money: integer fen in ledgers, float64 yuan in simulation, and the conversions between the two.

One fen is 0.01 yuan (of any currency with two decimals). Positive comes in, negative goes out.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from forecast.errors import InputError, said

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEN_PER_YUAN = 100

LARGEST_FEN = 10**15
"""The largest amount, ten trillion yuan: fifteen digits, of which float64 keeps every one, so that no fen is lost."""

LARGEST_YUAN = LARGEST_FEN / FEN_PER_YUAN
"""The same in yuan: where a search for an amount that is enough gives up."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")


def to_fen(amount: str | Decimal | float) -> int:
    """The exact number of fen in an amount of yuan.

    Args:
        amount: Yuan as text (``"-1200.50"``: ASCII digits, a sign, one decimal point; no separators of thousands, no
            currency sign, no exponent; spaces around it are ignored), Decimal, int, or float. A float stands for the
            shortest decimal that reads back as it, so 19.99 is 1999 fen.

    Returns:
        Fen, with the amount's sign.

    Raises:
        InputError: It is not a number, not finite, has a part of a fen (1.005; 1.500 is fine), or is beyond
            ``LARGEST_FEN``. Nothing is ever rounded.
    """
    fen = _decimal(amount) * FEN_PER_YUAN
    if fen != fen.to_integral_value():
        raise InputError(said("money.part_of_a_fen", found=_shown(amount)))
    if abs(fen) > LARGEST_FEN:
        raise InputError(said("money.too_large", found=_shown(amount), largest=f"{LARGEST_FEN / FEN_PER_YUAN:.0f}"))
    return int(fen)


def to_yuan(fen: int) -> float:
    """The float64 yuan nearest to an amount in fen; ``to_fen(to_yuan(fen)) == fen`` up to ``LARGEST_FEN``."""
    return fen / FEN_PER_YUAN


def fen_to_yuan(fen: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    """Fen (whole numbers, any shape) as float64 yuan of the same shape; the one way from ledger to simulation.

    Raises:
        TypeError: The array does not hold whole numbers: what is not in fen is not converted again.
    """
    if not np.issubdtype(fen.dtype, np.integer):
        raise TypeError(f"fen are whole numbers, not {fen.dtype}")
    yuan: NDArray[np.float64] = fen / np.float64(FEN_PER_YUAN)
    return yuan


def up_to_fen(yuan: float) -> float:
    """The least whole number of fen that is not less, as yuan."""
    return math.ceil(yuan * FEN_PER_YUAN) / FEN_PER_YUAN


def down_to_fen(yuan: float) -> float:
    """The greatest whole number of fen that is not more, as yuan."""
    return math.floor(yuan * FEN_PER_YUAN) / FEN_PER_YUAN


def _decimal(amount: str | Decimal | float) -> Decimal:
    if isinstance(amount, bool):
        raise InputError(said("money.not_an_amount", found=_shown(amount)))
    if isinstance(amount, str):
        text = amount.strip()
        if not _NUMBER.fullmatch(text):
            raise InputError(said("money.not_an_amount", found=_shown(amount)))
        return Decimal(text)
    number = Decimal(repr(float(amount))) if isinstance(amount, float) else Decimal(amount)
    if not number.is_finite():
        raise InputError(said("money.not_an_amount", found=_shown(amount)))
    return number


def _shown(amount: str | Decimal | float) -> str:
    return f'"{amount}"' if isinstance(amount, str) else str(amount)
