"""``import forecast`` is light, and its names are the package's own objects."""

from __future__ import annotations

import subprocess
import sys

import pytest

import forecast
from forecast.version import __version__

HEAVY = ("numpy", "pandas", "scipy", "statsmodels", "duckdb", "plotly", "pyarrow")


def run_python(code: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_importing_the_package_loads_nothing_heavy() -> None:
    loaded = run_python(f"import sys, forecast; print([name for name in {HEAVY!r} if name in sys.modules])")
    assert loaded == "[]"


def test_every_public_name_can_be_imported() -> None:
    for name in forecast.__all__:
        assert getattr(forecast, name) is not None


def test_the_version_is_the_package_s() -> None:
    assert forecast.__version__ == __version__


def test_an_unknown_name_is_refused_by_its_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'lona_need'"):
        _ = forecast.lona_need


def test_no_public_name_is_that_of_a_module() -> None:
    """Importing such a module would put it in the place of the function."""
    code = "import importlib.util as u, forecast; print([n for n in forecast.__all__ if u.find_spec(f'forecast.{n}')])"
    assert run_python(code) == "[]"


def test_dir_lists_the_public_names() -> None:
    assert dir(forecast) == sorted(forecast.__all__)
