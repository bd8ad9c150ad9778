"""``forecast`` and ``python -m forecast``: the command line, which can be interrupted even while it is being loaded."""

from __future__ import annotations

from forecast.commands.interrupts import ends_on_interrupt


def main() -> None:
    """Load the command line and run it."""
    with ends_on_interrupt():
        from forecast import cli  # noqa: PLC0415  # loaded where signals are answered

        cli.main()


if __name__ == "__main__":
    main()
