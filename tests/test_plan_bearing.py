"""What of a plan bears on its fit, key by key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from plan_examples import WHOLE

from forecast.plan.bearing import bearing
from forecast.plan.reading import load_plan

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.plan.model import Plan

APART = ("[cash]", "[scenarios", "[covenants]", "[accounts]", "[[facilities]]")
"""The tables of a plan whose keys bear on no fit."""


def plan_of(folder: Path, text: str) -> Plan:
    """The plan of a text."""
    (folder / "flows").mkdir(exist_ok=True)
    (folder / "flows" / "other_flows.csv").write_text("date,amount,category\n2026-11-01,-5,rent\n", encoding="utf-8")
    (folder / "plan.toml").write_text(text, encoding="utf-8")
    return load_plan(folder / "plan.toml")


def changed_figures() -> list[tuple[str, str, str]]:
    """Every key of the whole plan that is one figure: its table, its name, and the plan with another value."""
    lines, table, found = WHOLE.splitlines(), "", []
    for place, line in enumerate(lines):
        table = line if line.startswith("[") else table
        key, _, value = line.partition(" = ")
        if re.fullmatch(r"[\d_]+", value):
            new = str(int(value) + 1)
        elif re.fullmatch(r"[\d_.e]+", value):
            new = f"{float(value) * 0.99!r}"
        else:
            continue
        found.append((table, key, "\n".join([*lines[:place], f"{key} = {new}", *lines[place + 1 :]])))
    return found


def test_a_key_bears_on_the_fit_unless_it_is_of_cash_scenarios_or_facilities(tmp_path: Path) -> None:
    whole, wrong = plan_of(tmp_path, WHOLE), []
    changed = [(table, key, plan_of(tmp_path, text)) for table, key, text in changed_figures()]
    assert len(changed) > 60
    for table, key, plan in changed:
        same = bearing(plan) == bearing(whole)
        if plan == whole or same != (table.startswith(APART) or key == "confidence"):
            wrong.append(f"{table} {key}")
    assert wrong == []


def test_words_and_days_of_channels_promotions_and_the_ledger_bear_on_the_fit(tmp_path: Path) -> None:
    whole = bearing(plan_of(tmp_path, WHOLE))
    for old, new in (
        ("2026-10-18\nhorizon", "2026-10-17\nhorizon"),
        ("America/Sao_Paulo", "Asia/Shanghai"),
        ('holidays = "BR"', 'holidays = "CN"'),
        ('label = "京东白条"', 'label = "白条"'),
        ("peak = 2025-11-11", "peak = 2025-11-10"),
        ('table = "orders"', 'table = "sales"'),
        ('paid_on = "week_end"', 'paid_on = "day"'),
        ("postgresql://host/shop", "postgresql://host/other"),
        (" 订单编号 ", "订单号"),
    ):
        assert old in WHOLE
        assert bearing(plan_of(tmp_path, WHOLE.replace(old, new, 1))) != whole, old
