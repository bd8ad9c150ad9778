"""The work of `run`, `whatif` and `finance`: from the cache as far as it reaches, with progress, and the files."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from forecast.commands import console
from forecast.commands.places import tell_written, writing_into
from forecast.commands.plan_inputs import controls_and_inputs, with_fault
from forecast.commands.texts import say, step_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from forecast.outputs.manifest import Inputs
    from forecast.pipeline import Run
    from forecast.plan.model import Plan, Scenario


def calculate(
    plan: Plan,
    inputs: Inputs,
    folder: Path | None,
    scenarios: Mapping[str, Scenario] | None = None,
    *,
    no_cache: bool,
    cases: bool = False,
    read: Inputs | None = None,
) -> Run:
    """Calculate with progress on standard error, and write the files into ``folder`` if there is one.

    ``read`` is all that the result is made from, where that is more than the plan's ``inputs``.
    """
    from forecast.cache import runs, store  # noqa: PLC0415  # as cli.py says

    def announced(step: str) -> None:
        announce(step_text(plan.language, step))

    with console.progress() as announce:
        kept = store.usual_store(off=no_cache)
        done = runs.run(plan, inputs, kept, scenarios=scenarios, progress=announced, cases=cases)
        if folder is None:
            return done
        from forecast.live import live_model  # noqa: PLC0415  # as cli.py says
        from forecast.outputs.workbook.live.carried import Origin  # noqa: PLC0415  # as cli.py says
        from forecast.outputs.writing import MANIFEST, PDF, REPORT, write_run  # noqa: PLC0415  # as cli.py says
        from forecast.pipeline import scenarios_of  # noqa: PLC0415  # as cli.py says
        from forecast.records import rounded  # noqa: PLC0415  # as cli.py says

        announced("writing")
        playbook, read = controls_and_inputs(plan, read or inputs)
        done = with_fault(done, playbook, plan.language)
        command = ["forecast", *sys.argv[1:]]
        read.require_unchanged()
        printed = (folder / PDF).is_file()
        with writing_into(folder):
            write_run(
                folder,
                done.result,
                done.rejected,
                done.unmatched,
                inputs=read,
                command=command,
                live=live_model(
                    done.prepared, [*scenarios_of(done.prepared, scenarios).values()], rounded(done.result)
                ),
                origin=Origin(*inputs.identity(), plan.edits) if scenarios is None else None,
                playbook=playbook,
            )
    if printed:
        console.tell(say(plan.language, "print_removed", file=PDF, page=REPORT, plan=str(plan.path)))
    tell_written(folder, MANIFEST, read, plan.language)
    return done
