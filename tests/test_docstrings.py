"""Every example in a docstring runs and gives what it says, and every module can be imported by itself."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path

import forecast


def test_the_examples_of_the_modules_are_real() -> None:
    """Where a source shows none, none is looked for: that takes longer than all of its other tests."""
    names = {one.name for one in pkgutil.walk_packages(forecast.__path__, "forecast.")} - {"forecast.__main__"}
    modules = [importlib.import_module(name) for name in sorted(names)]
    showing = [one for one in modules if ">>>" in Path(str(one.__file__)).read_text(encoding="utf-8")]
    found = {one.__name__: doctest.testmod(one) for one in showing}
    assert showing, "no module shows an example any more"
    assert [name for name, told in found.items() if told.failed or not told.attempted] == []
