"""The figures that a playbook's texts name in braces, each filled with that of every channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.figures import Figures
from forecast.records import rounded
from forecast.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forecast.plan.model import Plan
    from forecast.results.playbook import Threshold


def filled(found: Sequence[Threshold], plan: Plan, language: str) -> Callable[[str], str]:
    """Give what fills a text with the thresholds of a cause, rounded as the tables beside the text show them."""
    found, texts = rounded(list(found)), Texts(language)
    figures, stays = Figures(texts, plan.merchant.currency), texts("playbook.stay")

    def percent(share: float) -> str:
        return f"{share:.1%}"

    def money(yuan: float) -> str:
        return texts("amount.small", value=figures.whole(yuan), currency=figures.unit)

    def days(count: float | None) -> str:
        return texts("amount.none") if count is None else texts("playbook.days", days=f"{count:.3g}")

    def move(one: Threshold) -> str:
        if one.move_rate is None or one.move_to is None:
            return stays
        return texts("playbook.move", rate=percent(one.move_rate), target=plan.channels[one.move_to].label)

    def by_channel(figure: Callable[[Threshold], str]) -> str:
        parts = [f"{plan.channels[one.channel].label} {figure(one)}" for one in found]
        return texts("playbook.list").join(parts)

    shown = {
        "usual": by_channel(lambda one: percent(one.usual_rate)),
        "alarm": by_channel(lambda one: percent(one.alarm_rate)),
        "move": by_channel(move) if any(move(one) != stays for one in found) else texts("playbook.all_stay"),
        "stuck": by_channel(lambda one: money(one.stuck_an_hour)),
        "lost": by_channel(lambda one: money(one.lost_an_hour)),
        "cured": by_channel(lambda one: days(one.cured_days)),
        "refund": by_channel(lambda one: days(one.refund_after_days)),
    }
    return lambda text: text.format(**shown)
