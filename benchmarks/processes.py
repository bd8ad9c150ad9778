"""One piece of work done for many seeds, in processes of their own that keep to one core each."""

from __future__ import annotations

import multiprocessing
import os
import sys
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Found = TypeVar("Found")

ONE_CORE = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""What the processes read when they load numpy; a number that the user has set stays."""


def by_seed(work: Callable[[int], Found], seeds: Sequence[int], jobs: int) -> list[Found]:
    """What ``work`` finds for each seed, in their order whatever the number of ``jobs``; told on standard error.

    ``work`` must be a function of a module, or a ``partial`` of one, as other processes have to find it by its name.
    """
    found = []
    for name in ONE_CORE:
        os.environ.setdefault(name, "1")
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        for number, one in enumerate(pool.imap(work, seeds), start=1):
            found.append(one)
            print(f"\r{number} of {len(seeds)} merchants", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return found
