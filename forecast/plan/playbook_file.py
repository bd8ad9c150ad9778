"""``playbook.toml``: the emergency plan (应急预案) that a merchant keeps beside the plan, read strictly.

The texts of a cause may name figures in braces (``FIGURES``), which ``forecast playbook`` fills with this merchant's.
"""

from __future__ import annotations

import datetime as dt
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forecast.errors import Both, InputError, Problem, said, speaking, unreadable
from forecast.plan.changes import CAUSES
from forecast.plan.findings import Findings
from forecast.plan.locator import Locator
from forecast.plan.syntax import parsed
from forecast.plan.terms import LONGEST_TEXT, keys_of, nearest, section, term
from forecast.plan.toml_file import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from forecast.plan.findings import Table
    from forecast.plan.locator import KeyPath
    from forecast.plan.model import Plan

PLAYBOOK = "playbook.toml"
"""The file's name in the folder of the plan."""

FIGURES = ("usual", "alarm", "move", "stuck", "lost", "cured", "refund")
"""Figures that the texts of a cause may name in braces, each filled with that of every channel."""

UNFILLED = ("待填写", "to fill in")
"""Words by which a value is known that the template left for the user."""

RULES, ACTS, PROVIDER = "rules", "acts", "provider"
"""Keys whose values are held against other tables."""

SECTIONS = ("reviewed", "moved_orders_lost", "people", "providers", "lenders", "causes", RULES)
"""The keys at the top of a playbook."""


_PERSON = Both("Li Lei", "李雷")
_PHONE = Both("138 0000 0000", "138 0000 0000")
_DUTY = Both("decides on starting the plan", "决定是否启动预案")
_CONTACT = Both("duty desk for merchants", "商户值班台")
_SIGN = Both("from some minute on one channel gets no result", "从某一分钟起，一个渠道收不到支付结果")
_STEP = Both("note the first order that failed", "记下首笔失败的订单")
_REFUND = Both("close and refund after {refund}", "{refund}后关单退款")
_INSTALMENTS = Both("offer other instalments from {move} on", "失败率达到 {move} 时改推其他分期")
_CUSTOMERS = Both("your payment is being checked, please do not pay again", "付款正在核对，请勿重复支付")
_RULE = Both("in promotions settlements come a day later", "大促期间晚一天结算")
_SOURCE = Both("notice of 2026-10-10", "2026-10-10 的公告")


@section
class Basics:
    """What stands above all tables of a playbook."""

    reviewed: dt.date = term("date", "the day on which it was last gone through", "最近一次复核的日期")
    moved_orders_lost: float = term(
        "rate",
        "of orders moved to another channel, not placed at all",
        "改道订单中不再下单的占比",
        default=0.05,
        below=1,
    )


@section
class Person:
    """Who acts."""

    name: str = term("text", "the person's name", "姓名", example=_PERSON)
    phone: str = term("text", "a telephone that is answered at any hour", "随时能接通的电话", example=_PHONE)
    duty: str = term("text", "what the person is answerable for", "负责事项", longest=LONGEST_TEXT, example=_DUTY)


@section
class Contact:
    """Whom to call at a payment provider or a lender."""

    contact: str = term("text", "whom to call there", "对方联系人", example=_CONTACT)
    phone: str = term("text", "the telephone there", "对方电话", example=_PHONE)


@section
class Guide:
    """What to do about one cause of failures; ``acts`` are keys of ``people``, in the order of being called.

    A rate that is given stands in place of the one that is calculated.
    """

    signs: list[str] = term("names", "by what the cause is known", "判断依据", longest=LONGEST_TEXT, example=_SIGN)
    steps: list[str] = term(
        "names", "steps of fault-finding, in order", "排查步骤，依次进行", longest=LONGEST_TEXT, example=_STEP
    )
    acts: list[str] = term(
        "names",
        "keys of [people], the first called first",
        "由谁处理，写 [people] 下的键",
        example=Both("lead", "lead"),
    )
    refund: str = term(
        "text", "when and how to close and refund orders", "何时关单退款", longest=LONGEST_TEXT, example=_REFUND
    )
    instalments: str = term(
        "text", "when to offer other instalments", "何时改用其他分期", longest=LONGEST_TEXT, example=_INSTALMENTS
    )
    customers: str = term("text", "what customers are told", "对客户的说法", longest=LONGEST_TEXT, example=_CUSTOMERS)
    alarm_rate: float | None = term(
        "rate",
        "failed share that calls the people; absent: calculated",
        "启动预案的失败率；缺省为计算值",
        default=None,
        above=0,
    )
    move_rate: float | None = term(
        "rate",
        "failed share from which orders are moved; absent: calculated",
        "改道的失败率；缺省为计算值",
        default=None,
    )


