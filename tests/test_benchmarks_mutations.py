"""Mutants of a source: each kind of edit once, and the places that are left alone."""

from __future__ import annotations

from collections import Counter

from benchmarks.mutations import mutants


def shown(source: str) -> list[str]:
    """All edits of a source as they are shown."""
    return [one.shown(source.encode()) for one in mutants("forecast/cash.py", source.encode())]


def test_every_operator_and_number_has_its_edit() -> None:
    assert shown("x = a + 2") == ["x = a + 2 -> x = (a)", "x = a + 2 -> x = a - 2", "x = a + 2 -> x = a + 3"]
    assert shown("x = a ** b") == ["x = a ** b -> x = a * b"]
    assert shown("x *= y") == ["x *= y -> x /= y"]
    assert shown("x = -a") == ["x = -a -> x = (a)"]
    assert shown("x = 0.95, 0.0, True") == [
        "x = 0.95, 0.0, True -> x = 0.855, 0.0, True",
        "x = 0.95, 0.0, True -> x = 0.95, 1.0, True",
        "x = 0.95, 0.0, True -> x = 0.95, 0.0, False",
    ]


def test_comparisons_lose_their_boundary_and_conditions_turn_round() -> None:
    assert shown("x = a < b") == ["x = a < b -> x = a <= b"]
    assert shown("x = a is not None") == ["x = a is not None -> x = a is None"]
    assert shown("x = a not in b") == ["x = a not in b -> x = a in b"]
    assert shown("x = a and not b") == ["x = a and not b -> x = a or not b", "x = a and not b -> x = a and (b)"]
    assert shown("if a:\n    pass") == ["if a: -> if not (a):"]


def test_extremes_keywords_and_returns_are_exchanged() -> None:
    assert shown("x = np.minimum(a, b)") == ["x = np.minimum(a, b) -> x = np.maximum(a, b)"]
    assert shown("x = a.sum(axis=1)") == ["x = a.sum(axis=1) -> x = a.sum(axis=0)"]
    assert shown('x = f(a, side="left")') == ['x = f(a, side="left") -> x = f(a, side="right")']
    assert shown("def f() -> float:\n    return x") == ["return x -> return 0.0"]


def test_conditions_in_sql_are_edited_too() -> None:
    assert shown('x = f"CASE WHEN a IS NULL AND b < {c} THEN 1 END"') == [
        'x = f"CASE WHEN a IS NULL AND b < {c} THEN 1 END" -> x = f"CASE WHEN a IS NOT NULL AND b < {c} THEN 1 END"',
        'x = f"CASE WHEN a IS NULL AND b < {c} THEN 1 END" -> x = f"CASE WHEN a IS NULL OR b < {c} THEN 1 END"',
        'x = f"CASE WHEN a IS NULL AND b < {c} THEN 1 END" -> x = f"CASE WHEN a IS NULL AND b <= {c} THEN 1 END"',
    ]


def test_operators_hidden_by_comments_and_brackets_are_found() -> None:
    assert shown("x = (\n    (a)  # a - b\n    + b\n)")[-1] == "+ b -> - b"


def test_what_no_figure_hangs_on_is_left_alone() -> None:
    source = '''
"""Of 1 + 1."""
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    x = 1
__all__ = ["a" + "b"]
@dataclass(frozen=True)
class Case:
    """Of 2."""
    rows: tuple[int, Literal[3]]
def f(a: Annotated[int, 1 < 2]) -> Literal[4]:
    raise ValueError(f"{a + 1} is too much", 1 + 1)
t = "a" + b
tiny = 1e-9
pairs = zip(a, b, strict=True)
'''
    assert shown(source) == []


def test_positions_count_bytes_so_that_chinese_text_moves_nothing() -> None:
    assert shown('x = f("回款", 1) + y')[-1] == 'x = f("回款", 1) + y -> x = f("回款", 1) - y'
    assert Counter(one.line for one in mutants("a.py", "# 现金\n\nx = 1\n".encode())) == {3: 1}
