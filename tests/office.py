"""Workbooks in LibreOffice: recalculated as it opens and saves them, as somebody types into one, and printed."""

from __future__ import annotations

import html
import subprocess
from typing import TYPE_CHECKING

from chromium_page import program

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

RECALCULATE_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>
"""


MACRO = """Sub Recalculate(book As String, changes As String, found As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  Dim document : document = StarDesktop.loadComponentFromURL(book, "_blank", 0, hidden())
  Dim files : files = CreateUnoService("com.sun.star.ucb.SimpleFileAccess")
  Dim source : source = CreateUnoService("com.sun.star.io.TextInputStream")
  source.setInputStream(files.openFileRead(changes))
  source.setEncoding("UTF-8")
  Dim target : target = CreateUnoService("com.sun.star.io.TextOutputStream")
  target.setOutputStream(files.openFileWrite(found))
  Dim parts, cell
  Do While Not source.isEOF()
    parts = Split(source.readLine(), Chr(9))
    If UBound(parts) > 0 Then
      cell = document.Sheets.getByName(parts(1)).getCellRangeByName(parts(2))
      Select Case parts(0)
        Case "number" : cell.setValue(Val(parts(3)))
        Case "text" : cell.setString(parts(3))
        Case "formula" : cell.setFormula(parts(3))
        Case "ask" : target.writeString(cell.getValue() & Chr(9))
      End Select
    Else
      If parts(0) = "recalculate" Then document.calculateAll()
      If parts(0) = "end" Then target.writeString(Chr(10))
    End If
  Loop
  target.closeOutput()
  source.closeInput()
  document.close(True)
  StarDesktop.terminate()
End Sub
"""
"""Types into cells of one workbook and asks others, so that it is opened once for any number of changes."""

MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
{}</script:module>
"""


def changed(
    folder: Path, book: Path, changes: Iterable[Mapping[str, float | str]], back: Mapping[str, float | str], asked: str
) -> list[list[float]]:
    """What the cells ``asked``, comma by comma, show after each of the changes, each typed over and taken ``back``.

    Cells are ``SHEET!CELL``; a text that begins with = is a formula. The test is skipped where there is no LibreOffice.
    """
    office, profile = program("soffice", "libreoffice"), folder / "profile"
    home = f"-env:UserInstallation={profile.as_uri()}"
    run = [office, "--headless", "--norestore", home]
    subprocess.run([*run, "--terminate_after_init"], capture_output=True, check=True, timeout=240)
    (profile / "user" / "basic" / "Standard" / "Module1.xba").write_text(MODULE.format(html.escape(MACRO)))
    lines: list[str] = []
    for typed in changes:
        lines += [*_typed(typed), "recalculate", *(f"ask\t{_place(one)}" for one in asked.split(",")), "end"]
        lines += _typed({place: back[place] for place in typed})
    told, found = folder / "changes.txt", folder / "found.txt"
    told.write_text("\n".join(lines) + "\n", encoding="utf-8")
    places = ",".join(f'"{one.as_uri()}"' for one in (book, told, found))
    macro = f"macro:///Standard.Module1.Recalculate({places})"
    subprocess.run([*run, macro], capture_output=True, check=True, timeout=240)
    return [[float(one) for one in line.split("\t")[:-1]] for line in found.read_text(encoding="utf-8").splitlines()]


def _typed(values: Mapping[str, float | str]) -> list[str]:
    return [f"{_kind(value)}\t{_place(place)}\t{value}" for place, value in values.items()]


def _kind(value: float | str) -> str:
    if not isinstance(value, str):
        return "number"
    return "formula" if value.startswith("=") else "text"


def _place(place: str) -> str:
    sheet, _, cell = place.rpartition("!")
    return f"{sheet}\t{cell}"


def recalculated(folder: Path, paths: Sequence[Path]) -> list[Path]:
    """The workbooks with every formula recalculated; the test is skipped where there is no LibreOffice."""
    return _converted(folder, paths, "xlsx")


def printed(folder: Path, paths: Sequence[Path]) -> list[Path]:
    """The workbooks printed on paper, as PDF; the test is skipped where there is no LibreOffice."""
    return _converted(folder, paths, "pdf")


def _converted(folder: Path, paths: Sequence[Path], kind: str) -> list[Path]:
    office, profile, out = program("soffice", "libreoffice"), folder / "profile", folder / "converted"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE_ALWAYS, encoding="utf-8")
    given = [str(path) for path in paths]
    home = f"-env:UserInstallation={profile.as_uri()}"
    command = [office, "--headless", home, "--convert-to", kind, "--outdir", str(out), *given]
    subprocess.run(command, capture_output=True, check=True, timeout=240)
    return [out / f"{path.stem}.{kind}" for path in paths]
