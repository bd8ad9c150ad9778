"""Fresh random plans for the plain simulator beside the rule: ``python tests/facility_trials.py [FIRST [COUNT]]``.

Each seed from FIRST on gives a plan of one to three kinds; those whose cost or feasibility differs are listed. Of some
facilities that run already nothing more is drawn: they are carried beside the others.
"""

from __future__ import annotations

import random
import sys

from facility_plans import cash_case, small_plan
from facility_simulator import KINDS, simulate

from forecast.financing.desk import Desk, Proposal
from forecast.financing.policy import check_outcome
from forecast.financing.uses import Use

FEN = 0.005
"""Yuan: costs that differ by less are the same money."""

CARRIED = 0.5
"""Share of the facilities that run already of which nothing more is drawn."""


BESIDE = 0.5
"""Share of those on notice, and of those in lots, that are used so that cheaper ones count, and ahead."""


def kinds_of(seed: int) -> list[str]:
    """Give the kinds of a trial: each in turn, with up to two others."""
    every = [*KINDS, "prepayable"]
    rng = random.Random(seed)  # noqa: S311  # plans, no secrets
    return [every[seed % len(every)], *rng.sample(every, rng.choice([0, 1, 1, 2]))]


def difference(seed: int) -> tuple[float, bool]:
    """Give by how much the rule's cost is above the simulator's, yuan, and whether both hold or both do not."""
    plan = small_plan(seed, kinds_of(seed))
    desk = Desk.of(cash_case(plan.world), plan.facilities, 0.95)
    rng = random.Random(f"carried {seed}")  # noqa: S311  # plans, no secrets
    running = [item.facility.name for item in desk.items if item.arranged and rng.random() < CARRIED]
    beside = [item.facility.name for item in desk.items if item.on_notice and rng.random() < BESIDE]
    ahead = [item.facility.name for item in desk.items if item.facility.minimum_draw and rng.random() < BESIDE]
    desk = desk.using({name: Use(beside=name in beside, ahead=name in ahead) for name in {*beside, *ahead}})
    carried = [item for item in desk.items if item.facility.name in running]
    drawn = tuple(item for item in desk.items if item.facility.name not in running)
    outcome = desk.run(Proposal(drawn, tuple(item.most for item in drawn)))
    check_outcome(outcome)
    arranged, old = ([(item.facility, item.most) for item in some] for some in (drawn, carried))
    found = simulate(plan.world, arranged, old, beside, ahead)
    return float(outcome.cost[0]) - found.cost, bool(outcome.short[0]) is not found.feasible


def main() -> None:
    """Try the seeds of the command line."""
    first, count = (int(given) for given in [*sys.argv[1:], *("10000", "2000")[len(sys.argv) - 1 :]])
    different = 0
    for seed in range(first, first + count):
        above, agree = difference(seed)
        if abs(above) >= FEN or not agree:
            different += 1
            judged = "" if agree else ", feasibility differs"
            sys.stdout.write(f"{seed} {'+'.join(kinds_of(seed))}: {above:+.4f} yuan{judged}\n")
    sys.stdout.write(f"{count - different} of {count} plans equal to the fen\n")


if __name__ == "__main__":
    main()
