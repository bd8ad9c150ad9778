"""Judging one case of the benchmark of faults: what a reader did with a damaged input, within a limit of time."""

from __future__ import annotations

import random
import shutil
import signal
import traceback
import unicodedata
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.faults_outcome import Outcome
from forecast.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from forecast.errors import Problem

DATA = Path(__file__).resolve().parents[1] / "data"
PATIENCE = 30.0
"""Seconds of the processor that one case may take; what takes longer hangs."""

SECRET = "Geheim-7391"  # noqa: S105  # stands in addresses, and must never be shown
"""The password that damaged addresses bear."""

LONGEST_LINE = 6_000
"""Characters of a message that a reader can still take in."""


class Hangs(BaseException):
    """A case took longer than its limit; no ``Exception``, so that nothing in between answers it."""


def judged(kind: str, case: str, attempt: Callable[[], str | None]) -> Outcome:
    """What came of a case: ``attempt`` raises as the reader does, or gives what is wrong with the result, if anything.

    Clean is a right result, or an ``InputError`` of which every problem has a place, stands on one line, and shows no
    password. A warning of Python's counts as a traceback: users would see it.
    """
    try:
        with _limited(), warnings.catch_warnings():
            warnings.simplefilter("error")
            wrong = attempt()
    except InputError as error:
        faults = [fault for problem in error.problems if (fault := _fault_of(problem))]
        return Outcome(kind, case, "bad" if faults else "clean", faults[0] if faults else "")
    except Hangs:
        return Outcome(kind, case, "bad", f"took more than {PATIENCE:g} s")
    except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever comes is what is looked for
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = next(
            (step for step in reversed(traceback.extract_tb(error.__traceback__)) if "/forecast/" in step.filename),
            last,
        )
        told = f"{type(error).__name__}: {str(error)[:160]!r} at {where.filename.rpartition('/')[2]}:{where.lineno}"
        return Outcome(kind, case, "bad", told)
    return Outcome(kind, case, "silent" if wrong else "clean", wrong or "")


def with_sample(folder: Path, name: str) -> Path:
    """The folder with the files of ``data/NAME`` in it, copied the first time."""
    for file in (DATA / name).iterdir():
        if file.is_file() and not (folder / file.name).exists():
            shutil.copy(file, folder / file.name)
    return folder


def drawing(seed: int, number: int) -> random.Random:
    """The random numbers of one case, by the seed and the case's number alone."""
    return random.Random(f"{seed}:{number}")  # noqa: S311  # cases, no secrets


def damaged(content: bytes, draw: random.Random) -> tuple[bytes, str]:
    """A file's bytes after one to three random damages, and what they were."""
    done = []
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        damage = draw.choice(_DAMAGES)
        content = damage(content, draw)
        done.append(damage.__name__.strip("_"))
    return content, "+".join(done)


def _cut(content: bytes, draw: random.Random) -> bytes:
    return content[: draw.randrange(len(content) + 1)]


def _flipped(content: bytes, draw: random.Random) -> bytes:
    if not content:
        return content
    at = draw.randrange(len(content))
    return content[:at] + bytes([content[at] ^ (1 << draw.randrange(8))]) + content[at + 1 :]


def _wrong_bytes(content: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(content) + 1)
    return content[:at] + draw.choice(_BYTES) + content[at + draw.choice((0, 1)) :]


def _without_a_piece(content: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(content) + 1)
    return content[:at] + content[at + draw.randrange(1, 60) :]


def _piece_twice(content: bytes, draw: random.Random) -> bytes:
    start, end, to = sorted(draw.randrange(len(content) + 1) for _ in range(3))
    return content[:to] + content[start:end] + content[to:]


def _lines_moved(content: bytes, draw: random.Random) -> bytes:
    lines = content.split(b"\n")
    one, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _zeros(content: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(content) + 1)
    length = draw.randrange(1, 40)
    return content[:at] + b"\0" * length + content[at + length :]


_DAMAGES = (_cut, _flipped, _flipped, _wrong_bytes, _wrong_bytes, _without_a_piece, _piece_twice, _lines_moved, _zeros)

_BYTES = (
    *(
        b"\xff",
        b"\xfe\xff",
        b"\x80",
        b"\xef\xbb\xbf",
        b"\x00",
        b"\x1b[2J",
        b"\r",
        b"\n",
        b"\r\n",
        b'"',
        b"'",
        b"[",
        b"]",
    ),
    *(b"{", b"}", b",", b";", b"\t", b"=", b"#", b"\\", b"\\u0000", b"\xa3\xac", b"\xe2\x80\xa8", b"\xe2\x80\xae"),
    *("京东".encode("gb18030"), "京东".encode(), "京东".encode("utf-16-le"), b"1e999", b"-", b"9" * 400, b'"""'),
    *(b"NaN", b"null", b"=1+1", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x81", b"\x81\x30", b"\xef\xbf\xbe"),
)
"""Bytes that do not belong: other encodings, marks, quotation marks, brackets, controls, figures out of all scale."""


_CONTROLS, _TURNS = frozenset({"Cc", "Cs", "Zl", "Zp"}), "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""What no message may hold: controls and line ends by their category, and marks that turn the direction of writing."""


def _fault_of(problem: Problem) -> str:
    """What is wrong with how a problem is told; empty where nothing is."""
    text = str(problem)
    if not (problem.file or problem.key or problem.line):
        return f"no place: {text[:200]!r}"
    for language in ("en", "zh"):
        text = problem.text(language)
        if SECRET in text:
            return f"shows the password: {text[:200]!r}"
        if any(unicodedata.category(letter) in _CONTROLS or letter in _TURNS for letter in text):
            return f"not for printing: {text[:200]!r}"
        if len(text) > LONGEST_LINE:
            return f"{len(text)} characters: {text[:100]!r}"
    return ""


@contextmanager
def _limited() -> Iterator[None]:
    """Within it, what takes longer than ``PATIENCE`` of the processor's time is ended."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise Hangs

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
