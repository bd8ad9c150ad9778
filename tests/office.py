"""Workbooks recalculated by LibreOffice, as it opens and saves them."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from chromium_page import program

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

RECALCULATE_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>
"""


def recalculated(folder: Path, paths: Sequence[Path]) -> list[Path]:
    """The workbooks with every formula recalculated; the test is skipped where there is no LibreOffice."""
    office, profile, out = program("soffice", "libreoffice"), folder / "profile", folder / "recalculated"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE_ALWAYS, encoding="utf-8")
    given = [str(path) for path in paths]
    home = f"-env:UserInstallation={profile.as_uri()}"
    command = [office, "--headless", home, "--convert-to", "xlsx", "--outdir", str(out), *given]
    subprocess.run(command, capture_output=True, check=True, timeout=240)
    return [out / path.name for path in paths]
