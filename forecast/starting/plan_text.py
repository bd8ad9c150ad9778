"""The text of a plan made from exports: the commented template filled with what is proposed."""

from __future__ import annotations

import datetime as dt
import json
import os
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from forecast.sample.plan_text import comments_in
from forecast.starting.hints import FEW_DAYS, blank_methods
from forecast.starting.proposal import HORIZON_DAYS
from forecast.texts import Texts

if TYPE_CHECKING:
    from forecast.plan.model import Event, Language
    from forecast.starting.hints import Hint
    from forecast.starting.proposal import ChannelProposed, FileProposed, Proposal
    from forecast.starting.survey import FileFound


FLOWS = "other_flows.csv"
"""The other cash flows, where the user has put them beside the plan."""


def plan_text(proposal: Proposal, folder: Path, language: Language) -> str:
    """The plan's text; ``folder`` is the one that it will lie in, from which its paths lead to the files."""
    flows = (folder / FLOWS).is_file()
    template = files("forecast").joinpath("templates/exports_plan.toml").read_text(encoding="utf-8")
    texts, as_of = Texts(language), proposal.survey.as_of
    peaks = [event.peak for event in proposal.events if event.peak is not None and event.peak > as_of]
    first = max(proposal.channels, key=lambda one: one.orders)
    return Template(comments_in(template, (language,))).substitute(
        language=language,
        plan="plan.toml",
        merchant=_inside(proposal.survey.shop or texts("starting.merchant")),
        as_of=as_of,
        horizon_days=HORIZON_DAYS,
        files="".join(_file(one, folder, texts) for one in proposal.files),
        balance=" ".join(balance_source(proposal, texts).split()),
        opening_balance=_money(proposal.opening_balance),
        flow_day=as_of + dt.timedelta(days=7),
        channels="\n".join(_channel(one, texts) for one in proposal.channels),
        events="\n".join(_event(event) for event in proposal.events),
        clearing=_text(first.clearing),
        channel=_key(first.key),
        channel_text=_text(first.key),
        failures=texts(f"starting.failures.{proposal.survey.failures}"),
        other_flows="" if flows else "# ",
        outage_start=min(peaks, default=as_of + dt.timedelta(days=14)),
    )


def balance_source(proposal: Proposal, texts: Texts) -> str:
    """Where the opening balance is from, and which balances are not in it; what to do where no file tells one."""
    if not proposal.balances:
        return texts("starting.balance_unknown", as_of=proposal.survey.as_of.isoformat())
    named = [(one.path.name, one.day.isoformat(), f"{one.fen / 100:,.2f}") for one in proposal.balances]
    shown = texts("starting.comma").join(texts("starting.balance", file=f, day=d, amount=a) for f, d, a in named)
    told = texts("starting.balance_from", files=shown)
    for one in proposal.beside:
        told += texts("starting.balance_beside", file=one.path.name, amount=f"{one.fen / 100:,.2f}")
    return told


def label_of(channel: ChannelProposed, texts: Texts) -> str:
    """A channel's name as printed: as found, with the platform where several have it; or the platform's."""
    platform = texts(f"starting.platforms.{channel.platform}")
    if not channel.label:
        return platform
    return texts("starting.label", method=channel.label, platform=platform) if channel.shared else channel.label


def title_of(found: FileFound, texts: Texts) -> str:
    """What a file is: the titles of its formats."""
    titles = [one.chinese if texts.language == "zh" else one.english for one in found.formats]
    return texts("starting.comma").join(dict.fromkeys(titles))


def hint_text(hint: Hint, texts: Texts) -> str:
    """A hint in words."""
    return texts(
        f"starting.hints.{hint.code}",
        file=hint.file,
        other=hint.other,
        day=hint.day.isoformat(),
        days=FEW_DAYS,
        count=f"{hint.count:,}",
        detail=hint.detail,
        reason=texts(f"unmatched.{hint.reason}") if hint.reason else "",
    )


def _file(one: FileProposed, folder: Path, texts: Texts) -> str:
    found, lines = one.found, ["[[ledger.files]]"]
    lines.append(f"path = {_text(_path(found.path, folder))}")
    names = found.format_names
    titles = title_of(found, texts)
    lines.append(f"format = {_text(names[0])}  # {titles}" if len(names) == 1 else f"# {titles}")
    if one.channel is not None:
        lines.append(f"channel = {_text(one.channel)}")
    elif one.channels is not None:
        methods = ", ".join(f"{_text(method)} = {_text(channel)}" for method, channel in one.channels.items())
        lines += [f"channel_from = {_text(found.method_header or '')}", f"channels = {{ {methods} }}"]
        if hint := blank_methods(one):
            lines.append(f"# {' '.join(hint_text(hint, texts).split())}")
    return "\n".join(lines) + "\n\n"


def _channel(one: ChannelProposed, texts: Texts) -> str:
    lines = [
        f"[channels.{_key(one.key)}]",
        f"label = {_text(label_of(one, texts))}",
        f"clearing = {_text(one.clearing)}",
    ]
    lines += [f"{key} = {value}  # {texts(f'starting.assumed.{key}')}" for key, value in one.assumed.items()]
    return "\n".join(lines) + "\n"


def _event(event: Event) -> str:
    peak = "" if event.peak is None else f"peak = {event.peak}\n"
    return f'[[events]]\nname = "{event.name}"\nstart = {event.start}\n{peak}end = {event.end}\n'


def _path(path: Path, folder: Path) -> str:
    """A path as it leads from the plan's folder, the whole path where none does (another drive)."""
    try:
        return Path(os.path.relpath(path.absolute(), folder.absolute())).as_posix()
    except ValueError:
        return path.absolute().as_posix()


def _key(name: str) -> str:
    plain = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if plain else _text(name)


def _text(text: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _inside(text: str) -> str:
    """A text as it stands between TOML's quotes."""
    return _text(text)[1:-1]


def _money(fen: int) -> str:
    return f"{fen // 100:_}.{fen % 100:02d}" if fen >= 0 else f"-{-fen // 100:_}.{-fen % 100:02d}"
