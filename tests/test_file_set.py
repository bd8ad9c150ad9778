"""A set of files in a folder: the old one or the new one, whatever ends the process and wherever."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from forecast import file_set
from forecast.errors import InputError
from forecast.file_set import SWITCH, replace_files, settle

NAMES = ("result.json", "report.html", "rejected.csv", "manifest.json")
OLD = {"result.json": "old", "rejected.csv": "old", "manifest.json": "old"}
NEW = {"result.json": "new", "report.html": "new", "manifest.json": "new"}


def put(folder: Path, files: dict[str, str]) -> None:
    """Put a set into a folder."""

    def write(staging: Path) -> None:
        for name, text in files.items():
            (staging / name).write_text(text, encoding="utf-8")

    replace_files(folder, NAMES, write)


def seen(folder: Path) -> dict[str, str]:
    """All that lies in a folder, hidden or not."""
    return {path.name: path.read_text(encoding="utf-8") if path.is_file() else "folder" for path in folder.iterdir()}


class Killed(BaseException):
    """Stands for an end of the process at which nothing is tidied up."""


def killed_at_move(folder: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave a folder as a process does that is killed at its n-th move of a file into place."""
    count, moved = 0, os.replace

    def replace(source: Path, target: Path) -> None:
        nonlocal count
        count += 1
        if count == number:
            raise Killed
        moved(source, target)

    def touch(_: Path) -> None:
        raise Killed  # nor does it take anything back

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", replace)
        patched.setattr(Path, "touch", touch)
        with pytest.raises(Killed):
            put(folder, NEW)


def test_a_new_set_takes_the_old_one_s_place_and_the_user_s_files_stay(tmp_path: Path) -> None:
    put(tmp_path / "reports" / "shop", OLD)
    (tmp_path / "reports" / "shop" / "notes.txt").write_text("mine", encoding="utf-8")
    put(tmp_path / "reports" / "shop", NEW)
    assert seen(tmp_path / "reports" / "shop") == {**NEW, "notes.txt": "mine"}


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_next_command_finishes_what_a_killed_one_left(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, OLD)
    killed_at_move(tmp_path, number, monkeypatch)
    assert SWITCH in seen(tmp_path)
    settle(tmp_path)
    assert seen(tmp_path) == NEW
    killed_at_move(tmp_path, number, monkeypatch)
    put(tmp_path, OLD)
    assert seen(tmp_path) == OLD


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_move_that_fails_is_taken_back(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the earlier workbook is open in a program that locks it: that one file cannot be touched at all."""
    put(tmp_path, OLD)
    stuck, moved = ("result.json", "report.html", "manifest.json")[number - 1], os.replace

    def replace(source: Path, target: Path) -> None:
        if Path(target).name == stuck:
            raise PermissionError(13, "open elsewhere")
        moved(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(PermissionError, match="open elsewhere"):
        put(tmp_path, NEW)
    assert seen(tmp_path) == OLD


def test_where_taking_back_fails_too_the_old_files_are_kept_and_the_next_command_brings_them_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, OLD)
    count, moved = 0, os.replace

    def replace(source: Path, target: Path) -> None:
        nonlocal count
        count += 1
        if count > 1:
            raise OSError(5, "disk gone")
        moved(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", replace)
        with pytest.raises(OSError, match="disk gone"):
            put(tmp_path, NEW)
        with pytest.raises(InputError, match=r"half put in place here, and this cannot be finished now \(disk gone\)"):
            settle(tmp_path)
    settle(tmp_path)
    assert seen(tmp_path) == OLD


@pytest.mark.parametrize("listed", ["", "result.json\n", "\n../other.txt\n", "a\nb\nc\n"])
def test_a_switch_that_is_none_of_ours_moves_nothing(listed: str, tmp_path: Path) -> None:
    put(tmp_path, OLD)
    (tmp_path / SWITCH).mkdir()
    (tmp_path / SWITCH / "names.txt").write_text(listed, encoding="utf-8")
    with pytest.raises(InputError, match=r"the list of its files cannot be read.*delete its hidden folder"):
        settle(tmp_path)
    assert {name: text for name, text in seen(tmp_path).items() if name != SWITCH} == OLD


def test_without_a_switch_nothing_is_touched(tmp_path: Path) -> None:
    settle(tmp_path / "nowhere")
    put(tmp_path, OLD)
    before = tmp_path.stat().st_mtime_ns
    settle(tmp_path)
    assert (seen(tmp_path), tmp_path.stat().st_mtime_ns) == (OLD, before)


def test_what_a_killed_process_left_is_swept_by_the_next_that_only_reads(tmp_path: Path) -> None:
    put(tmp_path, OLD)
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    (tmp_path / f".forecast-{int(gone.stdout)}-staging" / "ready").mkdir(parents=True)
    (tmp_path / ".forecast-lock").touch()
    settle(tmp_path)
    assert seen(tmp_path) == OLD


def test_a_first_set_that_fails_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "disk full")

    monkeypatch.setattr(file_set, "_to_disk", refuse)
    with pytest.raises(OSError, match="disk full"):
        put(tmp_path / "reports" / "shop", NEW)
    assert list(tmp_path.iterdir()) == []


STRIKE = """
import hashlib, os, shutil, sys
from pathlib import Path
from benchmarks.faults_interruptions import blows, ended, fault
from test_file_set import NEW, OLD, put
os.fsync = lambda _: None
place = Path(sys.argv[1])
manifest = '{"outputs": {"result.json": "%s", "%s": "%s"}}'
def whole(files, second):
    digest = hashlib.sha256(files["result.json"].encode()).hexdigest()
    return {**files, "manifest.json": manifest % (digest, second, digest)}
put(place / "old", whole(OLD, "rejected.csv"))
(place / "shop").mkdir()
new = lambda: put(place / "shop", whole(NEW, "report.html"))
code, calls = ended(new, None)
assert code == 0 and calls > 20, (code, calls)
for blow in blows(calls, 0, seed=1):
    shutil.rmtree(place / "shop")
    if wrong := fault(place / "shop", place / "old", new, blow):
        print(blow, wrong)
print(calls)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not copied there")
def test_killed_terminated_or_interrupted_at_any_call_to_the_disk_the_set_is_whole(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[1]
    paths = os.pathsep.join([str(root), str(root / "tests")])
    struck = subprocess.run(
        [sys.executable, "-c", STRIKE, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": paths},
        timeout=120,
    )
    assert (struck.stderr, struck.stdout.strip().isdigit()) == ("", True), struck.stdout


RACE = """
import os, sys, time
from pathlib import Path
from test_file_set import put
os.fsync = lambda _: None
while time.time() < float(sys.argv[2]):
    pass
for _ in range(20):
    put(Path(sys.argv[1]), dict.fromkeys(sys.argv[4:], sys.argv[3]))
"""


def test_of_two_writers_each_puts_its_whole_set(tmp_path: Path) -> None:
    begin = str(time.time() + 0.7)
    sets = {"one": ("result.json", "manifest.json"), "two": ("result.json", "report.html", "manifest.json")}
    paths = os.pathsep.join([str(Path(__file__).resolve().parents[1]), str(Path(__file__).parent)])
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", RACE, str(tmp_path), begin, text, *names], env={**os.environ, "PYTHONPATH": paths}
        )
        for text, names in sets.items()
    ]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    left = seen(tmp_path)
    assert left == dict.fromkeys(sets[left["result.json"]], left["result.json"])
