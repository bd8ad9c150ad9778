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


@pytest.mark.parametrize("changelog", ["CHANGELOG.md", "CHANGELOG.zh-CN.md"])
def test_the_newest_release_of_the_changelog_is_this_version(changelog: str) -> None:
    releases = re.findall(r"^## (\d\S*)", (ROOT / changelog).read_text(encoding="utf-8"), re.MULTILINE)
    assert releases[0] == __version__
