"""What a reader should know of joined exports: lines that no order holds, refunds summed up, a bank's balance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.ledger.tables import APART, NO_PARTNER
from forecast.money import to_yuan
from forecast.notes import Named, Note
from forecast.texts import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecast.ledger.tables import BankBalance, Joined, StatedTotal, Uncovered, Unmatched
    from forecast.plan.model import Plan

WEEKEND = 2
"""Days before as_of on which a bank's last movement may lie without a word."""

Values = dict[str, str | int | float]


@dataclass(frozen=True, slots=True)
class Reasons:
    """Reasons of unmatched lines in the words of a language, each with its number of lines."""

    found: tuple[Unmatched, ...]

    def text(self, language: str) -> str:
        """``no order of this number 12, a refund or payment without an order number 3``."""
        comma = catalogue(language)["language.list_comma"]
        return comma.join(f"{Named('unmatched', one.reason).text(language)} {one.lines:,}" for one in self.found)


def export_notes(plan: Plan, joined: Joined) -> list[Note]:
    """The notes on a ledger that was joined from exports."""
    return [
        *_unmatched(plan, joined),
        *_counted(plan, joined),
        *(
            Note("methods_blank", "ledger.files", {"count": count, "channel": channel})
            for channel, count in joined.blank.items()
        ),
        *(Note("table_left_out", f"ledger.files ({name})", {"table": name}) for name in joined.left_out),
        *(_total(one) for one in joined.totals),
        *(note for one in joined.uncovered for note in _uncovered(plan, one)),
        *(_bank(plan, joined.bank) if joined.bank else ()),
    ]


def _unmatched(plan: Plan, joined: Joined) -> Iterator[Note]:
    kinds = {
        "lines_without_order": [one for one in joined.reasons if one.reason in NO_PARTNER],
        "lines_unreadable": [one for one in joined.reasons if one.reason not in NO_PARTNER | APART],
        "lines_apart": [one for one in joined.reasons if one.reason in APART],
    }
    for code, found in kinds.items():
        if found:
            amount = to_yuan(sum(one.fen for one in found))
            values: Values = {
                "count": sum(one.lines for one in found),
                "amount": amount,
                "currency": plan.merchant.currency,
            }
            yield Note(code, "ledger.files", values, {"reasons": Reasons(tuple(found))})


def _counted(plan: Plan, joined: Joined) -> Iterator[Note]:
    counts = {
        "refunds_summed": joined.several_refunds,
        "exports_differ": joined.told_differently,
        "lines_repeated": joined.repeated,
    }
    yield from (Note(code, "ledger.files", {"count": count}) for code, count in counts.items() if count)
    if joined.waiting_orders:
        amount = to_yuan(joined.waiting)
        values: Values = {"count": joined.waiting_orders, "amount": amount, "currency": plan.merchant.currency}
        yield Note("fees_waiting", "ledger.files", values)
    reversals, fen = joined.reversed_orders
    if reversals:
        back: Values = {"count": reversals, "amount": to_yuan(fen), "currency": plan.merchant.currency}
        yield Note("payments_reversed", "ledger.files", back)


def _total(total: StatedTotal) -> Note:
    lines = total.stated_lines != total.found_lines
    stated, found = (
        (f"{total.stated_lines}", f"{total.found_lines}")
        if lines
        else (f"{to_yuan(total.stated_fen or 0):,.2f}", f"{to_yuan(total.found_fen or 0):,.2f}")
    )
    values = {"file": total.file, "what": total.what, "stated": stated, "found": found}
    unit = Named("stated_in", "lines" if lines else "money")
    return Note("total_differs", f"ledger.files ({total.file}, {total.what})", values, {"unit": unit})


def _uncovered(plan: Plan, one: Uncovered) -> Iterator[Note]:
    where = f"channels.{one.channel}"
    if one.begin:
        values: Values = {"count": one.orders, "amount": to_yuan(one.fen), "currency": plan.merchant.currency}
        yield Note("bills_begin_late", where, {**values, "day": str(one.begin)})
    if one.end:
        yield Note("bills_end_early", where, {"day": str(one.end), "as_of": str(plan.horizon.as_of)})


def _bank(plan: Plan, bank: BankBalance) -> Iterator[Note]:
    balance, stated = to_yuan(bank.fen), plan.cash.opening_balance
    values: Values = {"balance": balance, "day": str(bank.day), "currency": plan.merchant.currency}
    yield Note("bank_statement_read", "ledger.files", {**values, "count": bank.lines})
    for file, other in bank.unsure:
        yield Note("accounts_unsure", f"ledger.files ({file})", {"file": file, "other": other})
    silent = (plan.horizon.as_of - bank.day).days
    if balance == stated and silent > WEEKEND:
        yield Note("bank_statement_ends", "cash.opening_balance", {"day": str(bank.day), "days": silent})
    if balance != stated:
        as_of = str(plan.horizon.as_of)
        yield Note("bank_balance_differs", "cash.opening_balance", {**values, "stated": stated, "as_of": as_of})
