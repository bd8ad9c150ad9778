"""Does a right ever hurt: ``python -m benchmarks.rights``.

For each of 200 small random plans: the recommended mix, then that of the same plan with one right more: another
facility, a higher limit, more cash, a loan that may be repaid early without a fee, a signature a day earlier; a
larger limit on a line that is signed, in every other plan with something drawn of it; and, with a dear debt in the
plan, a loan in every other plan, lines that need a day's notice less. It passes
where the mix still holds if it did, and costs no more beyond the tolerance of the search, a hundredth and a yuan. (A
term loan without `draw_date` is lent when it is signed and due a term later: signed earlier it is another loan.)
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from benchmarks.brute_force import CONFIDENCE, OFFERED, USUAL, priced, random_plan
from forecast.financing.comparison import compare
from forecast.financing.simplest import SEARCH_TOLERANCE
from forecast.liquidity import case_buffer
from forecast.plan.model import Facility

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forecast.cash import CashCase
    from forecast.financing.options import Recommendation

    Plan = tuple[CashCase, tuple[Facility, ...]]

SIGNING = 6
"""Most days that signing takes in a plan whose signature then comes earlier."""


@dataclass(frozen=True)
class Trial:
    """A plan without and with a right: whether its recommended mix holds, and what it costs, yuan."""

    right: str
    held: bool
    holds: bool
    before: float
    after: float

    @classmethod
    def of(cls, right: str, before: Recommendation, after: Recommendation) -> Trial:
        """Hold what is recommended with a right against what is without."""
        return cls(right, before.feasible, after.feasible, before.expected_cost, after.expected_cost)

    @property
    def passes(self) -> bool:
        """Whether the right does no harm beyond the tolerance; of mixes that hold neither time nothing is asked."""
        if not self.held:
            return True
        return self.holds and self.after <= self.before * (1 + SEARCH_TOLERANCE) + 1.0

    @property
    def excess(self) -> float:
        """What the plan with the right costs more, as a share."""
        return self.after / self.before - 1 if self.before > 0 else float(self.after > 0)


def trials(seed: int, paths: int, most: int = 3) -> list[Trial]:
    """Give the trials of a random plan of at most so many facilities, one a right."""
    numbers = random.Random(f"rights {seed}")  # noqa: S311  # plans, no secrets
    case, facilities = random_plan(seed, paths, numbers.randint(1, most))
    slow = numbers.choice([one.name for one in facilities if one.kind != "term_loan"] or [""])
    days = numbers.randint(1, SIGNING)
    plan = (case, tuple(replace(one, signing_days=days) if one.name == slow else one for one in facilities))
    before = recommended(plan)
    found = []
    for right, more in rights(plan, numbers).items():
        after = recommended(more)
        found.append(Trial.of(right, before, after))
    narrow, wide = signed_lines(plan, random.Random(f"signed {seed}"))  # noqa: S311  # plans, no secrets
    slower, sooner = in_debt(plan, random.Random(f"in debt {seed}"))  # noqa: S311  # plans, no secrets
    return [
        *found,
        Trial.of("signed", recommended(narrow), recommended(wide)),
        Trial.of("notice", recommended(slower), recommended(sooner)),
    ]


def recommended(plan: Plan) -> Recommendation:
    """Give the recommended mix of a plan."""
    case, facilities = plan
    return compare(case, facilities, CONFIDENCE, case_buffer(case, CONFIDENCE).buffer, bound_paths=1).recommended


def rights(plan: Plan, numbers: random.Random) -> dict[str, Plan]:
    """Give the plan with one right more, by right."""
    case, facilities = plan
    names = {one.name for one in facilities}
    another = priced(numbers, numbers.choice([one for one in OFFERED if one.name not in names]))
    wider, extra = numbers.choice(facilities).name, numbers.uniform(0.1, 1.0) * USUAL
    found = {
        "facility": (case, (*facilities, another)),
        "limit": (case, _with(facilities, wider, lambda one: replace(one, limit=(one.limit or 0.0) * 1.5))),
        "cash": (replace(case, opening_balance=case.opening_balance + extra), facilities),
        "signature": (case, tuple(replace(one, signing_days=max(0, one.signing_days - 1)) for one in facilities)),
    }
    if "loan" in names:
        found["prepayment"] = (case, _with(facilities, "loan", lambda one: replace(one, prepayment_fee=0.0)))
    return found


def signed_lines(plan: Plan, numbers: random.Random) -> tuple[Plan, Plan]:
    """Give the plan with a dear line on notice, without fees, that is signed, and with a larger limit on it."""
    case, facilities = plan
    limit, days = numbers.uniform(0.5, 6.0) * USUAL, numbers.randint(1, 3)
    drawn = numbers.choice([0.0, numbers.uniform(0.2, 1.0) * limit])
    rate = numbers.uniform(0.08, 0.2)
    line = Facility("signed", "revolver", limit, annual_rate=rate, notice_days=days, drawn=drawn, signed=True)
    wider = replace(line, limit=limit * numbers.uniform(1.5, 20.0))
    return (case, (*facilities, line)), (case, (*facilities, wider))


def in_debt(plan: Plan, numbers: random.Random) -> tuple[Plan, Plan]:
    """Give the plan with a dear debt and a cheaper line on notice, and with lines that need a day's notice less."""
    case, facilities = plan
    owed, kind = numbers.uniform(0.2, 3.0) * USUAL, numbers.choice(["overdraft", "revolver", "term_loan", "term_loan"])
    dear = Facility("dear", kind, owed, annual_rate=numbers.uniform(0.15, 0.25), drawn=owed)  # type: ignore[arg-type]
    if kind == "term_loan":
        dear = replace(dear, tenor_days=numbers.randint(10, 90), prepayment_fee=0.0)
    elif numbers.random() < 0.5:  # noqa: PLR2004  # every other
        dear = replace(dear, notice_days=numbers.randint(1, 2))
    days, limit = numbers.randint(1, 3), numbers.uniform(0.5, 6.0) * USUAL
    line = Facility("cheaper", "revolver", limit, annual_rate=numbers.uniform(0.03, 0.08), notice_days=days)
    slower = (*facilities, dear, line)
    sooner = tuple(
        one if one.kind == "term_loan" else replace(one, notice_days=max(0, one.notice_days - 1)) for one in slower
    )
    return (case, slower), (case, sooner)


def _with(facilities: Sequence[Facility], name: str, change: Callable[[Facility], Facility]) -> tuple[Facility, ...]:
    """Give the facilities with one of them changed."""
    return tuple(change(one) if one.name == name else one for one in facilities)


def main() -> None:
    """Print a line a trial that fails, then how many pass, by right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", type=int, default=200)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--paths", type=int, default=200)
    arguments = parser.parse_args()
    counted: dict[str, list[bool]] = {}
    print("plan  right       held   holds      before       after  excess")
    for seed in range(arguments.first, arguments.first + arguments.plans):
        for one in trials(seed, arguments.paths):
            counted.setdefault(one.right, []).append(one.passes)
            if not one.passes:
                print(
                    f"{seed:4d}  {one.right:10}  {one.held!s:5}  {one.holds!s:5}"
                    f"  {one.before:10,.2f}  {one.after:10,.2f}  {one.excess:+.2%}",
                    flush=True,
                )
    print("\n".join(f"{right}: {sum(passed)} of {len(passed)} do no harm" for right, passed in counted.items()))


if __name__ == "__main__":
    main()
