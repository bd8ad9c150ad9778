"""``whatif -i``: one change after another on a forecast that stays in memory, each answer beside base and another.

An answer comes with base's mix of facilities sized anew where it holds: the search for the cheapest mix takes longer
than all else, and ``finance`` asks for it.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from forecast.commands import console
from forecast.commands.interrupts import Cancelled, Cancelling
from forecast.commands.mix_kept import with_mix_kept
from forecast.commands.options import SET, VERSUS
from forecast.commands.texts import say
from forecast.commands.typed_lines import typed_lines
from forecast.commands.whatif import CHANGED, Beside, turn_text, warnings_by_key
from forecast.errors import InputError, Listed, Problem, said
from forecast.pipeline import Known, compared, run_scenarios
from forecast.plan.labels import by_names, parted, steps_of
from forecast.plan.reading import scenario_from_settings
from forecast.plan.saving import save_scenario
from forecast.plan.setting_lines import of_key, replaced, setting_keys, settings_of, with_settings
from forecast.plan.settings import plain_signs
from forecast.plausibility.size import spare_memory
from forecast.records import rounded
from forecast.repeats import Repeats
from forecast.scenarios import shocks
from forecast.signals import uninterrupted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forecast.cash import CashCase
    from forecast.commands.mix_kept import Kept
    from forecast.outputs.manifest import Inputs
    from forecast.pipeline import Answer, Run
    from forecast.plan.model import Plan, Scenario
    from forecast.results.run import Result
    from forecast.simulated import Simulated

BESIDE = "beside"
"""The name of the scenario that an answer is compared with, beside base."""

REMEMBERED = 16
"""How many answers are kept, so that one that is asked for again need not be calculated."""

BLOCKS = 3
"""Simulations of each channel that are kept for the questions that come."""

WRONG_LINES = 2
"""The exit code where what came through a pipe held a line that could not be understood: that of wrong input."""

COMMANDS = {
    "undo": "undo",
    "撤销": "undo",
    "reset": "reset",
    "重来": "reset",
    "vs": "versus",
    "对比": "versus",
    "show": "show",
    "显示": "show",
    "finance": "finance",
    "融资": "finance",
    "save": "save",
    "保存": "save",
    "help": "help",
    "?": "help",
    "？": "help",
    "帮助": "help",
    "quit": "quit",
    "exit": "quit",
    "退出": "quit",
}
"""What may be typed, in both languages, and what it does."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """An answer, and how it was financed where that is no choice of its own (``kept``)."""

    answer: Answer
    kept: Kept | None


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
    answers: OrderedDict[tuple[str, ...], Remembered] = field(default_factory=OrderedDict)
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
            return self.typed(line) if line.strip() else ""
        if what not in {"save", "undo"} and rest.strip():
            raise InputError(Problem(said("scenarios.typed_after", word=word, found=rest.strip())))
        if what == "quit":
            return None
        ways: dict[str, Callable[[], str]] = {
            "undo": lambda: self.leave_out(rest.strip()) if rest.strip() else self.undo(),
            "reset": lambda: self.change(()),
            "versus": self.pin,
            "show": self.show,
            "finance": self.finance,
            "save": lambda: self.save(rest.strip()),
            "help": lambda: say(self.plan.language, "prompt_help"),
        }
        return ways[what]()

    def typed(self, line: str) -> str:
        """The changes of a line on top of those there are; what they take the place of is named.

        Raises:
            InputError: As ``reply``.
        """
        try:
            more = self._named(settings_of(line))
            gone, text = replaced(self.current, more), self.change(with_settings(self.current, more))
        except InputError as error:  # what is typed here is no option of the command
            typed = [replace(one, file="") if one.file == SET else one for one in error.problems]
            raise InputError(typed, error.language) from None
        swapped = [say(self.plan.language, "prompt_replaced", old=old, new=new) for old, new in gone]
        return "\n".join([*swapped, text])

    def _named(self, settings: Sequence[str]) -> tuple[str, ...]:
        """Changes with names of the plan in place of labels, so that the later takes the place of the earlier."""
        named = [by_names(self.plan, plain_signs(one)) for one in settings]
        wrong = [problem for _, problem in named if problem]
        if wrong:
            raise InputError(wrong)
        return tuple(setting for setting, _ in named)

    def change(self, settings: tuple[str, ...]) -> str:
        """Other changes from now on, and their table."""
        text = self.table(settings)
        if settings != self.current:
            self.past.append(self.current)
            self.before, self.current = self.current, settings
        return text

    def begin(self, settings: Sequence[str]) -> str:
        """The table of the changes that the command itself was given."""
        return self.change(self._named(settings))

    def undo(self) -> str:
        """Back to the changes before the last ones."""
        if not self.past:
            return say(self.plan.language, "prompt_no_past")
        earlier = self.past[-1]
        text = self.table(earlier)
        self.past.pop()
        self.before, self.current = self.current, earlier
        return text

    def leave_out(self, key: str) -> str:
        """The changes but for what was typed with a key, and their table; changes of keys below it are named.

        Raises:
            InputError: None of the changes is of that key, or of one below it.
        """
        (setting,) = self._named([f"{key}="])
        gone = of_key(self.current, setting)
        if not gone:
            known = Listed(tuple(parted(one)[0] for one in self.current))
            message = said("scenarios.undo_key", known=known) if self.current else said("scenarios.undo_none")
            raise InputError(Problem(message, key=key))
        text = self.change(tuple(one for one in self.current if one not in gone))
        if all(steps_of(one) == steps_of(setting) for one in gone):
            return text
        return "\n".join([say(self.plan.language, "prompt_taken_away", changes=", ".join(gone)), text])

    def show(self) -> str:
        """The table once more, with every warning."""
        told, self.told = self.told, set()
        text = self.table(self.current)
        self.told |= told
        return text

    def finance(self) -> str:
        """The table with its financing chosen anew, as ``forecast whatif`` chooses it."""
        return self.table(self.current, chosen=True)

    def pin(self) -> str:
        """From now on compare with what there is now."""
        self.pinned = self.current
        return say(self.plan.language, "prompt_pinned", changes=self._label(self.current))

    def save(self, name: str) -> str:
        """Write the changes as a scenario into the plan's file, by whose name it is printed."""
        name = name[1:-1] if name[:1] in {'"', "'"} and name[:1] == name[1:][-1:] else name
        if not name.strip():
            raise InputError(Problem(said("scenarios.save_name")))
        scenario = scenario_from_settings(self.plan, self.current, name=name, label=name)
        first = not set(self.plan.scenarios) - {"base"}
        with uninterrupted():
            self.sha256 = save_scenario(self.plan, self.sha256, name, scenario)
            self.done = replace(self.done, plan=replace(self.plan, scenarios={**self.plan.scenarios, name: scenario}))
        text = say(self.plan.language, "prompt_saved", name=name, plan=str(self.plan.path))
        return "\n".join([text, *([say(self.plan.language, "prompt_built_in")] if first else [])])

    def table(self, settings: tuple[str, ...], *, chosen: bool = False) -> str:
        """The answer on changes beside base and what it is compared with, under warnings that were not told before.

        Its financing is ``chosen`` anew, or base's mix sized anew where that holds and nothing better is known.
        """
        columns = self._columns(settings)
        plan = self.done.prepared.plan
        scenarios = {name: plan.scenarios[name] for name in self.done.known.answers}
        for name, one in columns.items():
            scenarios[name] = scenario_from_settings(plan, one, name=name)
        found = {name: self.answers[one] for name, one in columns.items() if one in self.answers}
        if chosen and CHANGED in found and found[CHANGED].kept:
            del found[CHANGED]
        kept = {name: one.kept for name, one in found.items()}

        def financed(
            plan: Plan, scenario: Scenario, one: Simulated, stresses: Sequence[tuple[Scenario, CashCase]]
        ) -> Answer:
            name, base = scenario.name, self.done.known.answers["base"]
            asks = chosen or name == "base" or scenario.confidence is not None
            quick = None if asks else with_mix_kept(base, plan, one)
            answer, kept[name] = quick or (compared(plan, scenario, one, stresses), None)
            return answer

        known = self._known({name: one.answer for name, one in found.items()})
        done = run_scenarios(
            self.done.prepared, scenarios=scenarios, known=known, repeats=self._repeats(), financed=financed
        )
        for name, one in columns.items():
            self._remember(one, Remembered(done.known.answers[name], kept[name]))
        return self._shown(done.result, kept.get(CHANGED))

    def _shown(self, result: Result, kept: Kept | None) -> str:
        """The table under new warnings and a count of those told before, and over what its financing is."""
        language, warnings = self.plan.language, warnings_by_key(result)
        new = [line for key, line in warnings.items() if key not in self.told]
        codes = dict.fromkeys(key.partition(" ")[0] for key in warnings if key in self.told)
        again = len(warnings) - len(new)
        counted = [say(language, "prompt_told", count=again, codes=", ".join(codes))] if again else []
        self.told |= {*warnings}
        text = turn_text(rounded(result), Beside.OTHER if self.pinned is not None else Beside.BEFORE)
        below = [] if kept is None else ["", say(language, f"prompt_kept_{kept}")]
        return "\n".join([*new, *counted, text, *below])

    def _columns(self, settings: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """The changes beside base by the names of their scenarios: those compared with, and those asked for."""
        other = self.pinned
        if other is None:
            other = self.before if settings == self.current else self.current
        if not settings:
            return {}
        return {CHANGED: settings} if other in ((), settings) else {BESIDE: other, CHANGED: settings}

    def warm_up(self) -> None:
        """Simulate base, whose channels most questions leave as they are, before the first question."""
        prepared = self.done.prepared
        changes = shocks(prepared.plan.scenarios["base"], prepared.plan, prepared.days)
        for _ in self._repeats().blocks(prepared.engine, changes):
            pass

    def _repeats(self) -> Repeats:
        if self.repeats is None:
            self.repeats = Repeats(spare_memory(self.plan), most=BLOCKS)
        return self.repeats

    def _known(self, answers: dict[str, Answer]) -> Known | None:
        """What need not be calculated; all must be where base has to hold in the scenario beside it."""
        if self.plan.horizon.stress_scenarios_must_hold:
            return None
        return Known(self.done.known.frame, {**self.done.known.answers, **answers})

    def _remember(self, settings: tuple[str, ...], answer: Remembered) -> None:
        self.answers[settings] = answer
        self.answers.move_to_end(settings)
        while len(self.answers) > REMEMBERED:
            self.answers.popitem(last=False)

    def _label(self, settings: Sequence[str]) -> str:
        base = next(iter(self.plan.scenarios.values()))
        return scenario_from_settings(self.plan, settings).label if settings else base.label


def check_alone(settings: Sequence[str], *, others: bool) -> None:
    """Refuse what has no meaning at a prompt: several columns at once, JSON, files, an exit code.

    Raises:
        InputError: Says what to leave out.
    """
    if VERSUS in settings:
        raise InputError(Problem(said("scenarios.prompt_versus"), key="-i"))
    if others:
        raise InputError(Problem(said("scenarios.prompt_alone"), key="-i"))


def converse(session: Session, settings: Sequence[str] = ()) -> int:
    """Answer one line after another until there are no more, beginning with the settings of the command itself.

    On a terminal Ctrl-C leaves the line, or the calculation, and no more. Gives the exit code: see ``WRONG_LINES``.
    """
    language, wrong = session.plan.language, False
    session.warm_up()
    console.tell(say(language, "prompt_begin"))
    if settings:
        console.show(session.begin(settings))
    typed = sys.stdin.isatty()
    with Cancelling.on_ctrl_c(wanted=typed) as ctrl_c:
        for line in typed_lines([*setting_keys(session.plan), *COMMANDS], ctrl_c):
            try:
                with ctrl_c.heeded():
                    text = session.reply(line)
            except Cancelled:
                console.tell(say(language, "prompt_cancelled"))
                continue
            except InputError as error:
                wrong = True
                console.tell_problems(error)
                continue
            if text is None:
                break
            if text:
                console.show(text)
    return WRONG_LINES if wrong and not typed else 0
