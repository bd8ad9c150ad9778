"""The facilities of a plan: their kinds, their terms as typed fields, and their check against the rest of the plan."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # the types of the fields are looked up when a result is read
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

from forecast.errors import Listed, said
from forecast.plan.terms import LONGEST_DAYS, Term, keys_of, nearest, section, term
from forecast.records import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.plan.findings import Findings, Table
    from forecast.plan.locator import KeyPath

DayCount = Literal["act/360", "act/365", "30/360"]
InterestDue = Literal["month_end", "maturity", "day_20", "quarter_20"]
Repayment = Literal["bullet", "equal_instalments", "equal_principal"]
FacilityKind = Literal[
    "revolver",
    "term_loan",
    "receivables",
    "factoring",
    "inventory",
    "early_settlement",
    "payables_extension",
    "overdraft",
    "owner_loan",
]

BORROWED: tuple[FacilityKind, ...] = ("revolver", "term_loan", "receivables", "inventory", "overdraft")
"""The kinds that bear a bank's interest."""

_SHARE, _YEARLY, _OF_AMOUNT = "share", "share a year", "share of the amount"


SAME_RATE = 1e-9
"""Rates nearer to each other than this are the same."""


@section
class Facility(Record):
    """A source of financing with its terms; a term that its kind does not have keeps the default.

    Money in yuan, rates as fractions a year (``service_fee``, ``arrangement_fee`` and ``prepayment_fee`` as fractions
    of the amount that they are charged on; ``fee_per_day`` a fraction a day). ``limit`` is None where the base alone
    bounds what is owed.
    """

    name: str = term("text", "its name, of its own", "名称")
    kind: FacilityKind = term("choice", "its kind", "种类", choices=get_args(FacilityKind))
    limit: float | None = term(
        "money",
        "most that may be owed; absent: bounded by its base alone",
        "额度",
        low=0,
        required=False,
        needed_by=("revolver", "term_loan", "overdraft", "owner_loan"),
    )
    annual_rate: float = term(
        "rate",
        "interest on what is drawn",
        "年利率",
        _YEARLY,
        default=0.0,
        needed_by=("revolver", "term_loan", "receivables", "inventory", "overdraft"),
    )
    day_count: DayCount = term(
        "choice", "how days become years", "计息基准", default="act/365", choices=get_args(DayCount)
    )
    arrangement_fee: float = term(
        "rate", "once, on the limit, when arranged", "安排费率", "share of limit", default=0.0
    )
    commitment_fee: float = term("rate", "on the undrawn limit", "承诺费率", _YEARLY, default=0.0)
    notice_days: int = term(
        "integer", "from asking to drawing", "提款通知期", "banking days", default=0, low=0, high=LONGEST_DAYS
    )
    signing_days: int = term(
        "integer", "needed to arrange it", "签约所需天数", "days", default=0, low=0, high=LONGEST_DAYS
    )
    signed: bool = term("flag", "already arranged; absent: only if something is drawn", "已签约", default=False)
    drawn: float = term("money", "owed on the evening of as_of", "基准日已提款", default=0.0, low=0)
    available_from: dt.date | None = term(
        "date", "first day it may be drawn; absent: at once", "可用起始日", default=None
    )
    available_to: dt.date | None = term("date", "last day it may be drawn; absent: no end", "可用截止日", default=None)
    interest_due: InterestDue = term(
        "choice",
        "when interest is paid; `day_20`, `quarter_20`: on the 20th of each month, of each quarter's last month",
        "付息方式；`day_20`、`quarter_20` 为每月、每季末月 20 日结息",
        default="month_end",
        choices=get_args(InterestDue),
    )
    minimum_draw: float = term(
        "money", "least amount of one drawing", "最低单笔提款额", default=0.0, low=0, kinds=("revolver",)
    )
    tenor_days: int | None = term(
        "integer",
        "from drawing to falling due; absent: after the horizon",
        "期限",
        "days",
        default=None,
        low=1,
        high=LONGEST_DAYS,
        kinds=("term_loan", "inventory", "owner_loan"),
        needed_by=("inventory",),
    )
    repayment: Repayment = term(
        "choice",
        "how principal is repaid",
        "还款方式",
        default="bullet",
        choices=get_args(Repayment),
        kinds=("term_loan",),
    )
    draw_date: dt.date | None = term(
        "date", "the day it is drawn; absent: the first day possible", "提款日", default=None, kinds=("term_loan",)
    )
    prepayment_fee: float | None = term(
        "rate",
        "on what is repaid early; absent: no early repayment",
        "提前还款费率；缺省为不可提前还款",
        _OF_AMOUNT,
        default=None,
        kinds=("term_loan",),
    )
    advance_rate: float = term(
        "rate",
        "most that is advanced on the base",
        "融资比例",
        _SHARE,
        default=1.0,
        above=0,
        kinds=("receivables", "factoring", "inventory"),
    )
    channels: tuple[str, ...] = term(
        "names",
        "whose receivables count; absent: every channel",
        "适用渠道",
        default=(),
        kinds=("receivables", "factoring", "early_settlement"),
    )
    max_age_days: int | None = term(
        "integer",
        "older receivables do not count; absent: no limit",
        "最长账龄",
        "days",
        default=None,
        low=1,
        high=LONGEST_DAYS,
        kinds=("receivables",),
    )
    concentration: float = term(
        "rate",
        "most that one channel may make of the base",
        "集中度上限",
        _SHARE,
        default=1.0,
        above=0,
        kinds=("receivables",),
    )
    service_fee: float = term(
        "rate", "of each advance", "手续费率", _OF_AMOUNT, default=0.0, below=1, kinds=("receivables", "factoring")
    )
    discount_rate: float = term(
        "rate", "kept back from what is advanced", "贴现率", _YEARLY, default=0.0, kinds=("factoring",)
    )
    recourse: bool = term(
        "flag",
        "unpaid receivables come back to the merchant; without it the advance is no debt to covenants",
        "有追索权；无追索权时不计入约定指标的负债",
        default=True,
        kinds=("factoring",),
    )
    category: str = term(
        "text", "whose purchases are the base", "质押货物的支出类别", default="stock", kinds=("inventory",)
    )
    fee_per_day: float = term(
        "rate",
        "discount on the amount brought forward, for each day that it comes sooner",
        "提前结算的贴息率：按提前到账的金额，每提前一天计收一次",
        "share of the amount a day",
        default=0.0,
        high=0.1,
        kinds=("early_settlement",),
    )
    stamp_duty: float = term(
        "rate",
        "once, on the limit, when arranged; of a loan contract 0.00005",
        "印花税率，签约时按合同金额一次计收；借款合同为 0.00005",
        "share of limit",
        default=0.0,
        kinds=("revolver", "term_loan"),
    )
    interest_vat: float = term(
        "rate",
        "value-added tax that the lender adds to the interest and that cannot be deducted",
        "在利息之外另计、不得抵扣的增值税率",
        "share of the interest",
        default=0.0,
        kinds=BORROWED,
    )
    guarantee_fee: float = term(
        "rate",
        "to a guarantor, on what is drawn; counted and paid with the interest",
        "担保费率，按已提款额计收，与利息一并计付",
        _YEARLY,
        default=0.0,
        kinds=BORROWED,
    )
    lpr: float | None = term(
        "rate",
        "loan prime rate of `lpr_date`: with `basis_points` it gives the annual rate; absent: `annual_rate` is given",
        "`lpr_date` 当日的贷款市场报价利率，加 `basis_points` 即年利率；缺省为直接填写 `annual_rate`",
        _YEARLY,
        default=None,
        kinds=BORROWED,
    )
    lpr_date: dt.date | None = term(
        "date", "the day of `lpr`; absent: none is given", "`lpr` 的报价日；缺省为未填", default=None, kinds=BORROWED
    )
    basis_points: float = term(
        "number",
        "added to `lpr`, may be negative",
        "在 `lpr` 上加减的基点，可为负",
        "0.01 %",
        default=0.0,
        kinds=BORROWED,
    )


