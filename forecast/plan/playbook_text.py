"""The text of a new ``playbook.toml``: the commented template with the plan's own providers and lenders."""

from __future__ import annotations

import json
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from forecast.notes import Named
from forecast.plan.playbook_file import clearing_names
from forecast.texts import Texts

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.plan.model import Plan


def playbook_text(plan: Plan) -> str:
    """The text of a playbook for the plan, in its language; what it lacks is marked to be filled in."""
    texts = Texts(plan.language)
    template = files("forecast").joinpath(f"templates/playbook_{plan.language}.toml").read_text(encoding="utf-8")
    contact = f"contact = {_quoted(texts('playbook.fill_contact'))}\nphone = {_quoted(texts('playbook.fill_phone'))}\n"
    providers = [
        f"# {texts('language.list_comma').join(_channels(plan, name))}\n[providers.{_quoted(name)}]\n{contact}"
        for name in clearing_names(plan)
    ]
    lenders = [f"[lenders.{_quoted(one.name)}]\n{contact}" for one in plan.facilities]
    rules = [
        f"[[rules]]\ndate = {plan.horizon.as_of}\nprovider = {_quoted(name)}\n"
        f"text = {_quoted(texts('playbook.fill_rule', provider=Named('clearing', name).text(plan.language)))}\n"
        for name in clearing_names(plan)
    ]
    return Template(template).substitute(
        as_of=plan.horizon.as_of.isoformat(),
        providers="\n".join(providers),
        lenders="\n".join(lenders) + "\n" if lenders else "",
        rules="\n".join(rules),
    )


def write_playbook(plan: Plan, path: Path) -> None:
    """Write a new playbook beside the plan; an existing file is left alone.

    Raises:
        FileExistsError: There is one already.
        OSError: It cannot be written.
    """
    with path.open("x", encoding="utf-8", newline="") as stream:
        stream.write(playbook_text(plan))


def _channels(plan: Plan, clearing: str) -> list[str]:
    """The labels of a clearing name's channels."""
    return [channel.label for channel in plan.channels.values() if channel.clearing == clearing]


def _quoted(text: str) -> str:
    """A text as TOML writes it in quotes."""
    return json.dumps(text, ensure_ascii=False)
