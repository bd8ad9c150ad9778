"""Self-contained pages from templates: they carry their scripts, make no request, and escape every text."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import jinja2

from forecast.outputs.charts.parts import FONT
from forecast.results.inputs import warnings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.outputs.charts.parts import Chart
    from forecast.outputs.tables.run import Table
    from forecast.results.inputs import NoteShown
    from forecast.texts import Texts


LONGEST_RUNNING = 60
"""So many characters of a title stand at the top of printed pages."""


@dataclass(frozen=True, slots=True)
class Card:
    """A key figure with what is said of it."""

    title: str
    figure: str
    lines: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What every page says; ``charts`` are drawn where the template names them."""

    title: str
    subtitle: str
    cards: Sequence[Card]
    charts: Mapping[str, Chart]
    notes: Sequence[NoteShown]
    method: Sequence[str]
    footer: str

    @property
    def running_title(self) -> str:
        """The title as a string of CSS, for the top of each printed page: whatever is no letter or digit is escaped."""
        return "".join(one if one.isalnum() else f"\\{ord(one):x} " for one in self.title[:LONGEST_RUNNING])

    @property
    def warnings(self) -> list[NoteShown]:
        """The notes that stand first."""
        return warnings(self.notes)


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a study: charts (name and caption), open tables, and folded ones, those under one name together."""

    title: str
    charts: Sequence[tuple[str, str]] = ()
    tables: Sequence[Table] = ()
    folded: Sequence[tuple[str, Sequence[Table]]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyPage(Page):
    """A backtest or a review."""

    sections: Sequence[Section]


def below_its_title(table: Table) -> Table:
    """A table whose caption leaves out its first line, the section's title."""
    return replace(table, caption=table.caption.partition("\n")[2])


def filled(template: str, page: Page, texts: Texts) -> str:
    """A template of ``templates/`` filled with a page.

    Raises:
        jinja2.UndefinedError: the template names something that the page lacks.
    """
    known = {"page": page, "t": texts, "font": FONT, "plotly_js": _plotly_js()}
    return _environment().get_template(template).render(known)


@cache
def _plotly_js() -> str:
    """The part of plotly.js that draws all charts of the pages: a third of the whole, without waterfalls and maps."""
    return resources.files(__package__).joinpath("scripts", "plotly-cartesian.min.js").read_text(encoding="utf-8")


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("forecast.outputs.pages", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.policies["json.dumps_kwargs"] = {"sort_keys": True, "default": _parts_of}
    return environment


def _parts_of(chart: Any) -> dict[str, Any]:  # noqa: ANN401  # a chart, or a part of one: all are dataclasses
    """One level of it: what lies below is asked for when its turn comes, and no long list is copied."""
    return {one.name: getattr(chart, one.name) for one in fields(chart)}
