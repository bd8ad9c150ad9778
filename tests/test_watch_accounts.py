"""The account of an incident: what is counted of it adds up."""

from __future__ import annotations

from forecast.watch.accounts import EMPTY, NOTHING, Counts

SOME = Counts(7, 9, 3, 2, 0.5, (1.0, 2.0), (5.0, 4.0), (3.0, 2.0), (1.0, 0.0), (8.0, 6.0), (6.0,), (0.25,), (2.0, 3.0))


def test_counts_add_up_figure_by_figure() -> None:
    sums = ((10.0, 20.0), (30.0, 40.0), (50.0, 60.0), (7.0, 8.0), (9.0, 10.0), (11.0,), (1.0,), (0.5, 1.5))
    both = ((11.0, 22.0), (35.0, 44.0), (53.0, 62.0), (8.0, 8.0), (17.0, 16.0), (17.0,), (1.25,), (2.5, 4.5))
    assert SOME.plus(Counts(1, 2, 3, 4, 0.25, *sums)) == Counts(8, 11, 6, 6, 0.75, *both)


def test_nothing_adds_nothing() -> None:
    assert SOME.plus(NOTHING) == NOTHING.plus(SOME) == SOME


def test_an_account_reaches_further_and_never_back() -> None:
    assert EMPTY.reaching(5).until == EMPTY.reaching(5).reaching(3).until == 5
