"""The peers' script runs in another environment, so that it is read here and not run: what it shares must agree."""

from __future__ import annotations

import ast

import pytest

from benchmarks.peers import MODELS, THEIRS
from forecast.studies.accuracy import LEVELS

TREE = ast.parse(THEIRS.read_text(encoding="utf-8"))


def assigned(name: str) -> ast.expr:
    """The value that the script gives to a name."""
    for node in TREE.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            assert isinstance(node, ast.Assign | ast.AnnAssign)
            assert node.value is not None
            return node.value
    return pytest.fail(f"the script gives no value to {name}")


def test_the_peers_give_the_quantiles_that_are_scored() -> None:
    assert ast.literal_eval(assigned("LEVELS")) == LEVELS


def test_the_intervals_end_in_those_quantiles() -> None:
    ends = [0.5 + sign * level / 200 for level in ast.literal_eval(assigned("INTERVALS")) for sign in (-1, 1)]
    assert sorted([*ends, 0.5]) == pytest.approx(LEVELS)


def test_every_model_that_is_asked_for_is_there() -> None:
    models = assigned("MODELS")
    assert isinstance(models, ast.Dict)
    assert {ast.literal_eval(key) for key in models.keys if key is not None} == set(MODELS)


def test_the_script_needs_nothing_of_ours() -> None:
    modules = {
        name.split(".")[0]
        for node in ast.walk(TREE)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }
    assert not modules & {"forecast", "benchmarks"}
