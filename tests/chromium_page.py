"""Opens a page in a headless Chromium, if the machine has one, and gives what it logs and draws."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


MEASURE = """<style>html {{ width: {width}px; }}</style><script>
window.addEventListener("load", function () {{ setTimeout(function () {{
  const found = [], seen = [];
  for (const chart of document.querySelectorAll(".chart")) {{
    const box = chart.getBoundingClientRect();
    seen.push(Math.round(box.width));
    for (const text of chart.querySelectorAll("svg text")) {{
      const own = text.getBoundingClientRect();
      const over = Math.max(box.left - own.left, own.right - box.right, box.top - own.top, own.bottom - box.bottom);
      if (own.width && text.textContent.trim() && over > 1) {{
        found.push(chart.id + ": " + text.textContent + " " + Math.round(over));
      }}
    }}
  }}
  window.parent.postMessage({{ place: {place}, seen: seen, outside: found }}, "*");
}}, 1500); }});
</script></head>"""

BESIDE = """<!DOCTYPE html><body><script>
const told = {{}};
window.addEventListener("message", function (event) {{
  told[event.data.place] = event.data;
  document.body.dataset.told = JSON.stringify(told);
}});
</script>{frames}</body>"""
"""Pages side by side, each in a frame of its own, and what each tells of itself."""


def program(*names: str) -> str:
    """The first of the programs that is installed; skips the test without one, but fails it under ``CI=true``."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        reason = f"none of {', '.join(names)} is installed"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def opened(page: Path, folder: Path) -> tuple[str, str]:
    """The page's document after its scripts ran, and its console's messages."""
    done = subprocess.run(
        [
            program("chromium", "chromium-browser", "google-chrome"),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            f"--user-data-dir={folder}",
            "--virtual-time-budget=5000",
            "--enable-logging=stderr",
            "--dump-dom",
            page.as_uri(),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=90,
    )
    return done.stdout, "\n".join(line for line in done.stderr.splitlines() if ":CONSOLE" in line)


def outside_their_charts(pages: Mapping[str, str], folder: Path, widths: Sequence[int]) -> list[str]:
    """The texts of charts that reach out of them, each with by how many pixels, on pages of these ``widths``.

    All are opened at once: to begin a browser takes longer than to open a page.
    """
    asked = [(name, page, width) for name, page in pages.items() for width in widths]
    frames = ""
    for place, (name, page, width) in enumerate(asked):
        measured = page.replace("</head>", MEASURE.format(width=width, place=place), 1)
        path = folder / f"measured_{place}.html"
        path.write_text(measured, encoding="utf-8")
        frames += f'<iframe title="{name}" src="{path.name}" width="{width}" height="900"></iframe>'
    outer = folder / "beside.html"
    outer.write_text(BESIDE.format(frames=frames), encoding="utf-8")
    document, _ = opened(outer, folder / "profile")
    told = json.loads(html.unescape(_attribute(document, "told")))
    assert len(told) == len(asked), "each page was measured"
    found = []
    for place, (name, _, width) in enumerate(asked):
        seen = told[str(place)]["seen"]
        assert seen, f"{name} has charts"
        assert max(seen) <= width
        found += [f"{name} at {width}: {one}" for one in told[str(place)]["outside"]]
    return found


def _attribute(document: str, name: str) -> str:
    found = re.search(rf' data-{name}="([^"]*)"', document)
    assert found is not None, "the page was measured"
    return found[1]
