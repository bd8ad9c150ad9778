"""The plan's keys as rows of the reference, in both languages, straight from the fields that the reader fills."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.ledger.reasons import ENDINGS, MONEY, TIMES, reasons
from forecast.plan.accounts import ACCOUNTS
from forecast.plan.facilities import KINDS, TERMS, kinds_with
from forecast.plan.model import (
    CAUSE_RATES,
    LANGUAGE,
    Cash,
    Channel,
    Cost,
    Covenants,
    Event,
    Horizon,
    LedgerFile,
    LedgerSource,
    Merchant,
    Outage,
    Scenario,
    Shift,
)
from forecast.plan.terms import keys_of
from forecast.texts import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forecast.plan.model import Language
    from forecast.plan.terms import Term

SECTIONS: dict[str, Iterable[Term]] = {
    "language": (LANGUAGE,),
    "merchant": keys_of(Merchant).values(),
    "plan": keys_of(Horizon).values(),
    "ledger": keys_of(LedgerSource).values(),
    "ledger_files": keys_of(LedgerFile).values(),
    "cash": keys_of(Cash).values(),
    "channels": keys_of(Channel).values(),
    "failure_rate": CAUSE_RATES,
    "events": keys_of(Event).values(),
    "costs": keys_of(Cost).values(),
    "scenarios": keys_of(Scenario).values(),
    "outages": keys_of(Outage).values(),
    "shift": keys_of(Shift).values(),
    "facilities": TERMS.values(),
    "covenants": keys_of(Covenants).values(),
    "accounts": ACCOUNTS,
}
"""The tables of the reference: what stands under each section of a plan."""

TYPES = {
    "en": {
        "text": "text",
        "number": "number",
        "money": "number",
        "rate": "fraction",
        "integer": "whole number",
        "date": "date",
        "flag": "true or false",
        "names": "list of texts",
    },
    "zh": {
        "text": "文字",
        "number": "数字",
        "money": "数字",
        "rate": "小数",
        "integer": "整数",
        "date": "日期",
        "flag": "true 或 false",
        "names": "文字列表",
    },
}

UNITS = {
    "yuan": "元",
    "days": "天",
    "calendar days": "日历日",
    "banking days": "银行工作日",
    "payout days": "打款日",
    "hours": "小时",
    "multiple": "倍",
    "share": "占比",
    "share a year": "年占比",
    "share of limit": "占额度",
    "share of the interest": "占利息",
    "0.01 %": "0.01%",
    "share of the amount": "占金额",
    "share of the amount a day": "每日占金额",
    "": "",
}
"""The units in Chinese."""

WORDS = {"en": ("required", "–", "all kinds"), "zh": ("必填", "–", "各种")}


def rows(section: str, language: Language) -> list[str]:
    """The Markdown rows of a section: key, type and range, unit, default, meaning."""
    # lists of tables and the ledger's columns have texts of their own
    told = (term for term in SECTIONS[section] if term.type != "tables" and term.by != "column")
    return [_row(term, language, facility=section == "facilities") for term in told]


def unmatched_rows(language: Language) -> list[str]:
    """The Markdown rows of the reasons for which a line of an export stands in unmatched.csv."""
    texts = catalogue(language)
    start = "unmatched."
    return [f"| `{key.removeprefix(start)}` | {text} |" for key, text in texts.items() if key.startswith(start)]


def kind_rows(language: Language) -> list[str]:
    """The Markdown rows of the kinds of facility: kind, name, own terms, terms that must be given."""
    return [
        f"| `{name}` | {kind.zh if language == 'zh' else kind.en} | {_codes(kind.own)} | {_codes(kind.needs)} |"
        for name, kind in KINDS.items()
    ]


def reason_rows(language: Language) -> list[str]:
    """The Markdown rows of the reasons for which a row of the ledger is rejected; ``…`` stands for any such column."""
    rows = {}
    for code, text in reasons(language).items():
        columns = [column for column in (*TIMES, *MONEY) if code.removeprefix(f"{column}_") in ENDINGS]
        rows[f"…{code.removeprefix(columns[0])}" if columns else code] = text
    return [f"| `{code}` | {text} |" for code, text in rows.items()]


def _row(term: Term, language: Language, *, facility: bool) -> str:
    required, none, every = WORDS[language]
    default = required if term.required else none if term.default is None else f"`{_toml(term.default)}`"
    unit = UNITS[term.unit] if language == "zh" else term.unit
    cells = [f"`{term.name}`", _type(term, language), unit or none, default, term.zh if language == "zh" else term.en]
    if facility:
        kinds = kinds_with(term.name)
        cells.insert(4, every if len(kinds) == len(KINDS) else _codes(kinds))
    return f"| {' | '.join(cells)} |"


def _type(term: Term, language: Language) -> str:
    if term.choices:
        return _codes(f'"{choice}"' for choice in term.choices)
    return f"{TYPES[language][term.type]}{_range(term)}"


def _range(term: Term) -> str:
    if term.low is None:
        return ""
    if term.high is None:
        return f" {'>' if term.low_open else '≥'} {term.low:g}"
    return f" {'(' if term.low_open else '['}{term.low:g}, {term.high:g}{')' if term.high_open else ']'}"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else str(value)


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "–"
