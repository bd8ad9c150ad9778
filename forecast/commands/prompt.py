"""``whatif -i``: one change after another on a forecast that stays in memory, each answer beside base and another."""

from __future__ import annotations

import sys
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from forecast.commands import console
from forecast.commands.options import VERSUS
from forecast.commands.texts import say
from forecast.commands.whatif import CHANGED, turn_text, warnings_text
from forecast.errors import InputError, Problem, said
from forecast.pipeline import Known, run_scenarios
from forecast.plan.reading import scenario_from_settings
from forecast.plan.saving import save_scenario
from forecast.plan.setting_lines import setting_keys, settings_of, with_settings
from forecast.plausibility.size import spare_memory
from forecast.repeats import Repeats

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from forecast.outputs.manifest import Inputs
    from forecast.pipeline import Answer, Run
    from forecast.plan.model import Plan

BESIDE = "beside"
"""The name of the scenario that an answer is compared with, beside base."""

REMEMBERED = 16
"""How many answers are kept, so that one that is asked for again need not be calculated."""

COMMANDS = {
    "undo": "undo",
    "撤销": "undo",
    "reset": "reset",
    "重来": "reset",
    "vs": "versus",
    "对比": "versus",
    "show": "show",
    "显示": "show",
    "save": "save",
    "保存": "save",
    "help": "help",
    "?": "help",
    "帮助": "help",
    "quit": "quit",
    "exit": "quit",
    "退出": "quit",
}
"""What may be typed, in both languages, and what it does."""


