"""The ledger's columns, and which of a source's own columns each of them is read from."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.errors import InputError, Listed, Problem, Said, said

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from forecast.plan.model import LedgerSource

TEXTS = ("order_id", "channel", "failure_cause")
"""Columns read as text."""

LABELS = ("sku",)
"""Columns whose values are only told apart, and taken as they are."""

TIMES = ("ordered_at", "paid_at", "failed_at", "deducted_at", "closed_at", "settled_on", "refunded_on")
"""Columns read as moments, local time of the plan's timezone; of the last two only the day counts."""

MONEY = ("amount", "settled_amount", "refunded_amount")
"""Columns read as yuan, kept as whole fen."""

FEE = "fee_amount"
"""A column in whole fen that the joining of exports adds: the fee that a bill tells where no settlement has a date."""

READ = (*TEXTS, *LABELS, *TIMES, *MONEY)
"""The columns that the daily tables are made of."""

OTHERS = ("shop", "region")
"""Columns that a ledger may have and that the daily tables do not need."""

REQUIRED = ("order_id", "channel", "ordered_at", "amount", "deducted_at")
"""Columns without which nothing can be said about receipts."""

CALLED: Mapping[str, tuple[str, ...]] = {
    "order_id": ("订单编号", "订单号", "主订单编号", "商户订单号", "交易单号", "order number", "order no"),
    "channel": ("渠道", "支付渠道", "支付方式", "付款方式", "payment method"),
    "ordered_at": ("下单时间", "订单创建时间", "创建时间", "订单时间", "下单日期", "order date", "order time"),
    "amount": ("金额", "订单金额", "应付金额", "成交金额", "买家应付货款", "order amount", "total"),
    "paid_at": ("支付时间", "付款时间", "订单付款时间"),
    "failure_cause": ("失败原因",),
    "failed_at": ("失败时间",),
    "deducted_at": ("扣款时间", "扣款成功时间", "支付成功时间"),
    "closed_at": ("关闭时间", "订单关闭时间"),
    "settled_on": ("结算日期", "结算时间", "到账日期", "到账时间"),
    "settled_amount": ("结算金额", "到账金额", "实收金额"),
    "refunded_on": ("退款日期", "退款时间"),
    "refunded_amount": ("退款金额",),
}
"""Headers under which other systems keep the ledger's columns."""

_VALUE = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}.*|[+-]?\d+\.\d+")
_FOREIGN_SEPARATORS = "，|；、"

SHOWN_HEADERS, SHOWN_LETTERS = 24, 20
"""Headers that a message lists, the rest being counted, and letters of each."""

TOGETHER = {
    "settled_on": ("settled_amount",),
    "settled_amount": ("settled_on",),
    "refunded_on": ("refunded_amount",),
    "failed_at": ("failure_cause",),
}
"""Columns that mean nothing without another."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Where each of the ledger's columns comes from; a column in neither mapping is absent from the source.

    ``positions`` gives the place, from 0, among the source's headers; ``constants`` the one text of every row.
    """

    positions: Mapping[str, int]
    constants: Mapping[str, str]

    @property
    def present(self) -> frozenset[str]:
        """The columns that the ledger has."""
        return frozenset(self.positions) | frozenset(self.constants)


def map_columns(headers: Sequence[str], ledger: LedgerSource, file: str, others: Collection[str] = ()) -> ColumnMap:
    """Finds the ledger's columns among a source's headers, which are compared without the spaces around them.

    A column that ``[ledger.columns]`` does not name is looked for under its own name; ``file`` names the source.
    ``others`` are columns of ``OTHERS`` that are read as well.

    Raises:
        InputError: Holds every problem: a name that the ledger does not have, a header that the source does not
            have or has twice, a column that is given twice, a required column that is absent.
    """
    found = [header.strip().removeprefix("\ufeff") for header in headers]
    wanted = {name: ledger.columns.get(name, name).strip() for name in (*READ, *OTHERS)}
    places = {name: [place for place, header in enumerate(found) if header == wanted[name]] for name in wanted}
    problems = [*_unknown_names(ledger.columns, "ledger.columns", file)]
    problems += _unknown_names(ledger.constants, "ledger.constants", file)
    for name, header in wanted.items():
        problems += _misfits(name, header, len(places[name]), ledger, found, file)
    problems += _absent({*ledger.columns, *ledger.constants, *(x for x in wanted if places[x])}, found, file)
    if problems:
        raise InputError(problems)
    return ColumnMap(_positions(places, others), dict(ledger.constants))


def _positions(places: Mapping[str, Sequence[int]], others: Collection[str]) -> dict[str, int]:
    wished = [name for name in places if name in READ or name in others]
    return {name: places[name][0] for name in wished if places[name]}


