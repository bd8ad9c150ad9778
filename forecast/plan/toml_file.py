"""A plan's file as text: what it is where it is none, how to save it, and in which language it wants to be answered."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Literal

from forecast.errors import InputError, Problem, said

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.errors import Said

LARGEST_PLAN = 4_000_000
"""Bytes of the largest file that is read as a plan; what is larger is a ledger or no text at all."""

_BEGINNINGS = (
    (b"PK\x03\x04", "workbook"),
    (b"\xd0\xcf\x11\xe0", "workbook"),
    (b"PAR1", "parquet"),
)
"""What files that are no text begin with."""

_LANGUAGE = re.compile(r"""(?m)^\s*["']?language["']?\s*[=＝:：]\s*["'“”‘’＂]*(zh|en)\b""")  # as users slip


def text_of(file: Path, what: str = "plan") -> str:
    """A TOML file's text, with line ends as line feeds and without a byte-order mark; ``what`` it is, for messages.

    Raises:
        InputError: It cannot be read, or is no text in UTF-8; says what it is and how to save it.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST_PLAN + 1)
    except FileNotFoundError:
        hint = near_plan(file)
        raise InputError(Problem(said("plan.no_file", hint=hint), str(file))) from None
    except IsADirectoryError:
        raise InputError(Problem(said("plan.folder", plan=str(file / f"{what}.toml")), str(file))) from None
    except OSError as error:
        raise InputError(Problem(said("plan.unreadable", why=error.strerror or str(error)), str(file))) from None
    _refuse_other_kinds(content, file, what)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig", errors="replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        message = said(f"{what}.not_utf8", byte=f"0x{content[error.start]:02x}")
        spoken = language_of(content.decode("latin-1"))
        raise InputError(Problem(message, str(file), line, column), spoken) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def near_plan(file: Path) -> Said:
    """What to write for a plan that is not there: the one beside it of nearly this name."""
    beside = [one.name for one in file.parent.glob("*.toml")] if file.parent.is_dir() else []
    near = difflib.get_close_matches(file.name, beside, n=1, cutoff=0.6)
    return said("values.write_name", name=str(file.parent / near[0])) if near else said("plan.a_plan")


def language_of(text: str) -> Literal["zh", "en"]:
    """The language in which a text that may be no TOML says that it wants to be answered; Chinese where it does not."""
    found = _LANGUAGE.search(text)
    return "en" if found and found[1] == "en" else "zh"


def _refuse_other_kinds(content: bytes, file: Path, what: str) -> None:
    """Refuse what is no text: a workbook, a Parquet file, text in UTF-16, anything large."""
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            raise InputError(Problem(said(f"{what}.{kind}"), str(file)))
    wide = next(
        (name for mark, name in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")) if content[:2] == mark), ""
    )
    wide = wide or ("utf-16-le" if content[1:2] == b"\0" else "utf-16-be" if content[:1] == b"\0" else "")
    if wide:
        spoken = language_of(content.decode(wide, errors="replace").lstrip("\ufeff"))
        raise InputError(Problem(said(f"{what}.utf16"), str(file)), spoken)
    if len(content) > LARGEST_PLAN:
        raise InputError(Problem(said(f"{what}.large", largest=f"{LARGEST_PLAN // 1_000_000}"), str(file)))
