"""Damaged plans: every key with extreme values, those accepted run to their files; and damaged bytes."""

from __future__ import annotations

import random
import re
import tomllib
import zipfile
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from benchmarks.faults_judging import SECRET, damaged, drawing, judged, with_sample
from forecast import pipeline
from forecast.outputs.manifest import Inputs
from forecast.outputs.writing import write_run
from forecast.plan.accounts import ACCOUNTS
from forecast.plan.changes import Outage, Shift
from forecast.plan.facilities import KINDS, terms_of
from forecast.plan.model import Cash, Channel, Covenants, Event, Horizon, LedgerSource, Merchant, Plan, Scenario
from forecast.plan.reading import load_plan
from forecast.plan.terms import keys_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from benchmarks.faults_outcome import Outcome

TABLES: Mapping[str, dict[str, str]] = {
    "": {"language": '"en"'},
    "[merchant]": {"name": '"Tiny Shop"'},
    "[plan]": {"as_of": "2026-06-05", "horizon_days": "10", "paths": "20", "seed": "1", "confidence": "0.9"},
    "[ledger]": {"orders": '"orders.csv"'},
    "[cash]": {"opening_balance": "4_000.00", "minimum_balance": "1_000", "other_flows": '"other_flows.csv"'},
    "[channels.baitiao]": {"fee_rate": "0.01", "settlement_days": "5", "clearing": '"jd_pay"'},
    "[channels.wechat]": {"fee_rate": "0.006", "settlement_days": "1"},
    "[[events]]": {"name": '"june"', "start": "2026-06-07", "end": "2026-06-09"},
    "[scenarios.late]": {"volume": "0.9", "settlement_delay.baitiao": "2"},
    "[[facilities]]": {"name": '"line"', "kind": '"overdraft"', "limit": "5_000.00", "annual_rate": "0.07"},
    "[covenants]": {},
    "[accounts]": {"revenue": "900_000.0", "cost_of_goods_sold": "600_000", "profit": "90_000"},
}
"""A plan over the orders of data/tiny; a table in which nothing stands is left out."""

LONG = 5_000
"""Digits of a whole number beyond what Python reads."""

EXTREMES = (
    *("9007199254740992", "9007199254740993", "-9007199254740992", "1e-300", "-1e-300", "1e300", "-1e300", "9e12"),
    *("-1e13", "1e11", "nan", "inf", "-inf", "-0.0", "0", "1", "-1", "0.5", "1e-9", "999999999", "0xffff", "366"),
    *("9" * LONG, "-" + "9" * LONG, f"1.{'0' * LONG}1", f"1e{'9' * 400}"),
    *('""', '" "', '"abc"', '"\\uFFFE"', '"a\\uFFFFb"', '"\\u0000"', '"\\u001b[2J"', '"a\\nb"', '"\\u202Egpj"'),
    *(
        f'"{"x" * 40_000}"',
        f'"{"长" * 101}"',
        '"=1+1"',
        '"-1+1"',
        '"]]>"',
        '"<b>&amp;"',
        '"../../x"',
        '"*"',
        '"a[1].csv"',
    ),
    *(
        '"localtime"',
        '"posix/Asia/Shanghai"',
        '"right/UTC"',
        '"Etc/GMT+12"',
        '"UTC"',
        '"Pacific/Kiritimati"',
        '"/etc/UTC"',
    ),
    *(f'"postgresql://u:{SECRET}@127.0.0.1:1/d?password={SECRET}"', f'"postgres//u:{SECRET}@h/d"'),
    *(f'"sqlite:///x.db?password={SECRET}"', "true", "false", "[]", "[[]]", "{}", "{ a = 1 }", "[1, 2]", '["x", "x"]'),
    *("[" * 900 + "]" * 900, "{a=" * 300 + "1" + "}" * 300, "2026-06-06", "2026-02-30", "0001-01-01", "9999-12-31"),
    *("2099-12-31", "12:00:00", "2026-06-05T10:00:00Z", "1e", "0.1.2", "'", "８", "5%", "１０", "1,000"),
)
"""Values as TOML would have them, or nearly."""


