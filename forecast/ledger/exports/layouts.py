"""What a format is: a small table that says what its headers mean, and what its lines tell.

The rules of the lines are SQL expressions over the names of the format's cells, in which a cell that is empty, or whose
header the file lacks, is null: ids and texts ``VARCHAR``, moments ``TIMESTAMP``, money whole fen. A rule knows nothing
of encodings, backticks, dates of spreadsheets or separators: the cells come cleaned.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from forecast.ledger.sql import text as sql_text

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["text", "number", "moment", "money", "rounded", "currency", "spoilt"]
Means = Literal["payment", "fee", "refund", "withdrawal", "transfer", "advertising", "deposit", "other"]

NOTHING = "NULL"
"""What a format does not tell."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A column of an export: the name that the rules call it by, what it holds, and the headers that it may bear.

    Of several headers the first that the file has counts. A file without a ``needed`` one is of another format.
    """

    name: str
    kind: Kind
    headers: tuple[str, ...]
    needed: bool = False


def text(name: str, *headers: str, needed: bool = False) -> Cell:
    """A column of words."""
    return Cell(name, "text", headers, needed)


def number(name: str, *headers: str, needed: bool = False) -> Cell:
    """A column of order numbers: digits that a spreadsheet may have spoilt, which is then a fault of the line."""
    return Cell(name, "number", headers, needed)


def moment(name: str, *headers: str, needed: bool = False) -> Cell:
    """A column of dates or times."""
    return Cell(name, "moment", headers, needed)


def money(name: str, *headers: str, needed: bool = False) -> Cell:
    """A column of yuan, in whole fen."""
    return Cell(name, "money", headers, needed)


def rounded(name: str, *headers: str, needed: bool = False) -> Cell:
    """A column of yuan with more than two decimals, rounded half up to the fen."""
    return Cell(name, "rounded", headers, needed)


def currency(*headers: str) -> Cell:
    """The column that names the currency: the amounts of a line in another than yuan cannot be read."""
    return Cell("currency", "currency", headers)


@dataclass(frozen=True, slots=True)
class OrderLines:
    """What a line tells of an order: an expression for each column of ``export_orders``.

    ``of_order``: the line bears the amount of the whole order, however many lines the order has; else the amounts of
    its lines add up. ``is_payment``: the line tells of a payment, not of an order placed. ``where``: which lines tell
    of orders. ``shut``: the order was closed or cancelled; it closes where it was not paid, and is refunded wholly
    where it was.
    """

    order_id: str = "order_id"
    ordered_at: str = "ordered_at"
    amount: str = "amount"
    part_id: str = NOTHING
    shop: str = NOTHING
    method: str = NOTHING
    paid_at: str = NOTHING
    deducted_at: str = NOTHING
    closed_at: str = NOTHING
    failure_cause: str = NOTHING
    failed_at: str = NOTHING
    settled_on: str = NOTHING
    settled_amount: str = NOTHING
    refunded_on: str = NOTHING
    refunded_amount: str = NOTHING
    fee: str = NOTHING
    sku: str = NOTHING
    region: str = NOTHING
    of_order: bool = True
    is_payment: bool = False
    where: str = "true"
    shut: str | None = None


@dataclass(frozen=True, slots=True)
class Movements:
    """What a line tells of money that moved: an expression for each column of ``export_movements``.

    ``means`` gives the conditions under which a line means something, the first that holds; else it is ``other``.
    ``amount`` is positive where money comes to the merchant. ``pending``: the money has not moved yet; such a line has
    no moment. ``where``: which lines tell of this movement, as one line may tell of two (a refund and its fee).
    """

    means: Mapping[Means, str]
    amount: str = "amount"
    at: str = "moved_at"
    order_id: str = "order_id"
    other_id: str = NOTHING
    what: str = "kind"
    balance: str = NOTHING
    pending: str = "false"
    where: str = "true"


@dataclass(frozen=True, slots=True)
class Footer:
    """A total that a bill states of its own lines, to be held against the lines read.

    ``pattern`` finds it in the words of a line of comment; its groups ``count`` and ``yuan`` are the figures. Or
    ``row`` names the header of a summary row, of which the next row holds the value. ``counted`` is the condition on
    the lines that it counts, ``amount`` what it adds up; a footer without an amount counts only.
    """

    what: str
    counted: str
    amount: str | None = None
    pattern: str = ""
    row: str = ""


@dataclass(frozen=True, slots=True)
class Format:
    """One form of export: its name in a plan, its titles, its columns, and what its lines tell.

    Several forms (older and newer, orders and money) may share a name; the header tells them apart.
    """

    name: str
    chinese: str
    english: str
    cells: tuple[Cell, ...]
    orders: OrderLines | None = None
    movements: tuple[Movements, ...] = ()
    footers: tuple[Footer, ...] = ()
    gives: tuple[str, ...] = field(default=("orders",))


def says(cell: str, *words: str) -> str:
    """The condition that a cell holds one of the words; false for an empty one."""
    found = " OR ".join(f"{cell} LIKE {sql_text(f'%{word}%')}" for word in words)
    return f"coalesce({found}, false)"


def within(cells: tuple[str, ...], *words: str) -> str:
    """The condition that any of the cells holds one of the words."""
    return "(" + " OR ".join(says(cell, *words) for cell in cells) + ")"


def by_direction(found: str, *, outflow: str, inflow: str) -> str:
    """An amount whose direction another column tells; null where none is told and the amount has no minus either."""
    return f"CASE WHEN {outflow} THEN -abs({found}) WHEN {inflow} OR {found} < 0 THEN {found} END"


def inflow_less_outflow(inflow: str, outflow: str) -> str:
    """An amount out of two columns: money in, and money out, which some bills write negative."""
    either = f"{inflow} IS NOT NULL OR {outflow} IS NOT NULL"
    return f"CASE WHEN {either} THEN coalesce({inflow}, 0) - abs(coalesce({outflow}, 0)) END"