@dataclass(frozen=True, slots=True)
class TermChange:
    """A facility's term with another value, as a what-if sets it."""

    facility: str
    term: str
    value: object


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of facility: its name in both languages, its own terms, and those that must be given."""

    en: str
    zh: str
    own: tuple[str, ...]
    needs: tuple[str, ...]


_NAMES: Mapping[FacilityKind, tuple[str, str]] = {
    "revolver": ("revolving credit line", "循环授信"),
    "term_loan": ("term loan", "流动资金贷款"),
    "receivables": ("receivables finance", "应收账款融资"),
    "factoring": ("factoring", "保理"),
    "inventory": ("inventory finance", "存货质押融资"),
    "early_settlement": ("early settlement", "提前结算"),
    "payables_extension": ("payables extension", "账期延展"),
    "overdraft": ("overdraft", "透支"),
    "owner_loan": ("owner's loan", "股东借款"),
}

TERMS = keys_of(Facility)
"""Every term by its name."""

KINDS: Mapping[FacilityKind, Kind] = {
    kind: Kind(
        *names,
        own=tuple(name for name, one in TERMS.items() if kind in one.kinds),
        needs=tuple(name for name, one in TERMS.items() if kind in one.needed_by),
    )
    for kind, names in _NAMES.items()
}
"""``needs`` has no ``limit`` where another base bounds what can be had."""


def kinds_with(name: str) -> tuple[FacilityKind, ...]:
    """The kinds that take a term; empty for a name that is no term."""
    return tuple(kind for kind in KINDS if name in TERMS and kind in (TERMS[name].kinds or KINDS))


def terms_of(kind: FacilityKind) -> tuple[Term, ...]:
    """The terms that a kind takes, in the order of the facility's fields."""
    return tuple(one for one in TERMS.values() if kind in (one.kinds or KINDS))


