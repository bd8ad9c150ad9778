"""Size of the workbook: ``python -m benchmarks.workbook_scale``.

A sample shop with fifty scenarios over a year, ten of them outages, is run on few paths; then its workbook is written
by a process of its own, whose times and memory are printed, and opened by LibreOffice where there is one.
"""

from __future__ import annotations

import argparse
import pickle
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from forecast.live import live_model
from forecast.outputs.workbook.run import write_workbook
from forecast.pipeline import run, scenarios_of
from forecast.plan.reading import load_plan
from forecast.records import rounded
from forecast.sample import write_sample

OUTAGE_EVERY = 5
"""One scenario in so many is an outage, whose money has a response of its own."""


def scenarios_text(count: int, channel: str) -> str:
    """So many scenarios beside base, as a plan has them."""
    lines = []
    for number in range(1, count):
        lines += [f"[scenarios.case_{number}]", f'label = "Case {number}"']
        if number % OUTAGE_EVERY == 0:
            lines.append(f'outages = [ {{ channel = "{channel}", start = 2026-11-{number // 5 + 1:02d}, days = 3 }} ]')
        else:
            lines += [f"volume = {0.7 + number / 100:.2f}", f"failure_rate.{channel} = {number / 200:.3f}"]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the times, or write one workbook in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenarios", type=int, default=50)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--paths", type=int, default=200)
    parser.add_argument("--write", nargs=2, type=Path, help="the figures of a run, and the workbook to write of them")
    asked = parser.parse_args()
    if asked.write:
        write(*asked.write)
        return
    with tempfile.TemporaryDirectory() as folder:
        kept, book = Path(folder) / "run.pickle", Path(folder) / "scenarios.xlsx"
        make(Path(folder) / "shop", kept, asked)
        command = [sys.executable, "-m", "benchmarks.workbook_scale", "--write", str(kept), str(book)]
        subprocess.run(command, check=True)  # noqa: S603  # our own command
        print(f"the file: {book.stat().st_size / 1e6:.1f} MB")
        opened(Path(folder), book)


def make(shop: Path, kept: Path, asked: argparse.Namespace) -> None:
    """Run the plan and keep what its workbook is made of."""
    path = write_sample(shop, 10_000, 7, language="en", with_truth=False)
    text = path.read_text(encoding="utf-8")
    head, _, facilities = text.partition("[[facilities]]")
    line, _, _ = facilities.partition("[[facilities]]")
    head = re.sub(r"(?ms)^\[scenarios\..*?(?=^\[|\Z)", "", head)
    path.write_text(f"{head}[[facilities]]{line}\n{scenarios_text(asked.scenarios, 'baitiao')}", encoding="utf-8")
    done = run(load_plan(path, horizon_days=asked.days, paths=asked.paths))
    live = live_model(done.prepared, list(scenarios_of(done.prepared).values()), done.result)
    kept.write_bytes(pickle.dumps((rounded(done.result), live)))
    responses = [len(channel.responses) for channel in live.channels]
    print(f"{len(done.result.scenarios)} scenarios, {asked.days} days; responses by channel: {responses}")


def write(kept: Path, book: Path) -> None:
    """Write the workbook, and print what it took."""
    result, live = pickle.loads(kept.read_bytes())  # noqa: S301  # the bytes are this benchmark's own
    wall, processor = time.perf_counter(), time.process_time()
    write_workbook(book, result, live)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    print(f"written: {processor:.1f} s of processor time, {wall:.1f} s by the clock; peak memory {peak()}")


def peak() -> str:
    """The peak memory of this process alone: what the system counts as its own since it began."""
    status = Path("/proc/self/status")  # getrusage would count the process that started this one
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="utf-8")) if status.is_file() else None
    return "not known here" if found is None else f"{int(found[1]) / 1_000:.0f} MB"


def opened(folder: Path, book: Path) -> None:
    """Open the workbook in LibreOffice, which then writes its first sheet as text."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        print("opened: no LibreOffice here")
        return
    home = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [office, "--headless", home, "--convert-to", "csv", "--outdir", str(folder), str(book)]
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  # a spreadsheet program
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - begin
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"opened by LibreOffice: {spent:.1f} s of processor time, {wall:.1f} s by the clock")


if __name__ == "__main__":
    main()
