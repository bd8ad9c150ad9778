"""A command's plan and all that it reads, hashed before it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.commands import console
from forecast.errors import InputError, Problem, said

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.commands.options import Speech
    from forecast.outputs.manifest import Inputs
    from forecast.plan.model import Language, Plan
    from forecast.plan.playbook_file import Playbook


def plan_and_inputs(
    plan_file: Path, seed: int | None, paths: int | None, language: Speech | None, earlier: Path | None = None
) -> tuple[Plan, Inputs]:
    """The plan, with what the command line says in place of its own values, and what a result is made from.

    It is read twice: once to learn which files it names, and again when all of them are hashed. ``earlier`` is an
    earlier result that is read beside it.

    Raises:
        InputError: What is wrong with the plan; or it came to name other files in between.
    """
    from forecast.file_set import settle  # noqa: PLC0415  # as cli.py says
    from forecast.outputs.manifest import Inputs  # noqa: PLC0415  # as cli.py says
    from forecast.plan.reading import load_plan  # noqa: PLC0415  # as cli.py says

    spoken: Language | None = None if language is None else language.value
    named = load_plan(plan_file, seed=seed, paths=paths, language=spoken)
    console.speak(named.language)
    if earlier is not None:
        settle(earlier.parent)
    others = () if earlier is None else (earlier,)
    inputs = Inputs.before((*_sources(named), *others), named.path)
    plan = load_plan(plan_file, seed=seed, paths=paths, language=spoken)
    if _sources(plan) != _sources(named):
        raise InputError(Problem(said("inputs.changed"), str(plan_file)))
    return plan, inputs


def playbook_and_inputs(plan: Plan, inputs: Inputs, path: Path) -> tuple[Playbook, Inputs]:
    """The emergency plan, with what a result is made from that rests on it; what is kept between commands does not.

    Raises:
        InputError: What is wrong with the emergency plan, or that there is none.
    """
    from forecast.outputs.manifest import Inputs  # noqa: PLC0415  # as cli.py says
    from forecast.plan.playbook_file import load_playbook  # noqa: PLC0415  # as cli.py says

    read = Inputs.before((*inputs.sources, path), plan.path)
    return load_playbook(plan, path), read


def _sources(plan: Plan) -> tuple[Path | str, ...]:
    """The files and addresses that every figure comes from."""
    flows = plan.cash.other_flows
    return (plan.path, *plan.ledger.inputs, *(() if flows is None else (flows,)))
