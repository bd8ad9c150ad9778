"""A small shop on which tests ask what-ifs: prepared once, its base simulated once.

Ten orders of 100 yuan a day on each of two channels (``ledgers.shop_orders``), a third channel without orders, a stock
payment on the seventh day of twenty that makes it the tightest, and two facilities of which the dear one is not used.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ledgers import shop_orders, write_plan

from forecast.pipeline import prepare, run_scenarios
from forecast.plan.reading import load_plan, scenario_from_settings

if TYPE_CHECKING:
    from forecast.results.run import Result
    from forecast.simulated import Forecast

TIGHTEST = "2026-10-25"
LAST = "2026-11-07"
FLOWS = f"date,amount,category\n{TIGHTEST},-30000,stock\n2026-11-05,-500,payroll\n2027-03-01,-900,rent\n"
MORE = """
[[events]]
name = "sale"
start = 2027-01-05
end = 2027-01-06
[[facilities]]
name = "line"
kind = "revolver"
limit = 40_000.00
annual_rate = 0.0365
[[facilities]]
name = "owner"
kind = "owner_loan"
limit = 40_000.00
annual_rate = 0.30
"""


@cache
def prepared() -> Forecast:
    """The shop before any scenario."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "flows.csv").write_text(FLOWS, encoding="utf-8")
        channels = ("baitiao", "wechat", "card")
        path = write_plan(folder, shop_orders(), channels=channels, more=MORE, paths=20)
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("[cash]", '[cash]\nother_flows = "flows.csv"'), encoding="utf-8")
        return prepare(load_plan(path))


@cache
def asked(*settings: str, opening: float = 1_000.0) -> Result:
    """Base and what-if of the shop under these settings, with this opening balance in base."""
    shop, plan = prepared(), prepared().plan
    shop = replace(shop, plan=replace(plan, cash=replace(plan.cash, opening_balance=opening)))
    chosen = {"base": plan.scenarios["base"], "whatif": scenario_from_settings(plan, settings)}
    return run_scenarios(shop, scenarios=chosen).result


def reasons(*settings: str, opening: float = 1_000.0) -> dict[str, str]:
    """Why figures of the what-if do not move: the code of the reason by figure, ``first+second`` for two."""
    told: dict[str, str] = {}
    for one in asked(*settings, opening=opening).scenarios["whatif"].unmoved or ():
        for figure in one.figures:
            told[figure] = f"{told[figure]}+{one.reason}" if figure in told else one.reason
    return told


def warned(*settings: str) -> list[str]:
    """The texts of the notes on changes without effect."""
    return [note.text for note in asked(*settings).notes if note.code == "change_without_effect"]
