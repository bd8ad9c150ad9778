"""Failures without a cause, shared out by their signature."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.plan.model import Channel
from forecast.receivables.signatures import infer_causes, inferred_shares

CHANNELS = [Channel("baitiao", "", "jd_pay"), Channel("jd_wallet", "", "jd_pay"), Channel("card", "", "unionpay")]
NO = dict.fromkeys(("integration", "validation", "risk_control", "clearing"), 0.0)


def inferred(days: dict[str, list[bool]], surge: float = 1.0) -> dict[str, dict[str, float]]:
    """Each flagged day failed 100 yuan beyond the base."""
    flags = {name: np.array(flag) for name, flag in days.items()}
    excess = {name: np.full(len(flag), 100.0) for name, flag in flags.items()}
    return infer_causes(flags, excess, {name: np.full(len(flag), surge) for name, flag in flags.items()}, CHANNELS)


def test_all_channels_of_one_clearing_name_look_like_clearing() -> None:
    found = inferred({"baitiao": [True, True], "jd_wallet": [True, True], "card": [False, False]})
    assert found["baitiao"] == {**NO, "clearing": 200.0}
    assert found["card"] == NO


def test_channels_of_several_clearing_names_look_like_validation() -> None:
    found = inferred({"baitiao": [True], "jd_wallet": [False], "card": [True]})
    assert found["baitiao"] == found["card"] == {**NO, "validation": 100.0}


def test_one_channel_alone_looks_like_integration_or_risk_control_in_a_surge() -> None:
    alone = {"baitiao": [True], "jd_wallet": [False], "card": [False]}
    assert inferred(alone)["baitiao"] == {**NO, "integration": 100.0}
    assert inferred(alone, surge=5.0)["baitiao"] == {**NO, "risk_control": 100.0}
    together = {"baitiao": [True], "jd_wallet": [True], "card": [True]}
    assert inferred(together, surge=5.0)["card"] == {**NO, "risk_control": 100.0}


def test_the_base_is_split_by_surge_and_known_causes() -> None:
    # A third of the base came with surges; the rest is split 3 : 1 as the known causes are.
    shares = inferred_shares({**NO, "clearing": 100.0}, 300.0, 1.5, {**NO, "validation": 3.0, "integration": 1.0})
    assert shares == pytest.approx(
        {"integration": 50 / 400, "validation": 150 / 400, "risk_control": 100 / 400, "clearing": 100 / 400}
    )


def test_without_any_known_cause_the_rest_is_split_evenly() -> None:
    assert inferred_shares(NO, 80.0, 1.0, NO) == dict.fromkeys(NO, 0.25)
    assert inferred_shares(NO, 0.0, 1.0, NO) == NO