def check_facilities(findings: Findings, channels: tuple[str, ...]) -> tuple[Facility, ...]:
    """The facilities in the plan's order; what is wrong goes to the findings and is left out.

    Two defaults depend on the rest: ``channels`` are all the plan's where the kind takes them and none are named, and
    ``limit`` is None where a kind's base alone bounds it. A facility with something ``drawn`` is signed.
    """
    if "facilities" not in findings.values:
        return ()
    facilities: list[Facility] = []
    seen: dict[str, int] = {}
    for path, table in findings.tables(findings.values["facilities"], ("facilities",)):
        facility = check_facility(findings, path, table, channels)
        name = table.get("name")
        if isinstance(name, str) and name.strip() in seen:
            findings.add((*path, "name"), said("facilities.same_name", name=name, other=seen[name.strip()]))
        elif isinstance(name, str):
            seen[name.strip()] = int(path[1]) + 1
        if facility:
            facilities.append(facility)
    return tuple(facilities)


def check_facility(findings: Findings, path: KeyPath, table: Table, channels: tuple[str, ...]) -> Facility | None:
    """One facility; None where its kind or its name is wrong, which the findings then say."""
    kind = next((known for known in KINDS if known == table.get("kind")), None)
    if not kind:
        findings.filled(Facility, table, path)
        return None
    good = findings.checked(table, path, terms_of(kind))
    _check_keys(findings, path, table, kind)
    for needed in KINDS[kind].needs:
        if needed not in table and not (needed == "annual_rate" and "lpr" in table):
            findings.missing((*path, needed), said("plan.key", key=needed, meaning=TERMS[needed].meaning))
    chosen = tuple(good.get("channels", channels if "channels" in KINDS[kind].own else ()))
    good = {"name": "", "limit": None, "signed": good.get("drawn", 0) > 0, **good, "channels": chosen}
    facility = _at_lending_rate(findings, path, table, Facility(**good))
    _check_limit(findings, path, table, facility)
    _check_drawn(findings, path, facility)
    _check_days(findings, path, facility)
    for position, channel in enumerate(facility.channels):
        if channel not in channels:
            message = said("plan.no_channel", name=channel, nearest=nearest(channel, channels))
            findings.add((*path, "channels", position), message)
    return facility if facility.name else None