def nearest(word: str, choices: Iterable[str]) -> Said:
    """``; did you mean "…"?`` when one of the choices is much like the word, else a full stop."""
    close = difflib.get_close_matches(word, list(choices), n=1, cutoff=0.5)
    return said("ledger.did_you_mean", near=close[0]) if close else said("ledger.full_stop")


def _unknown_names(given: Mapping[str, str], table: str, file: str) -> list[Problem]:
    known = (*READ, *OTHERS)
    return [
        Problem(
            said("ledger.unknown_column", name=name, near=nearest(name, known), known=", ".join(known), file=file),
            key=f"{table}.{name}",
        )
        for name in given
        if name not in known
    ]


def _misfits(
    name: str, wanted: str, times: int, ledger: LedgerSource, found: Sequence[str], file: str
) -> Iterator[Problem]:
    """What is wrong with the header that is wanted for a column and stands so many times among those found."""
    if name in ledger.constants:
        if times or name in ledger.columns:
            message = said("ledger.constant_and_column", file=file, wanted=wanted)
            yield Problem(message, key=f"ledger.constants.{name}")
    elif times > 1:
        message = said("ledger.header_twice", file=file, wanted=wanted, times=times)
        yield Problem(message, key=f"ledger.columns.{name}")
    elif not times and name in ledger.columns:
        near = nearest(wanted, found)
        message = said("ledger.no_such_column", file=file, wanted=wanted, near=near, found=_listed(found))
        yield Problem(message, key=f"ledger.columns.{name}")


def _absent(named: Collection[str], found: Sequence[str], file: str) -> Iterator[Problem]:
    """The columns that a ledger must have, and those without which another means nothing."""
    missing = [name for name in REQUIRED if name not in named]
    if len(missing) > 1 and (unreadable := _not_headers(found, file)):
        yield unreadable
    elif len(missing) > 1:
        yield _missing_columns(missing, found, file)
    else:
        yield from (_missing_column(name, found, file) for name in missing)
    for name, others in TOGETHER.items():
        if name in named:
            yield from (_missing_column(other, found, file, because=name) for other in others if other not in named)


def _missing_column(name: str, found: Sequence[str], file: str, because: str = "") -> Problem:
    need = said("ledger.needed_beside", column=because) if because else said("ledger.required")
    near, listed = _probable(name, found), _listed(found)
    message = said("ledger.column_missing", need=need, file=file, near=near, found=listed, name=name)
    return Problem(message, key=f"ledger.columns.{name}")


def _missing_columns(names: Sequence[str], found: Sequence[str], file: str) -> Problem:
    """Several required columns at once, so that the headers found are listed once."""
    pairs = tuple(f'{name} = "{header}"' for name in names if (header := _called(name, found)))
    example = Listed(pairs) if pairs else said("ledger.their_header", name=names[0])
    message = said(
        "ledger.columns_missing", file=file, names=Listed(tuple(names)), found=_listed(found), example=example
    )
    return Problem(message, key="ledger.columns")


def _called(name: str, found: Sequence[str]) -> str | None:
    """The header under which another system keeps a column of the ledger; None where there is none."""
    return next((header for header in found if header.casefold() in (name, *CALLED.get(name, ()))), None)


def _probable(name: str, found: Sequence[str]) -> Said:
    """Which header is probably meant for a column of the ledger: never one that is another column's own name."""
    called = _called(name, found)
    if called is not None:
        return said("ledger.did_you_mean", near=called)
    return nearest(name, [header for header in found if header not in (*READ, *OTHERS)])


def _not_headers(found: Sequence[str], file: str) -> Problem | None:
    """Why a first line is no line of headers: cells that nothing parts, or an order; which is then not shown."""
    parted = next((mark for mark in _FOREIGN_SEPARATORS if len(found) == 1 and mark in found[0]), None)
    if parted:
        return Problem(said("ledger.separator", file=file, found=parted), key="ledger.orders")
    if any(_VALUE.fullmatch(header) for header in found):
        return Problem(said("ledger.no_header_line", file=file, names=", ".join(REQUIRED)), key="ledger.orders")
    return None


def _listed(headers: Sequence[str]) -> str | Said:
    """The headers for a message, shortened; of a file of one column none is shown, for it may be no table at all."""
    if len(headers) == 1 and headers[0] not in READ:
        return said("ledger.one_column")
    short = [header if len(header) <= SHOWN_LETTERS else f"{header[:SHOWN_LETTERS]}…" for header in headers if header]
    rest = len(short) - SHOWN_HEADERS
    return ", ".join(f'"{header}"' for header in short[:SHOWN_HEADERS]) + (f" … (+{rest})" if rest > 0 else "")