def keys() -> list[tuple[str, dict[str, str], str]]:
    """Every key of a plan: the header of its table, what that table must have beside it, and the key."""
    found: list[tuple[str, dict[str, str], str]] = [("", {}, "language")]
    sections: Mapping[str, type] = {
        "[merchant]": Merchant,
        "[plan]": Horizon,
        "[ledger]": LedgerSource,
        "[cash]": Cash,
        "[channels.baitiao]": Channel,
        "[[events]]": Event,
        "[covenants]": Covenants,
        "[scenarios.late]": Scenario,
    }
    for header, model in sections.items():
        found += [(header, {}, term.name) for term in keys_of(model).values()]
    by_channel = ("failure_rate", "refund_rate", "recovery", "fee_rate", "settlement_delay")
    found += [("[scenarios.late]", {}, f"{key}.baitiao") for key in by_channel]
    found += [("[scenarios.late]", {}, key) for key in ("volume.june", "volume.baitiao", "flows.stock")]
    found += [("[channels.baitiao]", {}, f"failure_rate.{cause}") for cause in ("clearing", "unknown")]
    outage, shift = (
        {"channel": '"baitiao"', "start": "2026-06-08", "days": "2"},
        {"from": '"baitiao"', "to": '"wechat"'},
    )
    found += [("[[scenarios.late.outages]]", outage, term.name) for term in keys_of(Outage).values()]
    found += [("[[scenarios.late.shift]]", {**shift, "share": "0.2"}, term.name) for term in keys_of(Shift).values()]
    found += [("[accounts]", {}, term.name) for term in ACCOUNTS]
    found += [("[ledger]", {}, f"{name}.{column}") for name in ("columns", "constants") for column in ("amount", "sku")]
    for kind in KINDS:
        base = {"kind": f'"{kind}"', "limit": "5_000", "annual_rate": "0.07"}
        base |= {"tenor_days": "30"} if kind == "inventory" else {}
        own = {term.name for term in terms_of(kind)}
        base = {key: value for key, value in base.items() if key in {*own, "kind"}}
        found += [("[[facilities]]", base, name) for name in sorted(own)]
    return found


def plan_text(header: str = "", beside: Mapping[str, str] | None = None, key: str = "", value: str = "") -> str:
    """The plan with one key of one table in place of its own; ``beside`` stands in the same table."""
    tables = {name: dict(table) for name, table in TABLES.items()}
    if key:
        changed = tables.setdefault(header, {})
        changed.update(beside or {})
        for own in [own for own in changed if own.startswith(f"{key}.")]:
            del changed[own]
        changed[key] = value
    lines = []
    for name, table in tables.items():
        lines += [name, *(f"{own} = {text}" for own, text in table.items())] if table else []
    return "\n".join(lines) + "\n"


def plan_values(seed: int, number: int, folder: Path) -> Outcome:
    """One key with one extreme, in an order drawn by the seed; each pair once before any comes again."""
    every = _pairs(seed)
    (header, beside, key), value = every[number % len(every)]
    text = plan_text(header, beside, key, value)
    return judged("plan values", f"{header} {key} = {value[:60]}", lambda: _loaded_and_run(text, folder, key))


@cache
def _pairs(seed: int) -> list[tuple[tuple[str, dict[str, str], str], str]]:
    every = [(place, value) for place in keys() for value in EXTREMES]
    random.Random(seed).shuffle(every)  # noqa: S311  # cases, no secrets
    return every


def plan_bytes(seed: int, number: int, folder: Path) -> Outcome:
    """A plan's bytes damaged; silent is a text that is no TOML and is accepted, or one read as it does not stand."""
    whole = plan_text("[[facilities]]", {"tenor_days": "5"}, "kind", '"owner_loan"').encode()
    content, damage = damaged(whole, drawing(seed, number))
    return judged("plan bytes", damage, lambda: _loaded(content, folder))


def _loaded(content: bytes, folder: Path) -> str | None:
    file = with_sample(folder, "tiny") / "plan.toml"
    file.write_bytes(content)
    plan = load_plan(file)
    text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    return _unlike(plan, tomllib.loads(text))


def _unlike(plan: Plan, written: Mapping[str, object]) -> str | None:
    """The first figure of a plan that is not what stands in its text."""
    parts: tuple[tuple[str, type, object], ...] = (
        ("plan", Horizon, plan.horizon),
        ("cash", Cash, plan.cash),
        ("merchant", Merchant, plan.merchant),
    )
    for section, model, part in parts:
        table = written.get(section, {})
        for name, term in keys_of(model).items():
            value = table.get(term.name) if isinstance(table, dict) else None
            held = getattr(part, name)
            if value is not None and name != "other_flows" and held not in (value, str(value).strip()):
                return f"{section}.{term.name} is {held!r}, written {value!r}"
    scenarios = written.get("scenarios", {})
    extra = set(scenarios) - set(plan.scenarios) if isinstance(scenarios, dict) else set()
    return f"scenarios lost: {sorted(extra)}" if extra else None


def _loaded_and_run(text: str, folder: Path, key: str) -> str | None:
    wrong = _loaded(text.encode(), folder)
    plan = load_plan(folder / "plan.toml")
    done = pipeline.run(replace(plan, horizon=replace(plan.horizon, paths=min(plan.horizon.paths, 20))))
    if wrong or not _holds_text(key):
        return wrong
    written = write_run(folder / "out", done.result, done.rejected, inputs=Inputs(), command=["forecast"])
    return _ill_formed(written.workbook)


def _holds_text(key: str) -> bool:
    """Whether a key holds a text, which workbook and report then show."""
    models = (Merchant, Channel, Event, Scenario)
    texts = {term.name for model in models for term in keys_of(model).values() if term.type == "text"}
    return key in {*texts, "name", "category"}


def _ill_formed(workbook: Path) -> str | None:
    """The first part of a workbook that is no XML."""
    with zipfile.ZipFile(workbook) as archive:
        for name in archive.namelist():
            if re.search(r"\.(xml|rels)$", name):
                try:
                    ET.fromstring(archive.read(name))  # noqa: S314  # our own file
                except ET.ParseError as error:
                    return f"{name}: {error}"
    return None
