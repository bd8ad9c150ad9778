"""The table of terms against the model and against the public list of every kind's own terms."""

from __future__ import annotations

import dataclasses
import math
from typing import get_args

import pytest

from forecast.plan.facility_terms import ALL_TERMS, COMMON, KINDS, kinds_with, terms_of
from forecast.plan.model import Facility, FacilityKind

OWN = {
    "revolver": "minimum_draw",
    "term_loan": "tenor_days repayment draw_date prepayment_fee",
    "receivables": "advance_rate channels max_age_days concentration service_fee",
    "factoring": "advance_rate discount_rate recourse channels service_fee",
    "inventory": "advance_rate tenor_days category",
    "early_settlement": "channels fee_per_day",
    "payables_extension": "",
    "overdraft": "",
    "owner_loan": "tenor_days",
}


def test_the_table_has_the_model_s_terms_in_their_order_with_their_defaults() -> None:
    fields = dataclasses.fields(Facility)
    assert [term.name for term in ALL_TERMS] == [field.name for field in fields]
    for term, field in zip(ALL_TERMS, fields, strict=True):
        if not term.required and term.name not in {"limit", "channels"}:
            assert term.default == field.default, term


def test_common_terms_end_with_interest_due() -> None:
    assert COMMON[-1] == "interest_due"
    assert kinds_with("limit") == get_args(FacilityKind)


@pytest.mark.parametrize("kind", get_args(FacilityKind))
def test_every_kind_takes_the_common_terms_and_its_own(kind: FacilityKind) -> None:
    assert {term.name for term in terms_of(kind)} == {*COMMON, *OWN[kind].split()}
    assert set(KINDS[kind].needs) <= {*COMMON, *KINDS[kind].own}


def test_a_term_knows_its_kinds() -> None:
    assert kinds_with("tenor_days") == ("term_loan", "inventory", "owner_loan")
    assert kinds_with("colour") == ()


def test_money_has_no_upper_bound_and_rates_have_one() -> None:
    for term in ALL_TERMS:
        assert (term.high is not None) == (term.type == "rate"), term
        assert not math.isnan(term.low or 0)
