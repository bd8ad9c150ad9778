"""The version stands in one place, and the changelog knows it."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import pytest

from forecast.version import __version__

ROOT = Path(__file__).resolve().parents[1]


def test_the_installed_package_has_this_version() -> None:
    assert metadata.version("forecast") == __version__


@pytest.mark.parametrize(("readme", "heading"), [("README.md", "Changelog"), ("README.zh-CN.md", "更新记录")])
def test_the_changelog_begins_with_this_version(readme: str, heading: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    newest = re.search(rf"^## {heading}\n+### (?P<version>\S+)", text, re.MULTILINE)
    assert newest, f"{readme} has no changelog"
    assert newest["version"] == __version__
