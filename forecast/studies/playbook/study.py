"""The emergency plan of a merchant, composed: the playbook's texts, and its thresholds from a run of base."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from forecast.notes import Named, Note, Values
from forecast.plan.changes import CAUSES
from forecast.plan.playbook_file import PLAYBOOK
from forecast.plan.short_keys import first_peak
from forecast.results.inputs import notes_shown
from forecast.results.playbook import (
    ArrangedShown,
    CausePlan,
    ContactShown,
    FacilityKnown,
    PersonShown,
    PlaybookResult,
    RuleShown,
    UnfilledShown,
)
from forecast.studies.playbook.channels import thresholds
from forecast.studies.playbook.filling import filled
from forecast.studies.playbook.incidents import Beginnings, incidents
from forecast.studies.playbook.trials import Ground
from forecast.studies.stress.questions import Questions
from forecast.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from forecast.pipeline import Run
    from forecast.plan.model import Plan
    from forecast.plan.playbook_file import Contact, Playbook

CHINESE = ("\u4e00", "\u9fff")
"""The first and the last of the common Chinese characters."""

OLD_DAYS = 180
"""Days after which a playbook that nobody went through is told."""


def playbook_of(done: Run, playbook: Playbook, say: Callable[[str], None]) -> PlaybookResult:
    """The emergency plan on a finished run, whose ``cases`` hold base's; ``say`` is called with each step."""
    plan, result = done.plan, done.result
    questions = Questions.on(done.prepared, next(iter(done.cases.values())))
    ground = Ground.of(questions)
    beginnings = Beginnings(questions, ground)
    causes, texts = [], Texts(plan.language)
    for cause in CAUSES:
        say(f"cause:{texts(f'causes.{cause}')}")
        guide = playbook.causes[cause]
        found = thresholds(done.prepared, playbook, cause)
        fill = filled(found, plan, plan.language)
        causes.append(
            CausePlan(
                cause=cause,
                signs=[fill(one) for one in guide.signs],
                steps=[fill(one) for one in guide.steps],
                acts=list(guide.acts),
                refund=fill(guide.refund),
                instalments=fill(guide.instalments),
                customers=fill(guide.customers),
                thresholds=found,
                incidents=list(incidents(beginnings, cause)),
            )
        )
    own = [*playbook_notes(plan, playbook), *language_note(playbook, plan.language, PLAYBOOK)]
    return PlaybookResult(
        schema=result.schema,
        version=result.version,
        language=result.language,
        merchant=result.merchant,
        as_of=result.as_of,
        horizon_days=result.horizon_days,
        paths=result.paths,
        seed=result.seed,
        confidence=result.confidence,
        currency=result.currency,
        channels=result.channels,
        notes=[*notes_shown(own, plan.language), *result.notes],
        reviewed=playbook.basics.reviewed.isoformat(),
        moved_orders_lost=playbook.basics.moved_orders_lost,
        arranged=[ArrangedShown(name, None if math.isinf(limit) else limit) for name, limit in ground.arranged.items()],
        unfilled=[UnfilledShown(one.key, one.line) for one in playbook.unfilled],
        people={key: PersonShown(one.name, one.phone, one.duty) for key, one in playbook.people.items()},
        providers=_contacts(playbook.providers),
        lenders=_contacts(playbook.lenders),
        facilities=[FacilityKnown(one.name, one.kind) for one in plan.facilities],
        causes=causes,
        rules=[RuleShown(one.date.isoformat(), one.provider, one.text, one.source) for one in playbook.rules],
    )


def playbook_notes(plan: Plan, playbook: Playbook) -> Iterator[Note]:
    """What a reader of the playbook must know of it: what is still to be filled in, and that it is old."""
    if playbook.unfilled:
        lines = ", ".join(str(one.line) for one in playbook.unfilled)
        values: Values = {"count": len(playbook.unfilled), "lines": lines, "day": first_peak(plan).isoformat()}
        yield Note("playbook_unfilled", playbook.path.name, values)
    reviewed = playbook.basics.reviewed
    days = (plan.horizon.as_of - reviewed).days
    if days > OLD_DAYS:
        yield Note("playbook_old", "reviewed", {"day": reviewed.isoformat(), "days": days})
    told = {one.provider for one in playbook.rules}
    for name in playbook.providers:
        if name not in told:
            yield Note("playbook_no_rule", f"providers.{name}", {}, {"name": Named("clearing", name)})


def language_note(playbook: Playbook, language: str, where: str) -> Iterator[Note]:
    """That the playbook's own texts, which are shown as they stand, are in another language than the answer."""
    steps = [step for guide in playbook.causes.values() for step in guide.steps]
    chinese = [any(CHINESE[0] <= letter <= CHINESE[1] for letter in step) for step in steps]
    written = "zh" if sum(chinese) > len(steps) / 2 else "en"
    if written != language:
        yield Note("playbook_language", where, {}, {"written": Named("language", written)})


def _contacts(contacts: Mapping[str, Contact]) -> dict[str, ContactShown]:
    return {name: ContactShown(one.contact, one.phone) for name, one in contacts.items()}
