"""The measure of the structure: each figure on a package whose figures can be counted by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.structure import main, measure

if TYPE_CHECKING:
    from pathlib import Path

SIX = "\n".join(f"    step_{number} = {number}" for number in range(6))
SHOP = {
    "one.py": '''
"""A docstring."""
from typing import Any

def first(row: dict[str, Any], more: list[Mapping[str, Any]], exact: dict[str, int]) -> Any:
    """Say nothing."""
    row["made"] = row["read"]
    return row.get("key") or exact[0]

def second():
    if a and b or c:
        return [x for x in y if x]
    for day in days:
        def inner():
            return 1 if a else 2
    try:
        pass
    except ValueError:
        pass
''',
    "two.py": f"def third():\n{SIX}\n\n    own = 0\n",
    "three.py": f"import os\ndef fourth():\n    own = 1\n    # a comment\n{SIX}\n\n\n    end = 2\n",
    "texts/four.py": 'TEXT["key"]\n',
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for name, text in SHOP.items():
        path = tmp_path / "forecast" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_loose_parameters_and_string_keys_are_counted(shop: Path) -> None:
    """Two parameters of ``first`` hold a mapping of anything; three places name a key, that of the texts left out."""
    found = measure(shop)
    assert {block.place.split()[1]: block.loose for block in found.blocks}["first"] == 2
    assert found.reads == {"forecast/one.py": 3}


def test_complexity_counts_decisions_and_leaves_functions_within_apart(shop: Path) -> None:
    """Of ``second``: 1, the if, two of and/or, comprehension with its if, the for, the handler."""
    complexity = {block.place.split()[1]: block.complexity for block in measure(shop).blocks}
    assert complexity == {"first": 2, "second": 8, "inner": 2, "third": 1, "fourth": 1}


def test_a_body_begins_after_the_docstring(shop: Path) -> None:
    first = next(block for block in measure(shop).blocks if block.place.endswith("first"))
    assert (first.place, first.lines, first.body) == ("forecast/one.py:5 first", 4, 2)


def test_equal_runs_are_found_once_whatever_stands_between(shop: Path) -> None:
    assert measure(shop).duplicates == (("forecast/three.py:5", "forecast/two.py:2"),)


def test_checkouts_stand_side_by_side(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(shop), str(shop), "--worst", "1"])
    lines = capsys.readouterr().out.splitlines()
    files = next(line for line in lines if line.startswith("files"))
    assert files.split() == ["files", "4", "4"]
    assert any(line.split() == ["8", "forecast/one.py:10", "second"] for line in lines)


def test_a_folder_without_a_package_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="name the folder of a checkout"):
        measure(tmp_path)
