"""The sample shop's ``plan.toml``: the commented template filled with its dates and sums."""

from __future__ import annotations

import datetime as dt
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from forecast.calendar import to_date
from forecast.sample.demand import promotions
from forecast.sample.spending import ADVERTISING, LOGISTICS, STOCK, daily_level, round_sum
from forecast.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.plan.model import Language
    from forecast.sample.world import World

HORIZON_DAYS = 75

DAYS_OF_SALES = {
    "opening_balance": 12.0,
    "minimum_balance": 7.5,
    "bank_line": 30.0,
    "receivables_finance": 30.0,
    "early_settlement": 15.0,
    "term_loan": 30.0,
    "overdraft": 4.5,
    "minimum_draw": 0.15,
}
"""The plan's sums in days of ordinary sales, each rounded to one leading digit."""


def plan_text(world: World, orders_file: str, language: Language, comments: Sequence[Language]) -> str:
    """The text of a plan that runs on the world's ledger.

    ``orders_file``: the ledger's name beside the plan; ``comments``: the languages in which they stand, one or both.
    """
    template = files("forecast").joinpath("templates/sample_plan.toml").read_text(encoding="utf-8")
    as_of = to_date(world.demand.days[world.as_of - world.first])
    start = to_date(world.demand.days[0])
    shown = promotions(start, as_of + dt.timedelta(days=HORIZON_DAYS))
    peaks = [promotion.peak for promotion in shown if promotion.peak > as_of]
    level, texts = daily_level(world), Texts(language)
    return Template(comments_in(template, comments)).substitute(
        {name: texts(f"sample.{name}") for name in ("merchant", "baitiao", "wechat", "huabei", "card")},
        language=language,
        as_of=as_of.isoformat(),
        seed=world.seed,
        orders=orders_file,
        events="".join(
            f'[[events]]\nname = "{promotion.name}"\nstart = {promotion.start}\n'
            f"peak = {promotion.peak}\nend = {promotion.end}\n\n"
            for promotion in shown
        ),
        outage_start=min(peaks, default=as_of + dt.timedelta(days=14)).isoformat(),
        stock_share=STOCK,
        logistics_share=LOGISTICS,
        advertising_share=ADVERTISING,
        **{name: f"{round_sum(days * level, 1):_.2f}" for name, days in DAYS_OF_SALES.items()},
    )


def comments_in(template: str, comments: Sequence[Language]) -> str:
    """The template with the comments of the chosen languages alone (lines that begin with ``#zh`` or ``#en``)."""
    lines = []
    for line in template.splitlines(keepends=True):
        language = line[1:3] if line.startswith(("#zh ", "#en ")) else None
        if language is None:
            lines.append(line)
        elif language in comments:
            lines.append("#" + line[3:])
    return "".join(lines)
