"""What drives a buffer, and the second opinions on it, as plain mappings."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from forecast.texts import Texts

if TYPE_CHECKING:
    from forecast.cross_checks import CrossChecks
    from forecast.drivers import Driver, Drivers
    from forecast.plan.model import Language


def drivers_part(found: Drivers, language: Language) -> list[dict[str, Any]]:
    """The parts of the buffer in the order of a waterfall, with their names in the plan's language."""
    texts = Texts(language)
    return [
        {
            "key": ".".join(word for word in (part.group, part.name) if word),
            "label": _label(part, texts),
            "amount": part.amount,
        }
        for part in found.parts
    ]


def _label(part: Driver, texts: Texts) -> str:
    if not part.name:
        return texts(f"drivers.{part.group}")
    names = {"payments": "categories", "failures": "causes"}
    return texts(f"drivers.{part.group}", name=texts.or_else(f"{names[part.group]}.{part.name}", part.name))


def cross_checks_part(found: CrossChecks) -> dict[str, Any]:
    """Miller and Orr's limits with what they rest on, and the confidence of least cost; None where not concluded."""
    return {
        "idle_cost": found.idle_cost,
        "transfer_cost": found.transfer_cost,
        "daily_deviation": found.daily_deviation,
        "miller_orr": None if found.miller_orr is None else asdict(found.miller_orr),
        "least_cost": None if found.least_cost is None else asdict(found.least_cost),
    }