@section
class Rule:
    """One entry of the log of the providers' rules."""

    date: dt.date = term("date", "the day from which it holds", "生效日期")
    provider: str = term("text", "the provider's clearing name", "清算通道名", example=Both("jd_pay", "jd_pay"))
    text: str = term("text", "what the rule says", "规则内容", longest=LONGEST_TEXT, example=_RULE)
    source: str | None = term(
        "text", "where it is written", "出处", default=None, longest=LONGEST_TEXT, example=_SOURCE
    )


@dataclass(frozen=True, slots=True)
class Unfilled:
    """A value that the template left for the user: its dotted key and its line."""

    key: str
    line: int


@dataclass(frozen=True, slots=True)
class Playbook:
    """A whole playbook, checked against its plan.

    ``providers`` go by clearing name, ``lenders`` by the names of the plan's facilities, ``causes`` by cause; there is
    one of each that the plan has. ``rules`` stand in the order of their days.
    """

    path: Path
    basics: Basics
    people: Mapping[str, Person]
    providers: Mapping[str, Contact]
    lenders: Mapping[str, Contact]
    causes: Mapping[str, Guide]
    rules: tuple[Rule, ...]
    unfilled: tuple[Unfilled, ...] = ()


@dataclass(frozen=True, slots=True)
class Faulty:
    """A playbook that cannot be used: what is wrong with it, at least one problem."""

    problems: tuple[Problem, ...]


def playbook_beside(plan: Plan, path: Path) -> Playbook | Faulty | None:
    """The playbook of a plan for what does without one: None where there is no such file, never an ``InputError``."""
    if not path.exists():
        return None
    try:
        return load_playbook(plan, path)
    except InputError as error:
        return Faulty(error.problems)


def load_playbook(plan: Plan, path: Path) -> Playbook:
    """Read and check the playbook of a plan.

    Raises:
        InputError: There is none, or with every problem in it, in the order of its lines.
    """
    with speaking(plan.language):
        if not path.exists():
            raise InputError(Problem(said("playbook.no_file", plan=plan.places.file or str(plan.path)), str(path)))
        try:
            text = text_of(path, "playbook")
            return _playbook(path, text, plan)
        except OSError as error:
            raise InputError(unreadable(error, str(path))) from None


def clearing_names(plan: Plan) -> list[str]:
    """The clearing names of the plan's channels, each once."""
    return list(dict.fromkeys(channel.clearing for channel in plan.channels.values()))


def _playbook(path: Path, text: str, plan: Plan) -> Playbook:
    values = parsed(text, str(path))  # first, for only a text that is TOML can be located
    locator = Locator(text)
    findings = Findings(str(path), values, locator, no_key="playbook.no_key")
    findings.unknown_keys(findings.values, (), SECTIONS)
    basics = findings.checked(findings.values, (), keys_of(Basics).values())
    _check_reviewed(findings, basics.get("reviewed"), plan)
    people = _entries(findings, "people", Person)
    if not people and "people" not in findings.values:
        findings.missing(("people",), said("playbook.a_person", keys=_keys(Person)))
    providers = _entries(findings, "providers", Contact, clearing_names(plan))
    lenders = _entries(findings, "lenders", Contact, [one.name for one in plan.facilities])
    causes = _entries(findings, "causes", Guide, CAUSES)
    _check_causes(findings, causes, people)
    rules = _rules(findings, clearing_names(plan))
    findings.raise_if_any()
    return Playbook(
        path=path,
        basics=Basics(**basics),
        people={name: Person(**one) for name, one in people.items()},
        providers={name: Contact(**providers[name]) for name in clearing_names(plan)},
        lenders={one.name: Contact(**lenders[one.name]) for one in plan.facilities},
        causes={cause: Guide(**causes[cause]) for cause in CAUSES},
        rules=tuple(sorted((Rule(**one) for one in rules), key=lambda one: one.date)),
        unfilled=tuple(_unfilled(findings, locator)),
    )