def _check_keys(findings: Findings, path: KeyPath, table: Table, kind: FacilityKind) -> None:
    """Keys that the facility's kind does not take: another kind's terms, and unknown ones."""
    known = [one.name for one in terms_of(kind)]
    for key in table:
        if key in known:
            continue
        others = kinds_with(key)
        if others:
            own = Listed(KINDS[kind].own) if KINDS[kind].own else said("facilities.none")
            message = said("facilities.of_other_kinds", kinds=Listed(others), kind=kind, own=own)
        else:
            message = said("plan.unknown_key", nearest=nearest(key, known))
        findings.add((*path, key), message, at_key=True)


def _check_limit(findings: Findings, path: KeyPath, table: Table, facility: Facility) -> None:
    """What is drawn against the limit, and fees on a limit that is not there; a limit of 0 is a facility withdrawn."""
    limit = facility.limit
    for name, amount in (("drawn", facility.drawn), ("minimum_draw", facility.minimum_draw)):
        if limit is not None and amount > limit and (limit > 0 or name == "drawn"):
            findings.add((*path, name), said("facilities.above_limit", found=amount, limit=limit))
    no_limit = "limit" not in table and facility.kind not in TERMS["limit"].needed_by
    for fee, rate in (("arrangement_fee", facility.arrangement_fee), ("commitment_fee", facility.commitment_fee)):
        if rate > 0 and no_limit:
            findings.missing((*path, "limit"), said("facilities.limit_of_fee", fee=fee))


def _check_drawn(findings: Findings, path: KeyPath, facility: Facility) -> None:
    """What is drawn already has been signed for, and is repaid by its terms."""
    drawn, repayment = facility.drawn, facility.repayment
    if drawn > 0 and facility.kind == "payables_extension":
        findings.add((*path, "drawn"), said("facilities.deferred_already"))
    if drawn > 0 and not facility.signed:
        findings.add((*path, "signed"), said("facilities.drawn_unsigned", drawn=drawn))
    if repayment != "bullet" and facility.tenor_days is None:
        findings.missing((*path, "tenor_days"), said("facilities.tenor_of_repayment", repayment=repayment))


def _at_lending_rate(findings: Findings, path: KeyPath, table: Table, facility: Facility) -> Facility:
    """A facility whose rate is given as the loan prime rate with its day and basis points, at the rate of both."""
    if facility.lpr is None:
        if given := next((key for key in ("lpr_date", "basis_points") if key in table and "lpr" not in table), None):
            findings.add((*path, given), said("facilities.without_lpr"), at_key=True)
        return facility
    for needed in {"lpr_date"} - table.keys():
        findings.missing((*path, needed), said("plan.key", key=needed, meaning=TERMS[needed].meaning))
    rate = round(facility.lpr + facility.basis_points / 10_000, 12)
    if not 0 <= rate <= 1:
        findings.add((*path, "basis_points"), said("facilities.lpr_range", rate=rate))
    elif "annual_rate" in table and abs(facility.annual_rate - rate) > SAME_RATE:
        findings.add((*path, "annual_rate"), said("facilities.lpr_differs", found=facility.annual_rate, rate=rate))
    return replace(facility, annual_rate=rate)


def _check_days(findings: Findings, path: KeyPath, facility: Facility) -> None:
    first, last, draw = facility.available_from, facility.available_to, facility.draw_date
    if first and last and last < first:
        message = said("facilities.ends_before", last=str(last), first=str(first))
        findings.add((*path, "available_to"), message)
    if draw and ((first and draw < first) or (last and draw > last)):
        findings.add((*path, "draw_date"), said("facilities.draw_date", found=str(draw)))
