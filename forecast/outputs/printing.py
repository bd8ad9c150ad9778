"""Printing a page as PDF with a browser of the machine: Chromium or one of its kin, found by its name on the PATH."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.errors import InputError, Listed, Problem, said

if TYPE_CHECKING:
    from forecast.errors import Said

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge", "microsoft-edge")
"""The programs that can print, in the order in which they are looked for."""

LONGEST = 180.0
"""After so many seconds a browser that has not printed is stopped."""

DRAWING_MS = 10_000
"""So many milliseconds of the page's own clock may pass until its charts are drawn; it takes far less in real time."""


def browser() -> str:
    """The path of the first browser that is there.

    Raises:
        InputError: There is none; says what to install, and that any browser can print the page by hand.
    """
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise InputError(Problem(said("output.no_browser", names=Listed(BROWSERS)), "--pdf"))
    return found


def print_pdf(program: str, page: Path, pdf: Path) -> None:
    """Print a page of this machine into a PDF file; nothing is loaded from elsewhere.

    Raises:
        InputError: The browser failed, took too long or wrote no PDF; says what it said last.
    """
    with tempfile.TemporaryDirectory(prefix="forecast-print-", ignore_cleanup_errors=True) as profile:
        words = [program, *_options(profile), f"--print-to-pdf={pdf}", page.resolve().as_uri()]
        try:
            done = subprocess.run(  # noqa: S603  # a program found by a fixed name, without a shell
                words, capture_output=True, text=True, errors="replace", check=False, timeout=LONGEST
            )
        except subprocess.TimeoutExpired:
            raise _failed(program, said("output.print_too_long", seconds=int(LONGEST))) from None
        except OSError as error:
            raise _failed(program, error.strerror or str(error)) from None
    if done.returncode or not _is_pdf(pdf):
        lines = done.stderr.strip().splitlines()
        raise _failed(program, lines[-1] if lines else str(done.returncode))


def _options(profile: str) -> list[str]:
    options = [
        "--headless",
        "--disable-gpu",
        "--no-first-run",
        "--disable-extensions",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-pdf-header-footer",
        f"--virtual-time-budget={DRAWING_MS}",
        f"--user-data-dir={profile}",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--no-sandbox")  # or it refuses to start for the superuser
    return options


def _is_pdf(file: Path) -> bool:
    return file.is_file() and file.read_bytes()[:5] == b"%PDF-"


def _failed(program: str, why: Said | str) -> InputError:
    return InputError(Problem(said("output.not_printed", program=Path(program).name, why=why), "--pdf"))
