"""Self-contained pages from templates: they carry their scripts, make no request, and escape every text."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import jinja2

from forecast.outputs.charts.parts import FONT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.texts import Texts


def page(template: str, context: Mapping[str, Any], texts: Texts) -> str:
    """A template of ``templates/`` filled with a context; ``t``, ``font`` and ``plotly_js`` are added to it.

    Raises:
        jinja2.UndefinedError: the template names something that the context lacks.
    """
    known = {"t": texts, "font": FONT, "plotly_js": _plotly_js()}
    return _environment().get_template(template).render({**context, **known})


@cache
def _plotly_js() -> str:
    return resources.files("plotly").joinpath("package_data", "plotly.min.js").read_text(encoding="utf-8")


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("forecast.outputs.pages", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
