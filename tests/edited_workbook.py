"""Workbooks as somebody edits them: cells typed over in the file itself, which takes a moment."""

from __future__ import annotations

import html
import re
import zipfile
from typing import TYPE_CHECKING

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BOOK = "xl/workbook.xml"


def typed(source: Path, target: Path, edits: Mapping[str, float | str | None]) -> Path:
    """A copy with cells typed over: by defined name, or as ``SHEET!CELL``; text that begins with = is a formula."""
    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")}
        others = {name: archive.read(name) for name in archive.namelist() if name not in parts}
    sheets = [html.unescape(name) for name in re.findall(r'<sheet name="([^"]*)"', parts[BOOK])]
    for place, value in edits.items():
        sheet, _, cell = (place if "!" in place else _place(parts[BOOK], place)).rpartition("!")
        part = f"xl/worksheets/sheet{sheets.index(sheet) + 1}.xml"
        found = re.search(rf'<c r="{cell}"( s="\d+")?[^>]*?(/>|>.*?</c>)', parts[part])
        assert found, place
        parts[part] = parts[part].replace(found[0], _cell(cell, found[1] or "", value))
    return _packed(target, {**{name: text.encode() for name, text in parts.items()}, **others})


def cell_of(source: Path, key: str, own: str = "", scenario: int = 0) -> str:
    """Where an input of a scenario stands, or a payment (of ``payment`` and a category): ``SHEET!CELL``."""
    book = openpyxl.load_workbook(source, read_only=True)
    (sheet,) = (one for one in book if one.sheet_state == "hidden")
    for kind, *row in sheet.iter_rows(values_only=True):
        if kind in {"of_scenario", "payment"} and (row[0], row[1] or "") == (key, own):
            place: str = row[5 + 2 * scenario]
            book.close()
            return place.replace("=", "").replace("$", "").replace("'", "")
    raise KeyError(key)


def without_name(source: Path, target: Path, name: str) -> Path:
    """A copy that lacks a defined name."""
    with zipfile.ZipFile(source) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    text, found = re.subn(rf'<definedName name="{name}"[^>]*>[^<]*</definedName>', "", parts[BOOK].decode())
    assert found, name
    return _packed(target, {**parts, BOOK: text.encode()})


def _packed(target: Path, parts: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target


def _place(book: str, name: str) -> str:
    found = re.search(rf'<definedName name="{name}"[^>]*>([^<]*)</definedName>', book)
    assert found, name
    return html.unescape(found[1]).replace("$", "").replace("'", "")


def _cell(cell: str, style: str, value: float | str | None) -> str:
    match value:
        case None:
            return f'<c r="{cell}"{style}/>'
        case str() if value.startswith("="):
            return f'<c r="{cell}"{style}><f>{html.escape(value[1:])}</f></c>'
        case str():
            return f'<c r="{cell}"{style} t="inlineStr"><is><t>{html.escape(value)}</t></is></c>'
    return f'<c r="{cell}"{style}><v>{value!r}</v></c>'
