"""Common random numbers."""

from __future__ import annotations

import numpy as np
from laws import assumptions, channel_law, failure_law

from forecast.plan.model import ALL_CAUSES
from forecast.receivables.episodes import Episode
from forecast.simulation.randomness import draw_randomness

SALES = np.full((500, 3, 30), 100.0)
CLEARING = ALL_CAUSES.index("clearing")


def test_channels_of_one_clearing_name_share_its_outages() -> None:
    outage = {"clearing": failure_law(episodes=(Episode((1.0, 1.0)),) * 40)}
    made = assumptions(
        channel_law("baitiao", failures=outage),
        channel_law("jd_wallet", failures=outage),
        channel_law("card", clearing="unionpay"),
    )
    random = draw_randomness(made, SALES, np.random.default_rng(1))
    drawn = [np.zeros((500, len(ALL_CAUSES), 30)) for _ in range(3)]
    for channel, rates in enumerate(drawn):
        random.add_episodes(channel, rates)
    drawn = [rates[:, CLEARING] for rates in drawn]
    assert drawn[0].sum() > 0
    assert np.array_equal(drawn[0], drawn[1])
    assert drawn[2].sum() == 0


def test_another_channels_history_does_not_change_a_channels_numbers() -> None:
    one = assumptions(channel_law("a", failures={"validation": failure_law(0.02, 0.5)}), channel_law("b", clearing="x"))
    other = assumptions(
        channel_law("a", failures={"validation": failure_law(0.02, 0.5)}),
        channel_law("b", clearing="x", failures={"validation": failure_law(0.3, 0.5)}),
    )
    sales = SALES[:, :2]
    first = draw_randomness(one, sales, np.random.default_rng(2))
    second = draw_randomness(other, sales, np.random.default_rng(2))
    assert np.array_equal(first.factor(0), second.factor(0))
    assert not np.array_equal(first.base[:, 1], second.base[:, 1])
    assert np.array_equal(first.settle, second.settle)


def test_a_days_deviation_has_mean_one() -> None:
    made = assumptions(channel_law(failures={"integration": failure_law(0.02, 0.4)}))
    factor = draw_randomness(made, np.full((20_000, 1, 5), 100.0), np.random.default_rng(3)).factor(0)[:, 0]
    assert abs(factor.mean() - 1.0) < 0.02
    assert abs(factor.var() - 0.4) < 0.05
