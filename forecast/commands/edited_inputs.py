"""run --inputs: the plan as an edited workbook has it, with the workbook among what the result is made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, said

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.outputs.manifest import Inputs
    from forecast.plan.model import Plan


def plan_as_edited(plan: Plan, inputs: Inputs, workbook: Path, folder: Path) -> tuple[Plan, Inputs]:
    """The plan with the edits of a workbook, and all that its result is made from.

    What is kept between commands rests on ``inputs`` alone, for the edits are part of the plan. ``folder`` is where
    the run will write.

    Raises:
        InputError: The run would write its own workbook over this one; or what is wrong with it.
    """
    from forecast.edited import edited_plan  # noqa: PLC0415  # as cli.py says
    from forecast.file_set import settle  # noqa: PLC0415  # as cli.py says
    from forecast.outputs.manifest import Inputs  # noqa: PLC0415  # as cli.py says
    from forecast.outputs.workbook.live.carried import Origin  # noqa: PLC0415  # as cli.py says
    from forecast.outputs.workbook.opened import require_workbook  # noqa: PLC0415  # as cli.py says
    from forecast.outputs.workbook.returned import edits_of  # noqa: PLC0415  # as cli.py says
    from forecast.outputs.writing import WORKBOOK  # noqa: PLC0415  # as cli.py says

    if workbook.resolve() == (folder / WORKBOOK).resolve():
        raise InputError(Problem(said("returned.own_place"), str(workbook)))
    settle(workbook.parent)
    require_workbook(workbook, str(workbook))
    read = Inputs.before((*inputs.sources, workbook), plan.path)
    edits = edits_of(workbook, Origin(*inputs.identity()), str(plan.horizon.as_of))
    read.require_unchanged()
    return edited_plan(plan, edits), read
