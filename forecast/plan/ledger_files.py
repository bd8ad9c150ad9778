"""``[[ledger.files]]``: the exports that stand in place of one order file, found on the disk, and their keys."""

from __future__ import annotations

import difflib
import glob
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.errors import said
from forecast.plan.model import LedgerFile, LedgerSource
from forecast.plan.terms import keys_of, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.plan.findings import Findings, Table
    from forecast.plan.locator import KeyPath

_WILD = re.compile(r"[*?]")

_LOCK = "~$"
"""How the name of the file begins that Excel leaves beside a workbook while it is open."""


def ledger_files(findings: Findings, folder: Path) -> tuple[LedgerFile, ...]:
    """The entries in the order of the plan, each with its files; an entry with a problem has none.

    ``folder`` is that of the plan. A file that several entries name counts once: for the first that names it without a
    pattern, else for the first whose pattern it fits. The ledger needs orders or files: none or both is a problem.
    """
    section = findings.raw_section("ledger")
    if "files" not in section:
        if "orders" not in section:
            orders = keys_of(LedgerSource)["orders"]
            findings.missing(("ledger", "orders"), said("plan.key", key="orders", meaning=orders.meaning))
        return ()
    for other in ("orders", "table", "constants"):
        if other in section:
            findings.add(("ledger", other), said(f"joining.{'constants' if other == 'constants' else 'beside_files'}"))
    tables = findings.tables(section["files"], ("ledger", "files"))
    entries = [(_entry(findings, table, path), path) for path, table in tables]
    return _once([(entry, _files(findings, folder, entry, (*path, "path"))) for entry, path in entries], folder)


def _once(entries: Sequence[tuple[LedgerFile, list[Path]]], folder: Path) -> tuple[LedgerFile, ...]:
    """The entries with their files, each file for one of them alone."""
    by_name = [entry for entry, files in entries if files == [folder / entry.path]]
    named = {_same(folder / entry.path) for entry in by_name}
    taken: set[str] = set()
    found = []
    for entry, files in entries:
        kept = {_same(file): file for file in files if entry in by_name or _same(file) not in named}
        found.append(replace(entry, found=tuple(file for key, file in kept.items() if key not in taken)))
        taken |= kept.keys()
    return tuple(found)


def _entry(findings: Findings, table: Table, path: KeyPath) -> LedgerFile:
    """One entry as it was written, ``file`` being another name for ``path``."""
    if "file" in table and "path" not in table:
        table = {"path" if key == "file" else key: value for key, value in table.items()}
    entry = LedgerFile(**{"path": "", **findings.filled(LedgerFile, table, path)})
    if entry.channel is not None and entry.channel_from is not None:
        findings.add((*path, "channel_from"), said("joining.channel_twice"))
    if entry.channel is not None:
        _check_channel(findings, (*path, "channel"), entry.channel)
    return replace(entry, channels=_methods(findings, table, path))


def _methods(findings: Findings, table: Table, path: KeyPath) -> dict[str, str]:
    """``channels``: what a payment method means; its names are taken without the spaces around them."""
    here: KeyPath = (*path, "channels")
    found = findings.table(table["channels"], here) if "channels" in table else None
    if found is None:
        return {}
    if "channel" in table:
        findings.add(here, said("joining.methods_beside_channel"))
    methods: dict[str, str] = {}
    for method, channel in found.items():
        if isinstance(channel, str) and channel.strip():
            methods[method.strip()] = channel.strip()
            _check_channel(findings, (*here, method), channel.strip())
        else:
            findings.add((*here, method), said("joining.no_channel_name", found=shown(channel)))
    return methods


def _check_channel(findings: Findings, path: KeyPath, channel: str) -> None:
    channels = findings.raw_section("channels")
    if channels and channel not in channels:
        findings.add(path, said("joining.unknown_channel", channel=channel, channels=", ".join(channels)))


def _files(findings: Findings, folder: Path, entry: LedgerFile, path: KeyPath) -> list[Path]:
    """The files of an entry: the one that exists under its path, else all that its pattern fits, sorted."""
    place = folder / entry.path
    if not entry.path or place.is_file():
        return [place] if entry.path else []
    if place.is_dir():
        findings.add(path, said("joining.folder", path=entry.path.rstrip("/\\")))
        return []
    if not _WILD.search(entry.path):
        near = _nearest(place)
        hint = said("joining.near_file", name=near) if near else said("joining.from_folder")
        findings.add(path, said("joining.no_file", path=str(place), hint=hint))
        return []
    # Brackets are letters of a name: [ would begin a set of letters.
    pattern = re.sub(r"\[", "[[]", entry.path)
    start = glob.escape(str(folder))
    matches = sorted(glob.glob(os.path.join(start, pattern), recursive=True))  # noqa: PTH118, PTH207  # patterns with .. and **
    files = [Path(match) for match in matches if Path(match).is_file() and not Path(match).name.startswith(_LOCK)]
    if not files:
        findings.add(path, said("joining.no_match", pattern=str(place)))
    return files


def _nearest(place: Path) -> str:
    """The file beside a path whose name is much like it."""
    names = [one.name for one in place.parent.iterdir()] if place.parent.is_dir() else []
    return next(iter(difflib.get_close_matches(place.name, names, n=1)), "")


def _same(path: Path) -> str:
    return os.path.realpath(path)
