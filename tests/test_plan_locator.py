"""Places of keys and values, against texts in which one can count."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.plan.locator import KeyPath, Locator

TEXT = '''\
language = "zh"  # a = 1
[channels.baitiao]
  fee_rate = 0.009
failure_rate.clearing = 0.01
failure_rate."risk_control" = 0.02

[[facilities]]
name = """
[x]
a = 1 \\""" """
limit = 5
[[facilities]]
channels = [  # ]
  "a", 'b\\',
]
[facilities.more]
deep = 1
[scenarios]
x = {volume = 1.4, outages = [ {days = 3}, { start = 2026-11-11 } ]}
"渠道" . 'b.c' = 2026-11-11 08:30:00
'''


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("language",), (1, 1), (1, 12)),
        (("channels", "baitiao"), (2, 1), (2, 1)),
        (("channels", "baitiao", "fee_rate"), (3, 3), (3, 14)),
        (("channels", "baitiao", "failure_rate"), (4, 1), (4, 1)),
        (("channels", "baitiao", "failure_rate", "clearing"), (4, 14), (4, 25)),
        (("channels", "baitiao", "failure_rate", "risk_control"), (5, 14), (5, 31)),
        (("facilities", 0), (7, 1), (7, 1)),
        (("facilities", 0, "name"), (8, 1), (8, 8)),
        (("facilities", 0, "limit"), (11, 1), (11, 9)),
        (("facilities", 1), (12, 1), (12, 1)),
        (("facilities", 1, "channels"), (13, 1), (13, 12)),
        (("facilities", 1, "channels", 1), (14, 8), (14, 8)),
        (("facilities", 1, "more", "deep"), (17, 1), (17, 8)),
        (("scenarios", "x", "volume"), (19, 6), (19, 15)),
        (("scenarios", "x", "outages", 0, "days"), (19, 33), (19, 40)),
        (("scenarios", "x", "outages", 1, "start"), (19, 46), (19, 54)),
        (("scenarios", "渠道", "b.c"), (20, 8), (20, 16)),
    ],
)
def test_every_key_and_value_is_found(path: KeyPath, key: tuple[int, int], value: tuple[int, int]) -> None:
    locator = Locator(TEXT)
    assert locator.key(path) == key
    assert locator.value(path) == value


def test_what_is_not_written_stands_where_its_nearest_parent_does() -> None:
    locator = Locator(TEXT)
    assert locator.key(("channels", "baitiao", "label")) == (2, 1)
    assert locator.value(("facilities", 1, "limit")) == (12, 1)
    assert locator.key(("plan", "as_of")) is None
    assert locator.value(("plan", "as_of")) is None


NAME = st.text("ab.\"' #=[]渠", min_size=1, max_size=4)
SCALAR = st.sampled_from(["1", "true", "2026-11-11", '"a # ] } \\" ="', "'''x\n'''", '""" """', "'c:\\'", "[]", "{}"])


def quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


@given(st.dictionaries(NAME, st.dictionaries(NAME, SCALAR, max_size=3), max_size=4))
def test_any_text_that_toml_accepts_is_walked_to_its_end(tables: dict[str, dict[str, str]]) -> None:
    lines: list[str] = []
    expected: dict[KeyPath, int] = {}
    for table, values in tables.items():
        lines.append(f"[ {quoted(table)} ] # comment")
        for name, value in values.items():
            expected[(table, name)] = "\n".join([*lines, ""]).count("\n") + 1
            lines.append(f"{quoted(name)} = {value} # ] }}")
    text = "\n".join(lines)
    assert tomllib.loads(text).keys() == tables.keys()
    locator = Locator(text)
    for path, line in expected.items():
        assert locator.key(path) == (line, 1)


def paths_of(value: Any, path: KeyPath = ()) -> list[KeyPath]:  # noqa: ANN401  # a value of TOML is of any type
    if isinstance(value, dict):
        return [path, *(found for key, item in value.items() for found in paths_of(item, (*path, key)))]
    if isinstance(value, list):
        return [path, *(found for at, item in enumerate(value) for found in paths_of(item, (*path, at)))]
    return [path]


def test_no_path_of_the_parsed_text_is_without_its_own_place() -> None:
    locator = Locator(TEXT)
    for path in paths_of(tomllib.loads(TEXT)):
        if len(path) > 1:
            assert locator.key(path) is not None
