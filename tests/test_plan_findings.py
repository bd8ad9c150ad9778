"""Problems keep their place and their key, and come out all at once in the order of the lines."""

from __future__ import annotations

import tomllib

import pytest

from forecast.errors import InputError, Problem
from forecast.plan.findings import Findings
from forecast.plan.locator import Locator
from forecast.plan.model import Horizon, Outage
from forecast.plan.terms import Term

TEXT = """\
[plan]
paths = 0
[[facilities]]
name = "bank_line"
limit = "much"
[[facilities]]
[channels."京东 白条"]
"""

PATHS = Term("paths", "integer", "sample paths", "", low=1)
LIMIT = Term("limit", "number", "most that may be owed", "", required=True)


def findings() -> Findings:
    return Findings("plan.toml", tomllib.loads(TEXT), Locator(TEXT))


def test_keys_read_as_the_user_writes_them() -> None:
    found = findings()
    assert found.dotted(("facilities", 0, "limit")) == "facilities.bank_line.limit"
    assert found.dotted(("facilities", 1, "limit")) == "facilities[2].limit"
    assert found.dotted(("channels", "京东 白条", "label")) == 'channels."京东 白条".label'


def test_all_problems_come_at_once_in_the_order_of_their_lines() -> None:
    found = findings()
    found.problems.append(Problem("is empty", "other_flows.csv", 2, 1, "date"))
    for path, table in found.tables(found.values["facilities"], ("facilities",)):
        found.checked(table, path, [LIMIT])
    found.checked(found.raw_section("plan"), ("plan",), [PATHS])
    found.unknown_keys(found.values, (), ["plans", "facilities", "channel"])
    with pytest.raises(InputError) as raised:
        found.raise_if_any()
    assert str(raised.value).splitlines() == [
        'plan.toml:1:1: plan: is no key of a plan here; write "plans"',
        "plan.toml:2:9: plan.paths: is 0; write a whole number 1 or more",
        'plan.toml:5:9: facilities.bank_line.limit: is "much"; write a number',
        "plan.toml:6:1: facilities[2].limit: is missing; write limit = … (most that may be owed)",
        'plan.toml:7:1: channels: is no key of a plan here; write "channel"',
        "other_flows.csv:2:1: date: is empty",
    ]


def test_nothing_wrong_raises_nothing_and_figures_become_floats() -> None:
    found = findings()
    assert found.checked({"limit": 5, "name": " a "}, (), [LIMIT, Term("name", "text", "", "")]) == {
        "limit": 5.0,
        "name": "a",
    }
    found.raise_if_any()


def test_what_should_be_a_table_and_is_not_is_told() -> None:
    found = Findings("plan.toml", {"events": {}, "cash": 3})
    assert found.tables({}, ("events",)) == []
    assert found.table(3, ("cash",)) is None
    assert [str(problem) for problem in found.problems] == [
        "plan.toml: events: is a table; write a list of tables: [[events]] before each",
        "plan.toml: cash: is 3; write a table: [cash], or { key = value }",
    ]


def test_a_section_is_filled_from_its_fields() -> None:
    found = findings()
    table = {"as_of": "soon", "horizon_days": 30, "confidence": 0.9, "path": 5}
    assert found.filled(Horizon, table, ("plan",)) == {"days": 30, "confidence": 0.9}, "by the fields' names"
    assert sorted(problem.key for problem in found.problems) == ["plan.as_of", "plan.path"]
    assert found.filled(Outage, {"start": 3}, ()) == {}
    assert [problem.key for problem in found.problems[2:]] == ["start", "days"]
