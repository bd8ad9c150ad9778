"""Uses: the terms that a facility is used by are weaker than those it is offered at, and never stronger."""

from __future__ import annotations

from dataclasses import replace

from financing_cases import BANK_LINE, OVERDRAFT, shop

from forecast.financing.desk import Desk, Proposal
from forecast.financing.halves import Halves
from forecast.financing.kinds.table import again, terms
from forecast.financing.uses import AS_OFFERED, Use

LATER = Use(notice_longer=1, signed_later=2)


def test_a_use_weakens_the_terms() -> None:
    assert AS_OFFERED.of(BANK_LINE) is BANK_LINE
    assert LATER.of(BANK_LINE) == replace(BANK_LINE, notice_days=2, signing_days=2)


def test_what_is_in_force_has_its_signature() -> None:
    signed = replace(BANK_LINE, signed=True)
    assert LATER.of(signed) == replace(signed, notice_days=2)


def test_a_use_is_kept_on_another_scenario() -> None:
    case = shop(20)
    item = terms(case, BANK_LINE, LATER)
    other = again(shop(30), item)
    assert (other.use, other.facility) == (LATER, LATER.of(BANK_LINE))


def test_a_use_is_laid_out_on_every_desk_of_a_scenario() -> None:
    halves = Halves.of(Desk.of(shop(400), [BANK_LINE, OVERDRAFT], 0.95))
    used = halves.using({"bank_line": LATER})
    proposal = Proposal(tuple(used.seen.items), (2_000_000.0, 1_000_000.0))
    for desk in (used.whole, used.judging, halves.whole, halves.judging.every(2)):
        line, overdraft = desk.on(proposal).items
        assert (line.use, line.facility.notice_days, overdraft.use) == (LATER, 2, AS_OFFERED)
        assert desk.run(desk.on(proposal)).cost.size == desk.paths
    assert used.using({}).seen.items == halves.seen.items
    assert halves.costed(proposal).cost == used.costed(proposal).cost
    plain = halves.seen.on(replace(proposal, items=halves.seen.items))
    assert halves.costed(plain).cost != halves.costed(proposal).cost
