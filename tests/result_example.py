"""The result of a real run on a small sample shop, for the tests of all that shows a result, in both languages.

Three scenarios over forty days: base, where a mix of facilities holds; a failure rate of 10 %; and no promotion at
all with an outage on top, which no mix can carry, so that there is a remedy. The merchant has accounts, covenants,
five kinds of facilities and payments that may be deferred. The runs are kept in ``snapshots/``, as a run takes seconds;
``python tests/result_example.py`` makes them anew, and ``test_results_run.py`` holds them to what the engine gives.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.pipeline import run
from forecast.plan.reading import load_plan
from forecast.records import plain, read, rounded
from forecast.results.run import Result
from forecast.sample.folder import write_sample

if TYPE_CHECKING:
    from forecast.plan.model import Language
    from forecast.results.financing import FinancingShown

AS_OF = dt.date(2026, 10, 18)
DAYS = 40
OPENING = 40_000.0
MINIMUM = 30_000.0
ACCOUNTS = {
    "revenue": 1_200_000.0,
    "cost_of_goods_sold": 900_000.0,
    "profit": 90_000.0,
    "next_revenue": 1_400_000.0,
    "receivables": 34_000.0,
    "inventory": 130_000.0,
    "payables": 41_000.0,
    "prepaid": 11_000.0,
    "advances": 4_000.0,
    "funds_available": 80_000.0,
}
LABELS = {
    "zh": ("白条失败率 10%", "大促落空 + 清算中断3天"),
    "en": ("Baitiao failure rate 10%", "No promotion + clearing outage of 3 days"),
}
PLAN = """
[scenarios.baitiao_10pct]
label = "{0}"
failure_rate.baitiao = 0.10

[scenarios.peak_outage]
label = "{1}"
volume = 0.3
planned_volume = 1.0
refund_rate.baitiao = 0.35
settlement_delay.baitiao = 2
outages = [ {{ clearing = "jd_pay", start = 2026-11-11, days = 3 }} ]
shift = [ {{ from = "baitiao", to = "wechat", share = 0.3 }} ]

[[facilities]]
name = "bank_line"
kind = "revolver"
limit = 9_000.00
annual_rate = 0.0435
day_count = "act/360"
commitment_fee = 0.002
arrangement_fee = 0.001
notice_days = 1
signing_days = 2

[[facilities]]
name = "receivables_finance"
kind = "receivables"
limit = 6_000.00
annual_rate = 0.06
advance_rate = 0.80
channels = ["baitiao"]
service_fee = 0.002

[[facilities]]
name = "term_loan"
kind = "term_loan"
limit = 4_000.00
annual_rate = 0.04
tenor_days = 60
notice_days = 3

[[facilities]]
name = "suppliers"
kind = "payables_extension"
limit = 50_000.00
annual_rate = 0.03

[[facilities]]
name = "overdraft"
kind = "overdraft"
limit = 1_000.00
annual_rate = 0.12

[covenants]
minimum_dscr = 1.2
maximum_utilisation = 0.9
clean_down_days = 30

[accounts]
{2}
"""


SNAPSHOTS = Path(__file__).parent / "snapshots"


def write_example_plan(folder: Path, language: Language) -> Path:
    """Write the sample shop's ledger, flows and plan into a new folder; give the plan's path."""
    path = write_sample(folder, orders=3_000, seed=3, language=language, with_truth=False)
    text = path.read_text(encoding="utf-8")
    text = text[: text.index("[[facilities]]")]
    own = {"horizon_days": DAYS, "paths": 60, "opening_balance": OPENING, "minimum_balance": MINIMUM}
    for key, value in own.items():
        text = re.sub(rf"^{key} = .*$", f"{key} = {value}", text, flags=re.MULTILINE)
    text = text.replace("surplus_rate = 0.0", "surplus_rate = 0.0\nshortage_cost = 0.06")
    accounts = "\n".join(f"{key} = {value}" for key, value in ACCOUNTS.items())
    path.write_text(text + PLAN.format(*LABELS[language], accounts), encoding="utf-8")
    flows = folder / "other_flows.csv"
    lines = flows.read_text(encoding="utf-8").splitlines()
    moved = [f"{line[:-2]},3,0.05" if ",stock," in line and line.endswith(",,") else line for line in lines]
    flows.write_text("\n".join(moved) + "\n", encoding="utf-8")
    return path


def run_example(language: Language) -> Result:
    """Run the example anew, rounded as ``result.json`` is."""
    with tempfile.TemporaryDirectory() as folder:
        return rounded(run(load_plan(write_example_plan(Path(folder) / "shop", language))).result)


@cache
def _kept(language: Language) -> Result:
    return read(Result, json.loads((SNAPSHOTS / f"result_{language}.json").read_text(encoding="utf-8")))


def example_result(language: Language = "zh", merchant: str | None = None) -> Result:
    """The run's result, under a merchant's name of the test's own where it gives one."""
    result = _kept(language)
    return result if merchant is None else replace(result, merchant=replace(result.merchant, name=merchant))


def financing_of(result: Result, scenario: str = "base") -> FinancingShown:
    """Give the financing of a scenario, which the example compares in each."""
    found = result.scenarios[scenario].financing
    assert found is not None
    return found


def main() -> None:
    """Run the example in both languages and keep the results."""
    for language in ("zh", "en"):
        text = json.dumps(plain(run_example(language)), ensure_ascii=False, separators=(",", ":"))
        (SNAPSHOTS / f"result_{language}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
