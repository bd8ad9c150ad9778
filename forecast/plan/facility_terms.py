"""The terms of every kind of facility, as one table: type, unit, range, default, meaning in English and Chinese.

The reader checks a plan against this table; workbook and documentation print from it. A term belongs to the kinds in
``KINDS``; its default is that of ``model.Facility``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from forecast.plan.model import DayCount, FacilityKind, InterestDue
from forecast.plan.terms import Term

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHARE = "share"
_YEARLY = "share a year"
_OF_AMOUNT = "share of the amount"

ALL_TERMS: tuple[Term, ...] = (
    Term("name", "text", "its name, of its own", "名称", required=True),
    Term("kind", "choice", "its kind", "种类", choices=get_args(FacilityKind), required=True),
    Term("limit", "money", "most that may be owed; absent: bounded by its base alone", "额度", "yuan", low=0),
    Term("annual_rate", "rate", "interest on what is drawn", "年利率", _YEARLY, 0.0, low=0, high=1),
    Term("day_count", "choice", "how days become years", "计息基准", "", "act/365", choices=get_args(DayCount)),
    Term(
        "arrangement_fee", "rate", "once, on the limit, when arranged", "安排费率", "share of limit", 0.0, low=0, high=1
    ),
    Term("commitment_fee", "rate", "on the undrawn limit", "承诺费率", _YEARLY, 0.0, low=0, high=1),
    Term("notice_days", "integer", "from asking to drawing", "提款通知期", "banking days", 0, low=0),
    Term("signing_days", "integer", "needed to arrange it", "签约所需天数", "days", 0, low=0),
    Term("signed", "flag", "already arranged; absent: only if something is drawn", "已签约", "", default=False),
    Term("drawn", "money", "owed on the evening of as_of", "基准日已提款", "yuan", 0.0, low=0),
    Term("available_from", "date", "first day it may be drawn; absent: at once", "可用起始日"),
    Term("available_to", "date", "last day it may be drawn; absent: no end", "可用截止日"),
    Term("interest_due", "choice", "when interest is paid", "付息方式", "", "month_end", choices=get_args(InterestDue)),
    Term("minimum_draw", "money", "least amount of one drawing", "最低单笔提款额", "yuan", 0.0, low=0),
    Term("tenor_days", "integer", "from drawing to falling due; absent: after the horizon", "期限", "days", low=1),
    Term(
        "repayment",
        "choice",
        "how principal is repaid",
        "还款方式",
        "",
        "bullet",
        choices=("bullet", "equal_instalments", "equal_principal"),
    ),
    Term("draw_date", "date", "the day it is drawn; absent: the first day possible", "提款日"),
    Term(
        "prepayment_fee",
        "rate",
        "on what is repaid early; absent: no early repayment",
        "提前还款费率；缺省为不可提前还款",
        _OF_AMOUNT,
        low=0,
        high=1,
    ),
    Term(
        "advance_rate",
        "rate",
        "most that is advanced on the base",
        "融资比例",
        _SHARE,
        1.0,
        low=0,
        high=1,
        low_open=True,
    ),
    Term("channels", "names", "whose receivables count; absent: every channel", "适用渠道"),
    Term("max_age_days", "integer", "older receivables do not count; absent: no limit", "最长账龄", "days", low=1),
    Term(
        "concentration",
        "rate",
        "most that one channel may make of the base",
        "集中度上限",
        _SHARE,
        1.0,
        low=0,
        high=1,
        low_open=True,
    ),
    Term("service_fee", "rate", "of each advance", "手续费率", _OF_AMOUNT, 0.0, low=0, high=1),
    Term("discount_rate", "rate", "kept back from what is advanced", "贴现率", _YEARLY, 0.0, low=0, high=1),
    Term(
        "recourse",
        "flag",
        "unpaid receivables come back to the merchant; without it the advance is no debt to covenants",
        "有追索权；无追索权时不计入约定指标的负债",
        "",
        default=True,
    ),
    Term("category", "text", "whose purchases are the base", "质押货物的支出类别", "", "stock"),
    Term("fee_per_day", "rate", "per day brought forward", "每日费率", "share of the amount a day", 0.0, low=0, high=1),
)
"""Every term, in the order of ``model.Facility``'s attributes, whose names they bear."""

COMMON = tuple(term.name for term in ALL_TERMS[:14])
"""The terms that every kind takes: up to ``interest_due``."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of facility: its name in both languages, its own terms, and those that must be given."""

    en: str
    zh: str
    own: tuple[str, ...]
    needs: tuple[str, ...]


KINDS: Mapping[FacilityKind, Kind] = {
    "revolver": Kind("revolving credit line", "循环授信", ("minimum_draw",), ("limit", "annual_rate")),
    "term_loan": Kind(
        "term loan",
        "流动资金贷款",
        ("tenor_days", "repayment", "draw_date", "prepayment_fee"),
        ("limit", "annual_rate"),
    ),
    "receivables": Kind(
        "receivables finance",
        "应收账款融资",
        ("advance_rate", "channels", "max_age_days", "concentration", "service_fee"),
        ("annual_rate",),
    ),
    "factoring": Kind(
        "factoring", "保理", ("advance_rate", "discount_rate", "recourse", "channels", "service_fee"), ()
    ),
    "inventory": Kind(
        "inventory finance", "存货质押融资", ("advance_rate", "tenor_days", "category"), ("annual_rate", "tenor_days")
    ),
    "early_settlement": Kind("early settlement", "提前结算", ("channels", "fee_per_day"), ()),
    "payables_extension": Kind("payables extension", "账期延展", (), ()),
    "overdraft": Kind("overdraft", "透支", (), ("limit", "annual_rate")),
    "owner_loan": Kind("owner's loan", "股东借款", ("tenor_days",), ("limit",)),
}
"""``needs`` has no ``limit`` where another base bounds what can be had."""


def terms_of(kind: FacilityKind) -> tuple[Term, ...]:
    """The terms that a kind takes, common ones first, in the table's order."""
    taken = {*COMMON, *KINDS[kind].own}
    return tuple(term for term in ALL_TERMS if term.name in taken)


def kinds_with(name: str) -> tuple[FacilityKind, ...]:
    """The kinds that take a term; empty for a name that is no term."""
    return tuple(kind for kind in KINDS if name in {*COMMON, *KINDS[kind].own})
