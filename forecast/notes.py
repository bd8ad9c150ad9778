"""Notes: what a reader of the result must know about a figure, with a stable code and the place it concerns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from forecast.texts import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.errors import Sentence

Level = Literal["warning", "info"]

WARNINGS = frozenset(
    {
        "accounts_apart",
        "accounts_unsure",
        "age_very_small",
        "amount_too_large",
        "amount_too_small",
        "amounts_jump",
        "amounts_shift",
        "amounts_zero",
        "as_of_early",
        "assumed_rate_above_ledger",
        "assumed_rate_very_large",
        "bank_balance_differs",
        "bills_begin_late",
        "bills_end_early",
        "built_in_without_costs",
        "category_out_of_scale",
        "change_without_effect",
        "channel_missing",
        "channel_out_of_scale",
        "channel_stopped",
        "columns_same",
        "cost_before_ledger",
        "cost_beyond_horizon",
        "cost_counted_already",
        "cost_leaves_out",
        "cost_twice",
        "cost_zero",
        "costs_above_sales",
        "covenant_broken",
        "cover_very_large",
        "days_and_months_swapped",
        "days_contradict_ledger",
        "debt_beyond_horizon",
        "debt_without_end",
        "deducted_before_paid",
        "delay_very_large",
        "draw_date_put_off",
        "drawn_very_small",
        "drill_alarm_late",
        "drill_alarm_slow",
        "drill_cause_mistaken",
        "drill_missed",
        "drill_not_started",
        "event_days_missing",
        "event_elsewhere",
        "event_moved",
        "event_not_repeated",
        "event_outside",
        "event_past_missing",
        "event_peak_missing",
        "event_prior_default",
        "event_twice",
        "events_much_later",
        "facility_over",
        "facility_too_late",
        "failures_unknown",
        "fee_prior",
        "fee_very_large",
        "fee_very_small",
        "feed_is_another",
        "feed_rows_left_out",
        "feed_rows_repeated",
        "feed_stopped",
        "feed_without_confirmations",
        "feed_without_orders",
        "few_orders_at_all",
        "figure_very_large",
        "flow_comes_in",
        "flow_counted_already",
        "flow_is_total",
        "flow_out_of_line",
        "flow_out_of_scale",
        "flows_again",
        "flows_begin_late",
        "flows_days_swapped",
        "flows_end",
        "flows_hold_receipts",
        "flows_multiple_very_large",
        "flows_outside",
        "flows_stop",
        "flows_twice",
        "flows_year_wrong",
        "holidays_elsewhere",
        "hours_shifted",
        "inputs_edited",
        "lag_contradicts_ledger",
        "ledger_fee_very_large",
        "ledger_without_confirmations",
        "less_volume_without_costs",
        "lent_on_twice",
        "limit_zero",
        "lines_unreadable",
        "lines_without_order",
        "long_awaited",
        "long_in_transit",
        "methods_blank",
        "mostly_unpaid",
        "multiple_very_large",
        "no_closings_in_span",
        "no_deductions_in_span",
        "no_failures",
        "no_orders",
        "no_orders_in_span",
        "no_outflows",
        "no_refunds_in_span",
        "no_settlements",
        "no_settlements_in_span",
        "no_stock_payments",
        "not_repaid_soon",
        "nothing_deducted",
        "nothing_settled",
        "only_deducted",
        "only_settled",
        "old_debt_beyond_horizon",
        "opening_below_minimum",
        "opening_zero",
        "order_very_large",
        "orders_long_before",
        "orders_of_one_number",
        "orders_stopped",
        "orders_twice",
        "outage_breaks_sooner",
        "outage_cut",
        "outage_idle",
        "outage_outside",
        "payroll_missing",
        "planned_below_sales",
        "planned_very_large",
        "planned_zero",
        "playbook_faulty",
        "playbook_no_rule",
        "playbook_old",
        "playbook_unfilled",
        "rate_contradicts_ledger",
        "rate_very_large",
        "rate_very_small",
        "refunds_unknown",
        "review_ledger_ends",
        "review_other_ledger",
        "rows_rejected_many",
        "share_very_small",
        "short_ledger",
        "stale_ledger",
        "tenor_odd",
        "total_differs",
        "uplift_below_one",
        "uplift_contradicts_ledger",
        "usual_from_few",
        "volume_without_costs",
        "wait_beyond_horizon",
        "weeks_missing",
    }
)
"""The codes without which a reader may decide wrongly; every other note is for information."""


Values = dict[str, str | int | float]
"""What fills the fields of a note's text as it is."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name that the catalogues have under ``section``, such as a category of flows; one that they lack as it is."""

    section: str
    name: str

    def text(self, language: str) -> str:
        """The name in a language."""
        return catalogue(language).get(f"{self.section}.{self.name}", self.name)


@dataclass(frozen=True, slots=True)
class Note:
    """A remark in the result: ``code`` is stable, ``where`` a key path (``channels.card``).

    The text in the user's language is made from the code; ``values`` fill its fields as they are, ``words`` in the
    language.
    """

    code: str
    where: str = ""
    values: Mapping[str, str | int | float] = field(default_factory=dict)
    words: Mapping[str, Sentence] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        """How loudly it is told."""
        return "warning" if self.code in WARNINGS else "info"


def note_text(note: Note, language: str) -> str:
    """What a note says.

    Raises:
        KeyError: the code has no text, or the text has a field that the note lacks.
    """
    words = {key: word.text(language) for key, word in note.words.items()}
    values = dict(note.values)
    if "currency" in values:
        values["currency"] = Named("currencies", str(values["currency"])).text(language)
    return catalogue(language)[f"notes.{note.code}"].format(**values, **words)