def _entries(
    findings: Findings, name: str, model: type, wanted: Iterable[str] | None = None
) -> dict[str, dict[str, Any]]:
    """The tables of a section by their names; every name ``wanted`` must be there, and no other where any are."""
    whole = findings.values.get(name, {})
    tables = findings.table(whole, (name,)) or {}
    names = None if wanted is None else list(wanted)
    if names is not None:
        findings.unknown_keys(tables, (name,), names)
        for one in names:
            if one not in tables and isinstance(whole, dict):
                findings.missing((name, one), _what_to_write(model, name, one))
    found: dict[str, dict[str, Any]] = {}
    for key, value in tables.items():
        table = findings.table(value, (name, key))
        if table is not None and (names is None or key in names):
            found[key] = findings.filled(model, table, (name, key))
    return found


def _what_to_write(model: type, section_name: str, name: str) -> Any:  # noqa: ANN401  # a sentence
    return said("playbook.table", header=f"[{section_name}.{name}]", keys=_keys(model))


def _keys(model: type) -> str:
    """The keys that a table must have, as they are to be written."""
    return ", ".join(f"{one.name} = …" for one in keys_of(model).values() if one.required)


def _check_reviewed(findings: Findings, reviewed: dt.date | None, plan: Plan) -> None:
    """A playbook cannot have been gone through on a day after today, by the plan's as_of or the clock."""
    latest = max(plan.horizon.as_of, dt.datetime.now().astimezone().date())
    if reviewed is not None and reviewed > latest:
        findings.add(("reviewed",), said("playbook.reviewed_later", day=str(latest)))


def _check_causes(findings: Findings, causes: Mapping[str, Table], people: Mapping[str, object]) -> None:
    """The people whom causes name, and the figures that their texts name."""
    for cause, guide in causes.items():
        for key, value in guide.items():
            for place, text in enumerate(_texts(value)):
                path: KeyPath = ("causes", cause, key)
                if key == ACTS and text not in people:
                    message = said("playbook.no_person", name=text, nearest=nearest(text, people))
                    findings.add((*path, place), message)
                _check_figures(findings, text, (*path, place) if isinstance(value, list) else path)


def _check_figures(findings: Findings, text: str, path: KeyPath) -> None:
    """The figures in braces that a text names: known ones, and nothing else in braces."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        findings.add(path, said("playbook.braces"))
        return
    for _, name, form, conversion in parts:
        if name is not None and name not in FIGURES:
            findings.add(path, said("playbook.no_figure", name=name, nearest=nearest(name, FIGURES)))
        elif form or conversion:
            findings.add(path, said("playbook.braces"))


def _texts(value: object) -> list[str]:
    """The texts that a value of a cause holds."""
    if isinstance(value, str):
        return [value]
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _rules(findings: Findings, clearings: list[str]) -> list[dict[str, Any]]:
    """The entries of the log."""
    written = findings.values.get(RULES)
    if not written:
        findings.missing((RULES,), said("playbook.a_rule", provider=clearings[0]))
        return []
    found = []
    for path, table in findings.tables(written, (RULES,)):
        good = findings.filled(Rule, table, path)
        provider = good.get(PROVIDER)
        if provider is not None and provider not in clearings:
            message = said("playbook.no_provider", name=provider, nearest=nearest(provider, clearings))
            findings.add((*path, PROVIDER), message)
        found.append(good)
    return found


def _unfilled(findings: Findings, locator: Locator) -> Iterator[Unfilled]:
    """Every value that the template left for the user, in the order of its lines."""
    for path, text in _all_texts(findings.values, ()):
        if any(word in text.casefold() for word in UNFILLED):
            place = locator.value(path)
            yield Unfilled(findings.dotted(path), place[0] if place else 1)


def _all_texts(value: object, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _all_texts(one, (*path, key))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _all_texts(one, (*path, place))
