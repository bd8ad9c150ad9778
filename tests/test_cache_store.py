"""Entries on the disk: whole or not at all, checked, bounded in size, and never in the way of the work."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from forecast.cache.layouts import DamagedError
from forecast.cache.store import ENDING, MARK, UNFINISHED, Store, cache_folder, usual_store

POSIX = pytest.mark.skipif(not hasattr(os, "getuid"), reason="modes of files are POSIX's")
FIGURES = np.arange(1000.0)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store that nothing was kept in."""
    return Store(tmp_path / "cache")


def file_of(store: Store, name: str = "one") -> Path:
    """The file of an entry."""
    return store.folder / f"{name}{ENDING}"


def is_whole(store: Store, name: str = "one") -> bool:
    """Whether an entry of ``FIGURES`` can be read, as one who works with it would try."""
    found = store.read(name)
    try:
        return found is not None and bool(np.array_equal(found.part("draws"), FIGURES) and found.part("word") == "x")
    except DamagedError:
        return False


def test_what_is_kept_is_found_again_part_by_part(store: Store) -> None:
    assert store.read("one") is None
    store.write("one", {"draws": FIGURES, "word": "x"})
    assert is_whole(store)
    assert store.held() == (1, file_of(store).stat().st_size)


def test_a_change_of_any_byte_is_noticed(store: Store) -> None:
    store.write("one", {"draws": FIGURES, "word": "x"})
    whole = file_of(store).read_bytes()
    padding = [place for place in range(len(whole)) if whole[place] == 0]
    for place in {*range(0, len(whole), 131), len(whole) - 60} - set(padding):
        file_of(store).write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert not is_whole(store), place
    for length in (0, 5, 60, len(whole) // 2, len(whole) - 64):
        file_of(store).write_bytes(whole[:length])
        assert not is_whole(store), length


def test_an_entry_with_a_damaged_head_is_dropped(store: Store) -> None:
    store.write("one", {"word": "x"})
    file_of(store).write_bytes(b"no entry")
    assert store.read("one") is None
    assert not file_of(store).exists()


@pytest.mark.parametrize(
    "head",
    [
        b"[" * 60_000,
        b"[]",
        b"no JSON",
        b'{"word": 1}',
        b'{"word": "abc"}',
        b'{"word": [0, -5, ""]}',
        b'{"word": ["a", 5, ""]}',
    ],
)
def test_a_head_that_is_none_is_damage_whatever_its_hash(store: Store, head: bytes) -> None:
    store.write("one", {"word": "x"})
    begin = MARK + len(head).to_bytes(8, "little") + hashlib.sha256(b"one\n" + head).digest()
    file_of(store).write_bytes(begin + head + bytes(1000))
    assert store.read("one") is None
    assert not file_of(store).exists()


def test_an_entry_of_another_name_is_not_read(store: Store) -> None:
    store.write("two", {"word": "of two", "draws": FIGURES})
    file_of(store).write_bytes(file_of(store, "two").read_bytes())
    assert store.read("one") is None
    assert store.read("two") is not None


def test_no_more_is_read_than_a_head_may_have(store: Store) -> None:
    store.write("one", {"word": "x"})
    with file_of(store).open("r+b") as file:
        file.write(MARK + (90_000_000_000).to_bytes(8, "little") + bytes(32))
        file.truncate(100_000_000_000)
    assert store.read("one") is None
    store.write("one", {"draws": FIGURES, "word": "x"})
    assert is_whole(store)


@POSIX
@pytest.mark.parametrize("size", [1 << 31, 1 << 42])
def test_a_part_longer_than_any_that_is_kept_is_damage_though_the_file_has_holes_for_it(
    store: Store, size: int
) -> None:
    store.write("one", {"word": "x"})
    head = json.dumps({"word": [0, size, ""]}).encode()
    with file_of(store).open("wb") as file:
        file.write(MARK + len(head).to_bytes(8, "little") + hashlib.sha256(b"one\n" + head).digest() + head)
        file.truncate(size + 1000)
    assert not is_whole(store)


@POSIX
def test_a_pipe_by_the_name_of_an_entry_is_not_waited_for(store: Store) -> None:
    store.write("two", {"word": "x"})
    os.mkfifo(file_of(store))
    assert store.read("one") is None
    store.write("one", {"draws": FIGURES, "word": "x"})
    assert is_whole(store)


def test_what_was_not_used_for_longest_goes_first(store: Store) -> None:
    bounded = Store(store.folder, most=3 * 9_000)
    for age, name in enumerate(("first", "second", "third")):
        bounded.write(name, {"draws": FIGURES})
        os.utime(file_of(store, name), (1000 + age, 1000 + age))
    assert bounded.read("first") is not None, "which makes it the one used last"
    bounded.write("fourth", {"draws": FIGURES})
    assert sorted(path.stem for path in store.folder.iterdir()) == ["first", "fourth", "third"]
    bounded.write("huge", {"draws": np.zeros(5_000)})
    assert not file_of(store, "huge").exists(), "an entry larger than the bound is not kept"
    assert file_of(store, "fourth").exists(), "and none goes for it"


def test_a_full_disk_leaves_nothing_behind(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: Path, _: Path) -> Path:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), source)

    monkeypatch.setattr(Path, "replace", full)
    store.write("one", {"draws": FIGURES})
    assert list(store.folder.iterdir()) == []


def test_what_a_killed_process_left_is_swept(store: Store) -> None:
    store.write("one", {"word": "x"})
    left, fresh = (store.folder / f"{name}{UNFINISHED}" for name in ("left", "fresh"))
    left.touch()
    fresh.touch()
    os.utime(left, (1000, 1000))
    store.write("two", {"word": "y"})
    assert not left.exists()
    assert fresh.exists(), "another process is writing it"


def test_a_folder_that_cannot_be_made_is_worked_without(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = Store(tmp_path / "file" / "cache")
    store.write("one", {"word": "x"})
    assert store.read("one") is None
    assert store.held() == (0, 0)


@POSIX
def test_only_the_user_can_read_an_entry_and_a_folder_that_others_write_is_not_used(store: Store) -> None:
    store.write("one", {"draws": FIGURES, "word": "x"})
    assert store.folder.stat().st_mode & 0o777 == 0o700
    assert file_of(store).stat().st_mode & 0o777 == 0o600
    store.folder.chmod(0o770)
    assert store.read("one") is None
    store.write("two", {"word": "y"})
    assert not file_of(store, "two").exists()


def test_the_folder_is_the_one_named_or_the_system_s(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FORECAST_CACHE_DIR", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("FORECAST_CACHE_DIR")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "forecast"
    monkeypatch.setenv("XDG_CACHE_HOME", "not/absolute")
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    assert cache_folder() == tmp_path / "home" / ".cache" / "forecast"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert cache_folder() == tmp_path / "home" / "Library" / "Caches" / "forecast"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert cache_folder() == tmp_path / "local" / "forecast" / "cache"


def test_the_cache_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    assert usual_store() is None, "as all tests have it"
    monkeypatch.setenv("FORECAST_NO_CACHE", "0")
    assert usual_store() is not None
    assert usual_store(off=True) is None
