"""The records of a stress test: their keys are those that users rely on."""

from __future__ import annotations

from stress_shop import kept_stress

from forecast.records import plain

KEYS = {
    "scenarios": "receipts_total lowest_cash buffer funding_gap recommended expected_cost shortfall_probability",
    "grid": "failure_rate volume buffer receipts expected_cost feasible",
    "sensitivities": "key low high base source receipts buffer expected_cost",
    "reverse": "key status value tolerance range likelihood",
    "fixes": "key change receipts buffer expected_cost total_a_year",
    "frontier": "from to share cost buffer receipts recommended",
}


def test_every_key_is_there() -> None:
    told = plain(kept_stress())
    for part, keys in KEYS.items():
        first = told[part]["base"] if part == "scenarios" else told[part]
        first = first[0] if isinstance(first, list) else first
        assert set(keys.split()) <= set(first), part
    assert {one["source"] for one in told["sensitivities"]} <= {"posterior", "prior", "stated"}
