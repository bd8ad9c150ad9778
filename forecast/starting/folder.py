"""Writes the plan that files suggest and a playbook beside it, and nothing else: the files stay where they are."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from forecast.errors import InputError
from forecast.plan.playbook_file import PLAYBOOK
from forecast.plan.playbook_text import write_playbook
from forecast.plan.reading import load_plan
from forecast.sample.folder import refuse_existing
from forecast.starting.files import files_of, named_alone
from forecast.starting.plan_text import plan_text
from forecast.starting.proposal import propose
from forecast.starting.survey import survey

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from forecast.plan.model import Language
    from forecast.starting.proposal import Proposal

PLAN = "plan.toml"


def write_plan_from(directory: Path, sources: Sequence[str], *, language: Language) -> Proposal:
    """Write ``plan.toml`` from exports: files, folders or patterns; ``directory`` is made when it does not exist.

    ``language`` is that of comments, labels and outputs. Gives what is proposed, and what it was found in.

    Raises:
        InputError: As ``propose_from`` does; nothing is written then.
    """
    proposal = propose_from(directory, sources)
    write_proposed(directory, proposal, language=language)
    return proposal


def propose_from(directory: Path, sources: Sequence[str]) -> Proposal:
    """What files suggest for a plan in a folder.

    Raises:
        InputError: A file cannot be read or no format fits it, none shows orders, or there is a plan already.
    """
    refuse_existing(directory, [PLAN])
    return propose(survey(files_of(sources), named_alone(sources)))


def write_proposed(directory: Path, proposal: Proposal, *, language: Language) -> None:
    """Write the plan that is proposed, and a playbook unless there is one.

    Raises:
        InputError: The plan would not load, a name in it being one that no plan may bear; nothing is written then.
        OSError: The folder cannot be written.
    """
    text = plan_text(proposal, directory, language)
    directory.mkdir(parents=True, exist_ok=True)
    plan = directory / PLAN
    with plan.open("x", encoding="utf-8", newline="") as stream:
        stream.write(text)
    try:
        loaded = load_plan(plan)
    except InputError:
        plan.unlink()
        raise
    with suppress(FileExistsError):
        write_playbook(loaded, directory / PLAYBOOK)
