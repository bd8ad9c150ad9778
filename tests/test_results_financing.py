"""The financing part of a scenario's result."""

from __future__ import annotations

from financing_cases import BANK_LINE, OVERDRAFT, shop

from forecast.financing.comparison import compare
from forecast.liquidity import buffer, needs
from forecast.plan.model import Covenants, Facility
from forecast.results.financing import financing_shown


def test_the_recommendation_and_every_option_with_its_reason() -> None:
    case = shop(200)
    suppliers = Facility("suppliers", "payables_extension", None)
    small = Facility("small", "overdraft", 1_000.0, annual_rate=0.09)
    facilities = (BANK_LINE, OVERDRAFT, small, suppliers)
    sized = buffer(needs(case.flows, case.minimum_balance), 0.95)
    compared = compare(case, facilities, 0.95, sized, covenants=Covenants(clean_down_days=10))
    part = financing_shown(compared, "en", None)
    assert [option.facility for option in part.options] == [one.name for one in facilities]
    by_name = {option.facility: option for option in part.options}
    assert by_name["suppliers"].feasible is False
    assert by_name["suppliers"].why_not
    assert by_name["small"].feasible is False
    assert "%" in str(by_name["small"].why_not)
    best = part.recommended
    assert best.feasible is True
    assert best.expected_cost == compared.recommended.expected_cost
    feasible = [option.expected_cost for option in part.options if option.feasible]
    assert best.lower_bound <= best.expected_cost <= min(feasible)
    assert {one.facility for one in best.mix} <= {one.name for one in facilities}
    assert best.judged_paths == 100
    assert best.foresight_gap == best.expected_cost / best.lower_bound - 1
    assert [one.covenant for one in best.covenants] == ["clean_down_days"]
    assert best.covenants[0].kept is True
    assert best.remedy is None


def test_what_an_infeasible_mix_lacks_is_said_in_figures_and_words() -> None:
    case = shop(200)
    small = Facility("small", "overdraft", 1_000.0, annual_rate=0.09)
    sized = buffer(needs(case.flows, case.minimum_balance), 0.95)
    best = financing_shown(compare(case, [small], 0.95, sized), "en", None).recommended
    assert best.feasible is False
    assert best.remedy is not None
    assert best.remedy.lacking.extra_cash is not None
    assert best.remedy.lacking.short_by > 0
    assert best.remedy.lacking.extra_cash >= best.remedy.lacking.short_by
    assert [one.facility for one in best.remedy.lacking.extra_limits] == ["small"]
    assert f"{best.remedy.lacking.extra_cash:,.0f} more cash" in best.remedy.text
