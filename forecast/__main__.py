"""``forecast`` and ``python -m forecast``: the command line, which can be interrupted even while it is being loaded."""

from __future__ import annotations

import gc
import os

from forecast.commands.interrupts import ends_on_interrupt
from forecast.memory import keep_for_arrays

_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""What tells numpy's linear algebra how many threads to use, read when it is loaded.

The matrices here are small: threads wait for each other, a quarter more processor time for no gain.
"""

_OBJECTS = 100_000
"""Objects that are made before Python looks for circles among them, of which a command makes next to none.

It would look at all that modules and results consist of, again and again.
"""


def main() -> None:
    """Load the command line and run it; who has set the number of threads keeps it."""
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
    keep_for_arrays()
    gc.set_threshold(_OBJECTS)
    with ends_on_interrupt():
        from forecast import cli  # noqa: PLC0415  # loaded where signals are answered

        cli.main()


if __name__ == "__main__":
    main()
