"""The result of a run: what ``result.json``, the workbook, the report and the summary all show."""

from __future__ import annotations

from forecast.plan.model import Cost, Facility
from forecast.records import Record, money, rate, record, says
from forecast.results.development import CollectionDevelopment
from forecast.results.estimates import ChannelEstimates, Priors
from forecast.results.inputs import (
    ChannelShown,
    EventShown,
    History,
    InputChange,
    Merchant,
    NoteShown,
    OtherFlows,
    RecentSales,
)
from forecast.results.loan_need import LoanNeedShown
from forecast.results.review_basis import ReviewBasis
from forecast.results.sales_model import SalesModel
from forecast.results.scenario import CashTerms, ScenarioResult

SCHEMA = 1
"""The version of the result's shape."""


@record
class Result(Record):
    """A run's result; money in yuan (the plan's currency), days as ISO dates."""

    schema: int = says("version of the result's shape")
    version: str = says("version of the program")
    language: str = says("zh or en")
    merchant: Merchant = says("whose plan it is")
    as_of: str = says("last day that is fully known")
    horizon_days: int = says("days planned", "days")
    paths: int = says("sample paths a scenario", "paths")
    seed: int = says("seed of the random numbers")
    confidence: float = rate("chance with which cash must never fall below the minimum")
    currency: str = says("ISO 4217 code")
    notes: list[NoteShown] = says("what a reader must know")
    history: History = says("the ledger in sums")
    sales_model: SalesModel | None = says("how sales were forecast; null without any sales")
    estimates: dict[str, ChannelEstimates] = says("estimated rates and lags, by channel")
    priors: Priors = says("priors of the estimates")
    collection_development: CollectionDevelopment = says("collection development")
    minimum_balance: float = money("cash must not fall below it")
    opening_balance: float = money("cash on the evening of as_of")
    channels: dict[str, ChannelShown] = says("the plan's channels")
    events: list[EventShown] = says("promotions that touch the horizon")
    costs: list[Cost] = says("costs that move with sales, as the plan has them")
    facilities: list[Facility] = says(
        "facilities with their terms; one without a default is left out where it is not set, but for the limit"
    )
    recent_sales: RecentSales = says("past sales")
    other_flows: OtherFlows = says("the plan's other cash flows")
    loan_need: LoanNeedShown | None = says("working-capital loan need; null without accounts that suffice")
    scenarios: dict[str, ScenarioResult] = says("by scenario, base first")
    review_basis: ReviewBasis | None = says("what a later review compares with; null without base")
    input_changes: list[InputChange] | None = says(
        "inputs edited in the workbook that was read; left out where none was", default=None
    )

    @property
    def base(self) -> ScenarioResult:
        """The base scenario."""
        return self.scenarios["base"]

    def cash_of(self, scenario: ScenarioResult) -> CashTerms:
        """The balances and other flows of a scenario: the plan's, where it changes none."""
        return scenario.cash or CashTerms(self.opening_balance, self.minimum_balance, self.other_flows.total)
