"""The financing part of a scenario's result."""

from __future__ import annotations

from financing_cases import BANK_LINE, OVERDRAFT, shop

from forecast.financing.comparison import compare
from forecast.liquidity import buffer, needs
from forecast.plan.model import Facility
from forecast.results.financing import financing_part


def test_the_recommendation_and_every_option_with_its_reason() -> None:
    case = shop(200)
    unknown = Facility("suppliers", "payables_extension", float("inf"))
    small = Facility("small", "overdraft", 1_000.0, annual_rate=0.09)
    facilities = (BANK_LINE, OVERDRAFT, small, unknown)
    sized = buffer(needs(case.flows, case.minimum_balance), 0.95)
    compared = compare(case, facilities, 0.95, sized)
    part = financing_part(compared, "en")
    assert [option["facility"] for option in part["options"]] == [one.name for one in facilities]
    by_name = {option["facility"]: option for option in part["options"]}
    assert by_name["suppliers"]["feasible"] is None
    assert by_name["suppliers"]["expected_cost"] is None
    assert by_name["suppliers"]["why_not"]
    assert by_name["small"]["feasible"] is False
    assert "%" in by_name["small"]["why_not"]
    best = part["recommended"]
    assert best["feasible"] is True
    assert best["expected_cost"] == compared.recommended.expected_cost
    feasible = [option["expected_cost"] for option in part["options"] if option["feasible"]]
    assert best["lower_bound"] <= best["expected_cost"] <= min(feasible)
    assert {one["facility"] for one in best["mix"]} <= {one.name for one in facilities}
