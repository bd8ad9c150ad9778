"""The emergency plan of the small shop of ``stress_shop``, made once; kept in ``snapshots/`` for all that shows it.

``python tests/playbook_shop.py`` makes it anew.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from result_example import SNAPSHOTS
from stress_shop import shop_plan, write_shop

from forecast.pipeline import prepare, run_scenarios
from forecast.plan.playbook_file import load_playbook
from forecast.plan.playbook_text import playbook_text
from forecast.plan.reading import load_plan
from forecast.records import json_text, read, rounded
from forecast.results.playbook import PlaybookResult
from forecast.studies.playbook.study import playbook_of
from forecast.studies.playbook.trials import Ground
from forecast.studies.stress.questions import Questions

if TYPE_CHECKING:
    from forecast.pipeline import Run
    from forecast.plan.model import Language
    from forecast.plan.playbook_file import Playbook

KEPT = SNAPSHOTS / "playbook.json"


def template(language: Language = "en") -> str:
    """The text of the shop's new playbook."""
    return playbook_text(replace(shop_plan(), language=language))


def playbook(*changes: tuple[str, str]) -> Playbook:
    """The shop's playbook with texts replaced, as it is read."""
    text = template()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "playbook.toml"
        path.write_text(text, encoding="utf-8")
        return load_playbook(shop_plan(), path)


@cache
def base_run() -> Run:
    """The shop's base alone, without its financing."""
    with tempfile.TemporaryDirectory() as folder:
        prepared = prepare(load_plan(write_shop(Path(folder))))
        base = dict([next(iter(prepared.plan.scenarios.items()))])
        return run_scenarios(prepared, scenarios=base, financing=False)


def questions() -> Questions:
    """What-ifs on it."""
    return Questions.on(base_run().prepared, base_run().cases["base"])


@cache
def ground() -> Ground:
    """What incidents of the shop are judged on."""
    return Ground.of(questions())


@cache
def shop_playbook() -> PlaybookResult:
    """The shop's emergency plan."""
    return playbook_of(base_run(), playbook(), lambda _: None)


@cache
def kept_playbook(language: Language = "en") -> PlaybookResult:
    """The emergency plan as it is kept, rounded, to be shown in a language."""
    return replace(read(PlaybookResult, json.loads(KEPT.read_text(encoding="utf-8"))), language=language)


if __name__ == "__main__":
    KEPT.write_text(json_text(rounded(shop_playbook())), encoding="utf-8")
