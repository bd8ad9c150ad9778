"""What ``init --from`` says: what the files hold, what is assumed, and what to fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.commands import console
from forecast.commands.places import writing_into
from forecast.commands.texts import step_text
from forecast.outputs.grid import grid
from forecast.records import Record, money, plain, rate, record, says
from forecast.starting.folder import PLAN, propose_from, write_proposed
from forecast.starting.hints import hints
from forecast.starting.plan_text import FLOWS, balance_source, hint_text, label_of, title_of
from forecast.texts import Texts

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.plan.model import Language
    from forecast.starting.proposal import FileProposed, Proposal
    from forecast.starting.survey import FileFound

MOST_FILES = 8
"""Files that are listed on the screen; the rest is counted."""

FILL_IN = ("minimum_balance", "other_flows", "costs", "facilities")


@record
class FileShown(Record):
    """One file and what it holds."""

    path: str = says("the file as it was named")
    formats: list[str] = says("names of its formats")
    lines: int = says("lines read", "lines")
    orders: int = says("orders of which it has lines of orders", "orders")
    first: str | None = says("day of its first line; null where it has none")
    last: str | None = says("day of its last line; null where it has none")
    channel: str | None = says("the channel of all its orders; null where it has none, or see channels")
    channels: dict[str, str] = says("the channel of each payment method")
    without_order: int = says("lines that belong to orders and find none", "lines")
    without_order_amount: float = money("their sum; money to the merchant is positive")


@record
class ChannelShown(Record):
    """One channel as the plan has it."""

    label: str = says("its name as printed")
    clearing: str = says("its clearing name")
    orders: int = says("its orders", "orders")
    assumed: dict[str, float] = rate("keys of the plan whose figures are usual ones, not from the files", "as the key")


@record
class EventShown(Record):
    """One promotion as the plan has it."""

    name: str = says("its name")
    start: str = says("its first day")
    peak: str | None = says("its strongest day; null where it is flat")
    end: str = says("its last day")


@record
class Started(Record):
    """What ``forecast init --from`` prints under ``--json``."""

    plan: str = says("the plan that was written")
    as_of: str = says("last day that all files know wholly")
    first: str = says("first day of orders")
    orders: int = says("orders of all files", "orders")
    files: list[FileShown] = says("the files in their order")
    channels: dict[str, ChannelShown] = says("by key")
    events: list[EventShown] = says("by start")
    opening_balance: float = money("cash on the evening of as_of; 0 where no file tells")
    opening_balance_from: list[str] = says("the files that it is from; empty where none tells")
    hints: list[str] = says("what of the files may make figures wrong")
    fill_in: list[str] = says("keys that only the merchant knows")


def init_from(directory: Path, sources: list[str], language: Language, *, as_json: bool) -> None:
    """Makes the plan, with progress on standard error, and prints what was found.

    Raises:
        InputError: As ``propose_from`` and ``write_proposed`` do; nothing is written then.
    """
    with console.progress() as announce:
        announce(step_text(language, "exports"))
        proposal = propose_from(directory, sources)
        with writing_into(directory):
            write_proposed(directory, proposal, language=language)
    plan = directory / PLAN
    if as_json:
        console.show_json(plain(started(proposal, plan, language)))
    else:
        console.show(started_text(proposal, plan, language))


def started(proposal: Proposal, plan: Path, language: Language) -> Started:
    """The proposal as data; labels in a language."""
    texts, survey = Texts(language), proposal.survey
    has_flows = (plan.parent / FLOWS).is_file()
    fill_in = [] if proposal.balances else ["opening_balance"]
    fill_in += [key for key in FILL_IN if not (key == "other_flows" and has_flows)]
    return Started(
        plan=str(plan),
        as_of=survey.as_of.isoformat(),
        first=survey.first.isoformat(),
        orders=proposal.orders,
        files=[_file(one) for one in proposal.files],
        channels={
            one.key: ChannelShown(label_of(one, texts), one.clearing, one.orders, dict(one.assumed))
            for one in proposal.channels
        },
        events=[
            EventShown(e.name, e.start.isoformat(), None if e.peak is None else e.peak.isoformat(), e.end.isoformat())
            for e in proposal.events
        ],
        opening_balance=proposal.opening_balance / 100,
        opening_balance_from=[str(one.path) for one in proposal.balances],
        hints=[hint_text(hint, texts) for hint in hints(survey, proposal.balances, proposal.files)],
        fill_in=fill_in,
    )


def started_text(proposal: Proposal, plan: Path, language: Language) -> str:
    """The same for reading: files, channels, as_of, balance, assumptions, what to fill in, and how to go on."""
    shown, texts = started(proposal, plan, language), Texts(language)
    comma = texts("starting.comma")
    channels = [
        texts("starting.channel", name=key, label=one.label, orders=f"{one.orders:,}")
        for key, one in shown.channels.items()
    ]
    assumed = [
        texts("starting.assumes", channel=key, keys=_assumed_text(one, texts))
        for key, one in shown.channels.items()
        if one.assumed
    ]
    events = [
        texts("starting.event", name=texts(f"starting.events.{e.name}"), start=e.start, end=e.end) for e in shown.events
    ]
    lines = [
        texts("starting.made", plan=shown.plan, files=len(shown.files), orders=f"{shown.orders:,}"),
        _files_text(proposal, texts),
        texts("starting.channels", channels=comma.join(channels)),
        texts("starting.as_of", as_of=shown.as_of, first=shown.first),
        texts("starting.events_line", events=comma.join(events)) if events else "",
        texts("starting.balance_line", balance=balance_source(proposal, texts)),
        texts("starting.assumed_line", assumed=texts("starting.semicolon").join(assumed)) if assumed else "",
        "" if proposal.survey.failures == "seen" else texts(f"starting.failures_line.{proposal.survey.failures}"),
        *(texts("starting.hint_line", hint=hint) for hint in shown.hints),
        texts("starting.fill_in_line", keys=comma.join(shown.fill_in)),
        texts("starting.next_line", plan=shown.plan),
    ]
    return "\n".join(line for line in lines if line)


def _assumed_text(channel: ChannelShown, texts: Texts) -> str:
    """The assumed keys with their figures; days to settlement go on to the next working day."""
    rolls = texts("starting.rolls") if "settlement_days" in channel.assumed else ""
    return texts("starting.comma").join(f"{name} = {value:g}" for name, value in channel.assumed.items()) + rolls


def _file(one: FileProposed) -> FileShown:
    found = one.found
    return FileShown(
        path=str(found.path),
        formats=list(found.format_names),
        lines=found.lines,
        orders=found.orders,
        first=None if found.first is None else found.first.isoformat(),
        last=None if found.last is None else found.last.isoformat(),
        channel=one.channel,
        channels=dict(one.channels or {}),
        without_order=found.strays.lines if found.strays else 0,
        without_order_amount=found.strays.fen / 100 if found.strays else 0.0,
    )


def _files_text(proposal: Proposal, texts: Texts) -> str:
    files = proposal.survey.files
    rows = [
        [
            "",
            found.path.name,
            title_of(found, texts),
            texts("starting.span", first=str(found.first or "–"), last=str(found.last or "–")),
            texts("starting.lines", lines=f"{found.lines:,}"),
            _strays_text(found, texts),
        ]
        for found in files[:MOST_FILES]
    ]
    more = texts("starting.more_files", count=len(files) - MOST_FILES) if len(files) > MOST_FILES else ""
    return "\n".join(part for part in (grid(rows, text_columns=(0, 1, 2, 3, 5)), more) if part)


def _strays_text(found: FileFound, texts: Texts) -> str:
    """How many lines find no order, their share and their sum; empty where all find one."""
    if found.strays is None:
        return ""
    one = found.strays
    return texts("starting.strays", count=f"{one.lines:,}", share=f"{one.share:.1%}", amount=f"{one.fen / 100:,.2f}")
