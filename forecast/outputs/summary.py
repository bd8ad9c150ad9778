"""The command line's summary of a run: what comes in and when, what is at risk, what must stand ready, and its cost.

Between 12 and 20 lines beside the warnings, columns aligned on the terminal's width of each character (a Chinese one
takes two).
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from forecast.outputs.figures import Figures, needs_money, not_carried_text, over_channels, worst_scenario
from forecast.outputs.grid import grid
from forecast.outputs.note_lines import warning_lines
from forecast.outputs.tables.financing import remedy_text
from forecast.outputs.tables.run import expected_cost, lowest_cash_text, mix_text, short_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from forecast.financing.options import MixPart
    from forecast.results.financing import FinancingShown, Recommended
    from forecast.results.run import Result
    from forecast.results.scenario import ScenarioResult

TIMING_PARTS = 3
"""Into how many parts of the horizon the cumulated receipts are told."""

MOST_SCENARIOS = 4
"""How many scenarios the table shows; when there are more: base, the worst, and those with the largest buffers."""


MOST_EDITS = 3
"""How many edited inputs are told; the notes list all."""

MOST_REASONS = 3
"""Of how many facilities it is told why they do not hold."""


def summary(result: Result, workbook: Path, report: Path) -> str:
    """The text, without a final newline; ``workbook`` and ``report`` are shown as given."""
    figures = Figures.of(result)
    texts, base = figures.texts, result.base
    head = texts(
        "summary.head",
        merchant=result.merchant.name,
        as_of=result.as_of,
        days=result.horizon_days,
        end=base.dates[-1],
        confidence=figures.confidence(result.confidence),
    )
    facts = [
        ("receipts", _receipts(base, figures)),
        ("timing", _timing(base, figures)),
        ("risk", _risk(base, figures)),
        ("worst", _worst(result, figures)),
        ("buffer", _buffer(result, figures)),
        ("gap", _gap(result, figures)),
        *_financing(result, figures),
    ]
    facts += [*_unmatched(result, figures), *_edited(result, figures)]
    ends = [("workbook", str(workbook)), ("report", _report(result, report, figures))]
    if result.notes:
        ends.insert(0, ("notes", texts("summary.notes_text", count=len(result.notes))))
    lines = grid([(texts(f"summary.{word}"), text) for word, text in [*facts, *ends]], (0, 1)).split("\n")
    table = _scenario_table(result, figures)
    middle = ["", table, ""] if table else []
    return "\n".join(
        [head, *warning_lines(result.notes, texts), *lines[: len(facts)], *middle, *lines[len(facts) :]]
    ).replace("\u00a0", " ")


def _unmatched(result: Result, figures: Figures) -> list[tuple[str, str]]:
    """The lines of exports that no order holds: how many, their sum, and both by reason."""
    texts, seen = figures.texts, result.history
    if not seen.unmatched:
        return []
    parts = [
        texts("summary.unmatched_part", reason=texts(f"unmatched.{reason}"), lines=one.lines, amount=one.amount)
        for reason, one in seen.unmatched_reasons.items()
    ]
    joined = texts("language.list_comma").join(parts)
    told = texts("summary.unmatched_text", lines=seen.unmatched, amount=seen.unmatched_amount, parts=joined)
    return [("unmatched", told)]


def _edited(result: Result, figures: Figures) -> list[tuple[str, str]]:
    """The inputs that were edited in a workbook, the first of them."""
    told = [note.text for note in result.notes if note.code == "input_edited"]
    left = len(told) - MOST_EDITS
    more = [figures.texts("summary.edited_more", count=left)] if left > 0 else []
    return [("edited", text) for text in (*told[:MOST_EDITS], *more)]


def _receipts(base: ScenarioResult, figures: Figures) -> str:
    mean, low, high = map(figures.amount, (base.receipts_total.mean, base.receipts_total.p05, base.receipts_total.p95))
    return figures.texts("summary.receipts_text", mean=mean, low=low, high=high)


def _timing(base: ScenarioResult, figures: Figures) -> str:
    texts, dates, means = figures.texts, base.dates, base.receipts.mean
    cumulated = list(accumulate(means))
    ends = sorted({max(0, len(dates) * part // TIMING_PARTS - 1) for part in range(1, TIMING_PARTS + 1)})
    parts = [texts("summary.timing_part", day=dates[end], amount=figures.amount(cumulated[end])) for end in ends]
    peak = max(range(len(means)), key=means.__getitem__)
    joined = texts("language.list_comma").join(parts)
    return texts("summary.timing_text", parts=joined, day=dates[peak], amount=figures.amount(means[peak]))


def _risk(base: ScenarioResult, figures: Figures) -> str:
    failed = figures.amount(over_channels(base, lambda channel: channel.failed_total))
    lost = figures.amount(over_channels(base, lambda channel: channel.lost_total))
    return figures.texts("summary.risk_text", failed=failed, lost=lost)


def _worst(result: Result, figures: Figures) -> str:
    worst = worst_scenario(result)
    if worst is None:
        return figures.texts("summary.worst_none")
    total, gap = worst.receipts_total.mean, figures.amount(worst.buffer.funding_gap)
    told = {"receipts": figures.amount(total), "difference": figures.change(total - result.base.receipts_total.mean)}
    text = figures.texts("summary.worst_text", label=worst.label, gap=gap, **told)
    return text + not_carried_text(result, worst, figures)


def _buffer(result: Result, figures: Figures) -> str:
    buffer = result.base.buffer
    return figures.texts(
        "summary.buffer_text",
        as_of=result.as_of,
        amount=figures.amount(buffer.amount),
        upper=figures.amount(buffer.upper),
        day=figures.day(buffer.peak_day),
    )


def _gap(result: Result, figures: Figures) -> str:
    buffer = result.base.buffer
    return figures.texts(
        "summary.gap_text",
        gap=figures.amount(buffer.funding_gap),
        opening=figures.amount(result.opening_balance),
        minimum=figures.amount(result.minimum_balance),
        probability=figures.percent(buffer.probability_short, 1),
    )


def _financing(result: Result, figures: Figures) -> list[tuple[str, str]]:
    base = result.base
    if base.financing is None:
        return [("financing", mix_text(base, figures))]
    best = base.financing.recommended
    told = [("cost", _cost(result, best, figures))] if needs_money(best) else []
    if not best.feasible or not best.mix:
        return [("financing", mix_text(base, figures)), *_why_none(base.financing, figures), *told]
    return [("financing", _mix(best.mix, figures)), *told]


def _why_none(found: FinancingShown, figures: Figures) -> list[tuple[str, str]]:
    """Why none of the facilities holds on its own, the first few of them, and what would be enough."""
    colon = figures.texts("language.colon")
    why = [colon.join((figures.facility(one.facility), one.why_not)) for one in found.options if one.why_not][
        :MOST_REASONS
    ]
    enough = "" if found.recommended.remedy is None else remedy_text(found.recommended.remedy, figures)
    told = [("why_not", text) for text in why]
    return [*told, ("remedy", enough)] if enough else told


def _mix(mix: Sequence[MixPart], figures: Figures) -> str:
    """Each facility with its limit and its peak, and the last day to sign."""
    texts = figures.texts
    parts = [
        texts(
            "summary.mix_part",
            facility=figures.facility(part.facility),
            limit=figures.amount(part.limit_used),
            peak=figures.amount(part.rates.peak_drawn),
        )
        for part in mix
    ]
    joined = ("；" if texts.language == "zh" else "; ").join(parts)
    signing = [part.days.latest_signing_day for part in mix if part.days.latest_signing_day]
    return texts("summary.mix_signing", mix=joined, day=str(min(signing))) if signing else joined


def _cost(result: Result, best: Recommended, figures: Figures) -> str:
    return figures.texts(
        "summary.cost_text",
        cost=figures.amount(best.expected_cost),
        rate=figures.percent(best.effective_annual_rate),
        probability=short_text(result, best, figures, 1),
    )


def _scenario_table(result: Result, figures: Figures) -> str:
    """A line a scenario: receipts, losses, lowest cash, buffer, gap and cost; nothing where base is alone."""
    texts = figures.texts
    if len(result.scenarios) == 1:
        return ""
    chosen = _shown(result)
    words = (
        "scenario",
        "receipts",
        "lost",
        "lowest_cash_and_day",
        "buffer",
        "funding_gap",
        "expected_cost",
        "recommended",
    )
    rows = [[texts(f"words.{word}") for word in words]]
    rows[0][0] += texts("language.brackets", text=figures.unit)
    for scenario in (one for name, one in result.scenarios.items() if name in chosen):
        came = (scenario.receipts_total.mean, over_channels(scenario, lambda channel: channel.lost_total))
        needed = (scenario.buffer.amount, scenario.buffer.funding_gap, expected_cost(scenario))
        shown = [*map(figures.money, came), lowest_cash_text(scenario, figures), *map(figures.money, needed)]
        rows.append([scenario.label, *shown, mix_text(scenario, figures)])
    return grid(rows, (0, len(words) - 1))


def _shown(result: Result) -> set[str]:
    """The scenarios of the table: base, the worst one, which has a line of its own above, and the largest buffers."""
    scenarios, worst = result.scenarios, worst_scenario(result)
    others = [name for name in scenarios if name != "base"]
    others.sort(key=lambda name: (scenarios[name] is not worst, -scenarios[name].buffer.amount))
    return {"base", *others[: MOST_SCENARIOS - 1]}


def _report(result: Result, report: Path, figures: Figures) -> str:
    more = len(result.scenarios) - len(_shown(result))
    return figures.texts("summary.report_more", path=str(report), count=more) if more else str(report)
