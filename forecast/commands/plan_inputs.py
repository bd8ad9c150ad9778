"""A command's plan and all that it reads, hashed before it is read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.commands import console
from forecast.errors import Both, InputError, Problem, said
from forecast.notes import Note, Values

if TYPE_CHECKING:
    from forecast.commands.options import Speech
    from forecast.outputs.manifest import Inputs
    from forecast.pipeline import Run
    from forecast.plan.model import Language, Plan
    from forecast.plan.playbook_file import Faulty, Playbook


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
    from forecast.plan.playbook_file import load_playbook  # noqa: PLC0415  # as cli.py says

    read = inputs.also(_placed(path))
    return load_playbook(plan, path), read


def controls_and_inputs(plan: Plan, inputs: Inputs) -> tuple[Playbook | Faulty | None, Inputs]:
    """The emergency plan beside the plan, if there is one, for what tells of it; what is wrong with it is no error."""
    from forecast.plan.playbook_file import PLAYBOOK, playbook_beside  # noqa: PLC0415  # as cli.py says

    path = Path(plan.places.file or plan.path).parent / PLAYBOOK
    read = inputs.also(_placed(path)) if path.exists() else inputs
    return playbook_beside(plan, path), read


def with_fault(done: Run, found: Playbook | Faulty | None, language: Language) -> Run:
    """A run that warns of an emergency plan which cannot be used, where that is so."""
    from forecast.plan.playbook_file import PLAYBOOK, Faulty  # noqa: PLC0415  # as cli.py says
    from forecast.results.inputs import notes_shown  # noqa: PLC0415  # as cli.py says

    if not isinstance(found, Faulty):
        return done
    first = replace(found.problems[0], file=PLAYBOOK)
    words = {"first": Both(first.text("en"), first.text("zh"))}
    values: Values = {"count": len(found.problems), "plan": done.plan.places.file or str(done.plan.path)}
    told = notes_shown([Note("playbook_faulty", PLAYBOOK, values, words)], language)
    notes = sorted([*done.result.notes, *told], key=lambda one: one.level != "warning")
    return replace(done, result=replace(done.result, notes=notes))


def _placed(path: Path) -> Path:
    """A file by its place, so that a command in another folder knows it for the same."""
    return path.parent.resolve() / path.name


def _sources(plan: Plan) -> tuple[Path | str, ...]:
    """The files and addresses that every figure comes from."""
    flows = plan.cash.other_flows
    return (plan.path, *plan.ledger.inputs, *(() if flows is None else (flows,)))
