"""Errors say what was found and where, all problems at once."""

from __future__ import annotations

import pytest

from forecast.errors import ForecastError, IdentityError, InputError, Problem


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (
            Problem("is 1.05", "plan.toml", 3, 16, "channels.baitiao.fee_rate"),
            "plan.toml:3:16: channels.baitiao.fee_rate: is 1.05",
        ),
        (Problem("is no TOML", "plan.toml", 3), "plan.toml:3: is no TOML"),
        (Problem("is missing", key="cash"), "cash: is missing"),
        (Problem("no orders"), "no orders"),
    ],
)
def test_a_problem_is_a_line_with_what_is_known_of_its_place(problem: Problem, line: str) -> None:
    assert str(problem) == line


def test_an_input_error_holds_every_problem() -> None:
    problems = [Problem("is wrong", key="a"), Problem("is missing", key="b")]
    error = InputError(problems)
    assert error.problems == tuple(problems)
    assert str(error) == "a: is wrong\nb: is missing"


def test_one_problem_or_one_text_is_enough() -> None:
    assert InputError(Problem("is wrong", key="a")).problems == (Problem("is wrong", key="a"),)
    assert InputError("is wrong").problems == (Problem("is wrong"),)


def test_faults_of_the_program_are_no_input_errors() -> None:
    assert issubclass(IdentityError, ForecastError)
    assert not issubclass(IdentityError, InputError)


def test_a_name_too_long_for_any_file_is_cut() -> None:
    told = str(Problem("is wrong", "x" * 40_000))
    assert told == f"{'x' * 1_000}…: is wrong"
