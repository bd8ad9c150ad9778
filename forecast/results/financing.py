"""The financing part of a scenario's result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecast.outputs.texts import note_text

if TYPE_CHECKING:
    from forecast.financing.comparison import Financing, MixPart, Option
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
            "effective_annual_rate": best.effective_annual_rate,
            "shortfall_probability": best.shortfall_probability,
        },
        "options": [_option_part(option, language) for option in compared.options],
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
    }
