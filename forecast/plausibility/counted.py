"""Payments among other flows and costs that the forecast makes by itself: refunds, fees, interest and withdrawals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from forecast.notes import Named, Note
from forecast.plausibility.cash import outflow
from forecast.receivables.rows import total_fen, with_outcome

if TYPE_CHECKING:
    from forecast.ledger.tables import Ledger
    from forecast.plan.model import Plan

REFUNDS = re.compile(r"退款|退货款|\brefund|chargeback", re.IGNORECASE)
FEES = re.compile(
    r"佣金|扣点|平台(?:使用|技术|交易|服务)*费|(?:技术|交易|支付|收单)服务费|手续费|^服务费$|^service fees?$"
    r"|\bcommissions?\b|\bplatform (?:service )?(?:fee|charge)|\b(?:payment|transaction|merchant|processing) fees?\b",
    re.IGNORECASE,
)
WITHDRAWALS = re.compile(r"提现|\bwithdraw(?:al)?s?\b", re.IGNORECASE)
TRANSFERS = re.compile(
    r"(?:内部|账户|账户间)?(?:转账|划转|调拨)|(?:internal |account )?transfers?(?: between accounts)?"
    r"|.*\btransfer.*\bown accounts?|.*自有账户.*",
    re.IGNORECASE,
)
UNNAMED = frozenset({"", "other", "others", "其他", "其它"})
INTEREST = re.compile(r"利息|还款|还本|还贷|\binterest\b|\brepa(?:y|id)", re.IGNORECASE)
"""What the platform takes from settlements, money that only moves, and what facilities cost, by their words.

Where the category names a payment, a note of a transfer says how it is paid.
"""

OTHERS = re.compile(
    r"供应商|押金|保证金|增值税|退税|supplier|deposit|\btax|\bvat\b"
    r"|达人|主播|员工|业务员|提成|推广|广告|物业|咨询|律师|软件|staff|affiliate|influencer|agent|advert"
    r"|股东|老板|分红|个人|owner|shareholder|dividend|提现手续费|withdrawal fee",
    re.IGNORECASE,
)
BANK = re.compile(r"银行|\bbank\b", re.IGNORECASE)
"""Whose fees, refunds and withdrawals are no business of the ledger's orders; and whose fees alone."""

ELSEWHERE = re.compile(r"既有|原有|其他|\b(?:old|existing|other)\b", re.IGNORECASE)
"""A loan that is none of the plan's facilities."""


def on_counted(plan: Plan, ledger: Ledger) -> list[Note]:
    """The other flows and the costs that follow from the ledger or from the facilities already, a note for each kind.

    Fees are judged only where the ledger or the plan has some, and interest where a facility is drawn or named.
    """
    has_fees = _has_fees(plan, ledger)
    amounts: dict[tuple[str, str], list[float]] = {}
    for flow in plan.other_flows:
        if kind := _kind(plan, flow.category, flow.note, paid=flow.amount < 0, has_fees=has_fees):
            amounts.setdefault((kind, flow.category), []).append(flow.amount)
    notes = [
        Note(
            "flow_counted_already",
            f"cash.other_flows.{category}",
            {"count": len(found), "amount": sum(found)},
            _words(kind, category),
        )
        for (kind, category), found in amounts.items()
    ]
    return notes + [
        Note(
            "cost_counted_already",
            f"costs.{cost.category}",
            {"share": cost.share_of_sales},
            _words(kind, cost.category),
        )
        for cost in plan.costs
        if (kind := _kind(plan, cost.category, "", paid=True, has_fees=has_fees))
    ]


def _words(kind: str, category: str) -> dict[str, Named]:
    return {"kind": Named("counted", kind), "category": Named("categories", category)}


def _has_fees(plan: Plan, ledger: Ledger) -> bool:
    """Whether receipts are forecast net of fees at all."""
    settled = with_outcome(ledger.tables.settlement, "settled")
    return total_fen(settled, "fees") > 0 or any(channel.fee_rate for channel in plan.channels.values())


def _kind(plan: Plan, category: str, note: str, *, paid: bool, has_fees: bool) -> str | None:
    """What of the forecast a line repeats, if any; a note is not held against a category that says something else."""
    means, words = outflow(category), (_plain(category), _plain(note))
    if means not in {None, "debt", "other"}:
        words = (words[0], "")
    text = " ".join(words).strip()
    if paid and INTEREST.search(text) and _is_of_facility(plan, text):
        return "interest"
    if means not in {None, "other"} or OTHERS.search(text):
        return None
    if WITHDRAWALS.search(text) or TRANSFERS.fullmatch(words[words[0] in UNNAMED]):
        return "withdrawals"
    return _taken_off(words, has_fees=has_fees) if paid else None


def _taken_off(words: tuple[str, str], *, has_fees: bool) -> str | None:
    """What a platform takes off its settlements."""
    if any(REFUNDS.search(one) for one in words):
        return "refunds"
    fees = has_fees and any(FEES.search(one) for one in words) and not any(BANK.search(one) for one in words)
    return "fees" if fees else None


def _is_of_facility(plan: Plan, text: str) -> bool:
    """Whether a facility of the plan is named, or something is drawn on one and no other loan is meant."""
    if any(_plain(facility.name) in text for facility in plan.facilities):
        return True
    return any(facility.drawn > 0 for facility in plan.facilities) and not ELSEWHERE.search(text)


def _plain(text: str) -> str:
    return re.sub(r"[\s_-]+", " ", text).strip().casefold()