@dataclass(slots=True)
class Session:
    """A conversation: the forecast, the changes as they stand, those before, and what answers are compared with.

    ``pinned`` are the changes that ``vs`` has chosen; None: the last other answer (``before``).
    """

    done: Run
    sha256: str | None
    current: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    pinned: tuple[str, ...] | None = None
    past: list[tuple[str, ...]] = field(default_factory=list)
    answers: OrderedDict[tuple[str, ...], Answer] = field(default_factory=OrderedDict)
    told: set[str] = field(default_factory=set)
    repeats: Repeats | None = None

    @classmethod
    def of(cls, done: Run, inputs: Inputs) -> Session:
        """A conversation on a finished run of base."""
        plan = done.plan
        hashes = [one.sha256 for one in inputs.files if one.path == str(plan.path)]
        return cls(done, hashes[0] if hashes else None)

    @property
    def plan(self) -> Plan:
        """The plan that is asked about."""
        return self.done.plan

    def reply(self, line: str) -> str | None:
        """What to print after a line; None where the conversation ends.

        Raises:
            InputError: The line is no command and no change, or the change is wrong; all stays as it was.
        """
        word, _, rest = line.strip().partition(" ")
        what = COMMANDS.get(word.lower())
        if what is None:
            return self.change(with_settings(self.current, settings_of(line))) if line.strip() else ""
        if what == "quit":
            return None
        if what != "save" and rest.strip():
            raise InputError(Problem(said("scenarios.typed_after", word=word, found=rest.strip())))
        ways: dict[str, Callable[[], str]] = {
            "undo": self.undo,
            "reset": lambda: self.change(()),
            "versus": self.pin,
            "show": lambda: self.table(self.current),
            "save": lambda: self.save(rest.strip()),
            "help": lambda: say(self.plan.language, "prompt_help"),
        }
        return ways[what]()

    def change(self, settings: tuple[str, ...]) -> str:
        """Other changes from now on, and their table."""
        text = self.table(settings)
        if settings != self.current:
            self.past.append(self.current)
            self.before, self.current = self.current, settings
        return text

    def undo(self) -> str:
        """Back to the changes before the last ones."""
        if not self.past:
            return say(self.plan.language, "prompt_no_past")
        earlier = self.past.pop()
        text = self.table(earlier)
        self.before, self.current = self.current, earlier
        return text

    def pin(self) -> str:
        """From now on compare with what there is now."""
        self.pinned = self.current
        return say(self.plan.language, "prompt_pinned", changes=self._label(self.current))

    def save(self, name: str) -> str:
        """Write the changes as a scenario into the plan's file."""
        if not name:
            raise InputError(Problem(said("scenarios.save_name")))
        scenario = scenario_from_settings(self.plan, self.current, name=name, label=self._label(self.current))
        self.sha256 = save_scenario(self.plan, self.sha256, name, scenario)
        first = not set(self.plan.scenarios) - {"base"}
        self.done = replace(self.done, plan=replace(self.plan, scenarios={**self.plan.scenarios, name: scenario}))
        text = say(self.plan.language, "prompt_saved", name=name, plan=str(self.plan.path))
        return "\n".join([text, *([say(self.plan.language, "prompt_built_in")] if first else [])])

    def table(self, settings: tuple[str, ...]) -> str:
        """The answer on changes beside base and what it is compared with, under warnings that were not told before."""
        columns = self._columns(settings)
        plan = self.done.prepared.plan
        scenarios = {name: plan.scenarios[name] for name in self.done.known.answers}
        for name, one in columns.items():
            scenarios[name] = scenario_from_settings(plan, one, name=name, label=self._label(one))
        answers = {name: self.answers[one] for name, one in columns.items() if one in self.answers}
        self.repeats = self.repeats or Repeats(spare_memory(plan))
        known = self._known(answers)
        done = run_scenarios(self.done.prepared, scenarios=scenarios, known=known, repeats=self.repeats)
        for name, one in columns.items():
            self._remember(one, done.known.answers[name])
        warnings = [line for line in warnings_text(done.result) if line not in self.told]
        self.told |= {*warnings}
        return "\n".join([*warnings, turn_text(done.result)])

    def _columns(self, settings: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """The changes beside base by the names of their scenarios: those compared with, and those asked for."""
        other = self.pinned
        if other is None:
            other = self.before if settings == self.current else self.current
        if not settings:
            return {}
        return {CHANGED: settings} if other in ((), settings) else {BESIDE: other, CHANGED: settings}

    def _known(self, answers: dict[str, Answer]) -> Known | None:
        """What need not be calculated; all must be where base has to hold in the scenario beside it."""
        if self.plan.horizon.stress_scenarios_must_hold:
            return None
        return Known(self.done.known.frame, {**self.done.known.answers, **answers})

    def _remember(self, settings: tuple[str, ...], answer: Answer) -> None:
        self.answers[settings] = answer
        self.answers.move_to_end(settings)
        while len(self.answers) > REMEMBERED:
            self.answers.popitem(last=False)

    def _label(self, settings: Sequence[str]) -> str:
        return ", ".join(settings) or next(iter(self.plan.scenarios.values())).label


def check_alone(settings: Sequence[str], *, others: bool) -> None:
    """Refuse what has no meaning at a prompt: several columns at once, JSON, files, an exit code.

    Raises:
        InputError: Says what to leave out.
    """
    if VERSUS in settings:
        raise InputError(Problem(said("scenarios.prompt_versus"), key="-i"))
    if others:
        raise InputError(Problem(said("scenarios.prompt_alone"), key="-i"))


def converse(session: Session, settings: Sequence[str] = ()) -> None:
    """Answer one line after another until there are no more, beginning with the settings of the command itself."""
    language = session.plan.language
    console.tell(say(language, "prompt_begin"))
    if settings:
        console.show(session.change(tuple(settings)))
    for line in lines(setting_keys(session.plan)):
        try:
            text = session.reply(line)
        except InputError as error:
            console.tell_problems(error)
            continue
        if text is None:
            return
        if text:
            console.show(text)


def lines(keys: Sequence[str]) -> Iterator[str]:
    """What is typed, line by line, with completion of keys on a terminal; or what comes through a pipe."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield from sys.stdin
        return
    _complete([*keys, *COMMANDS])
    with suppress(EOFError):
        while True:
            yield input("› ")


def _complete(words: Sequence[str]) -> None:
    """Let the tabulator complete words, where the system has readline."""
    try:
        import readline  # noqa: PLC0415  # not on every system
    except ImportError:
        return

    def completed(begun: str, place: int) -> str | None:
        found = [word for word in words if word.startswith(begun)]
        return found[place] if place < len(found) else None

    readline.set_completer_delims(" \t,;=")
    readline.set_completer(completed)
    libedit = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if libedit else "tab: complete")
