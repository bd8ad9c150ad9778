"""The financing part of a scenario's result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecast.financing.measures import earliest
from forecast.texts import note_text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from forecast.financing.comparison import Financing, MixPart, Option, Recommendation
    from forecast.financing.covenants import CovenantCheck
    from forecast.financing.marginal import LimitValue, SettlementValue
    from forecast.financing.measures import Deadlines, Measures
    from forecast.plan.model import Language


def financing_part(compared: Financing, language: Language) -> dict[str, Any]:
    """The recommendation and all options, with reasons in the plan's language."""
    best = compared.recommended
    return {
        "recommended": {
            "feasible": best.feasible,
            "mix": [_mix_part(part) for part in best.mix],
            "expected_cost": best.expected_cost,
            "interest": best.interest,
            "fees": best.fees,
            "lower_bound": best.lower_bound,
            "foresight_gap": best.foresight_gap,
            "effective_annual_rate": best.effective_annual_rate,
            "shortfall_probability": best.shortfall_probability,
            "judged_paths": best.judged_paths,
            "covenants": [_covenant_part(check) for check in best.covenants],
            "remedy": _remedy_part(best, language),
            **_measures_part(best.measures),
            **deadlines_part(earliest([part.deadlines for part in best.mix])),
        },
        "options": [_option_part(option, language) for option in compared.options],
    }


def _covenant_part(check: CovenantCheck) -> dict[str, Any]:
    return {
        "covenant": check.covenant,
        "agreed": check.agreed,
        "value": check.value,
        "chance_of_breach": check.chance,
        "day": None if check.day is None else str(check.day),
        "kept": check.kept,
    }


def _remedy_part(best: Recommendation, language: Language) -> dict[str, Any] | None:
    """What would make an infeasible mix hold, in figures and in words; None where it holds."""
    lacking = best.remedy
    if lacking is None:
        return None
    return {
        "short_by": lacking.short_by,
        "extra_cash": lacking.extra_cash,
        "extra_limits": [{"facility": name, "amount": amount} for name, amount in lacking.extra_limits],
        "days_earlier": [{"facility": name, "days": days} for name, days in lacking.days_earlier],
        "text": " ".join(note_text(note, language) for note in lacking.notes),
    }


def marginal_part(limits: Sequence[LimitValue], settlement: Sequence[SettlementValue]) -> dict[str, Any]:
    """What one more yuan of a limit and a day of faster settlement are worth to the recommended mix."""
    return {
        "limits": [
            {
                "facility": one.facility,
                "step": one.step,
                "saving_rate": one.saving,
                "shortfall_probability_saved": one.chance,
                "binding": one.binding,
            }
            for one in limits
        ],
        "settlement_day": [
            {"channel": one.channel, "buffer": one.buffer, "funding_gap": one.gap, "expected_cost": one.cost}
            for one in settlement
        ],
    }


def _mix_part(part: MixPart) -> dict[str, Any]:
    return {
        "facility": part.facility,
        "limit_used": part.limit_used,
        "interest": part.interest,
        "fees": part.fees,
        **_measures_part(part.measures),
        **deadlines_part(part.deadlines),
    }


def _option_part(option: Option, language: Language) -> dict[str, Any]:
    return {
        "facility": option.facility,
        "kind": option.kind,
        "feasible": option.feasible,
        "expected_cost": option.expected_cost,
        "interest": option.interest,
        "fees": option.fees,
        "effective_annual_rate": option.effective_annual_rate,
        "shortfall_probability": option.shortfall_probability,
        "limit_used": option.limit_used,
        **_measures_part(option.measures),
        **deadlines_part(option.deadlines),
        "why_not": None if option.why_not is None else note_text(option.why_not, language),
        "covenants": [_covenant_part(check) for check in option.covenants],
    }


def _measures_part(measures: Measures | None) -> dict[str, Any]:
    """Rates and balances; all None where a kind is not calculated."""
    names = ("mean_drawn", "peak_drawn", "days_drawn", "compound_rate", "simple_rate")
    part = {name: None if measures is None else getattr(measures, name) for name in names}
    return part | {"cost_on_balance_rate": None if measures is None else measures.cost_on_balance}


def deadlines_part(deadlines: Deadlines | None) -> dict[str, str | None]:
    """The last days by which a facility must be begun, signed and asked for."""
    if deadlines is None:
        return dict.fromkeys(("latest_start_day", "latest_signing_day", "latest_notice_day"))
    return {
        "latest_start_day": _day(deadlines.start_by),
        "latest_signing_day": _day(deadlines.sign_by),
        "latest_notice_day": _day(deadlines.notice_by),
    }


def _day(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()
