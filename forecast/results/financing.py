"""The financing part of a scenario's result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecast.outputs.texts import note_text

if TYPE_CHECKING:
    from forecast.financing.comparison import Financing, MixPart, Option, Recommendation
    from forecast.financing.covenants import CovenantCheck
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


def _mix_part(part: MixPart) -> dict[str, Any]:
    return {
        "facility": part.facility,
        "limit_used": part.limit_used,
        "mean_drawn": part.mean_drawn,
        "peak_drawn": part.peak_drawn,
        "days_drawn": part.days_drawn,
        "interest": part.interest,
        "fees": part.fees,
        "latest_signing_day": None if part.latest_signing_day is None else str(part.latest_signing_day),
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
        "mean_drawn": option.mean_drawn,
        "peak_drawn": option.peak_drawn,
        "days_drawn": option.days_drawn,
        "shortfall_probability": option.shortfall_probability,
        "limit_used": option.limit_used,
        "latest_signing_day": None if option.latest_signing_day is None else str(option.latest_signing_day),
        "why_not": None if option.why_not is None else note_text(option.why_not, language),
        "covenants": [_covenant_part(check) for check in option.covenants],
    }
