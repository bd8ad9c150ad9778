"""whatif -i: a conversation, scripted through standard input."""

from __future__ import annotations

import gc
import io
import signal
import sys
import tracemalloc
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from whatif_example import prepared

from forecast.commands import prompt
from forecast.commands.prompt import Session
from forecast.errors import InputError
from forecast.pipeline import run_scenarios
from forecast.plan.reading import load_plan, scenario_from_settings

if TYPE_CHECKING:
    from command_line import CommandLine, Outcome

    from forecast.pipeline import Run
    from forecast.plan.model import Language


@pytest.fixture(scope="module")
def done() -> Run:
    """Base of a small shop."""
    shop = prepared()
    return run_scenarios(shop, scenarios={"base": shop.plan.scenarios["base"]})


@pytest.fixture
def session(done: Run) -> Session:
    """A conversation that has just begun."""
    return Session(done, None)


def asked(forecast: CommandLine, monkeypatch: pytest.MonkeyPatch, typed: str, *words: str) -> Outcome:
    """What a conversation on the tiny plan says."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    return forecast("whatif", "tiny/plan.toml", "-i", "--paths", "20", *words)


def column(text: str | None, head: str) -> str:
    """The sales under a heading."""
    assert text is not None
    lines = text.splitlines()
    heads = next(line for line in lines if line.startswith("Item"))
    sales = next(line for line in lines if line.startswith("Sales mean"))
    names = heads.replace("Against ", "Against_").replace("Item (CNY)", "Item").split()
    return sales.replace("Sales mean", "Sales").split()[names.index(head)]


def test_each_answer_stands_beside_base_and_the_one_before(session: Session) -> None:
    first = session.reply("volume=1.1")
    assert "Before" not in str(first)
    second = session.reply("volume=1.2 failure_rate=5%")
    assert column(second, "Before") == column(first, "Now")
    assert column(second, "Base") == column(first, "Base")
    assert float(column(second, "Now").replace(",", "")) == pytest.approx(
        1.2 * float(column(second, "Base").replace(",", "")), rel=1e-4
    )
    assert "Now: volume=1.2, failure_rate=5%" in str(second)


def test_undo_reset_and_show_walk_through_what_was_asked(session: Session) -> None:
    first = session.reply("volume=1.1")
    session.reply("volume=1.2")
    assert column(session.reply("undo"), "Now") == column(first, "Now")
    assert column(session.reply("show"), "Now") == column(first, "Now")
    session.reply("undo")
    assert not session.current
    assert session.reply("undo") == "There is nothing to undo."
    session.reply("volume=1.1 recovery=0")
    alone = session.reply("reset")
    assert "Now" not in str(alone)
    assert not session.current
    session.reply("撤销")
    assert session.current == ("volume=1.1", "recovery=0")


def test_one_change_is_taken_away_and_the_others_stay(session: Session) -> None:
    with pytest.raises(InputError, match="nothing is changed yet"):
        session.reply("undo volume")
    session.reply("failure_rate=9% volume=1.1")
    alone = session.reply("recovery=0.5")
    session.reply("undo volume")
    assert list(session.current) == ["failure_rate=9%", "recovery=0.5"]
    assert column(session.reply("undo"), "Now") == column(alone, "Now"), "which is a step like any other"
    with pytest.raises(InputError, match="changed are: failure_rate, volume, recovery"):
        session.reply("撤销 settlement_delay")
    session.reply("undo failure_rate")
    session.reply("failure_rate.baitiao.clearing=5% failure_rate.card=4%")
    session.reply("undo failure_rate.baitiao")
    assert list(session.current) == ["volume=1.1", "recovery=0.5", "failure_rate.card=4%"]


def test_vs_keeps_the_other_column(session: Session) -> None:
    pinned = session.reply("volume=1.3")
    session.reply("vs")
    session.reply("volume=1.4")
    later = session.reply("volume=1.5")
    assert column(later, "Other") == column(pinned, "Now")
    assert "Against other" in str(later)
    assert "Before" not in str(later)


def test_an_answer_is_what_a_what_if_says(session: Session, done: Run) -> None:
    session.reply("opening_balance=500 failure_rate=9%")
    session.reply("finance")
    settings = ("opening_balance=500", "failure_rate=9%")
    scenarios = {
        "base": done.plan.scenarios["base"],
        "whatif": scenario_from_settings(done.plan, settings),
    }
    alone = run_scenarios(done.prepared, scenarios=scenarios)
    assert session.answers[settings].answer.result == alone.known.answers["whatif"].result


def test_the_command_s_changes_begin_and_a_wrong_line_changes_nothing(
    forecast: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    forecast.copy_tiny()
    typed = "foo\nvolume.nowhere=2\nfailure_rate=nine\nvs now\nundo recovery\nsave\n\nshow\n"
    ended = asked(forecast, monkeypatch, typed, "--set", "volume=1.1")
    assert ended.code == 2, "what came through a pipe was not all understood"
    assert "--set" not in ended.err, "nothing of it was an option"
    assert ended.out.count("Now: volume=1.1\n") == 2
    for told in (
        "foo is no change and no command",
        "volume.nowhere",
        "failure_rate",
        "vs stands alone",
        "recovery",
        "save NAME",
    ):
        assert told in ended.err


def test_a_scenario_is_saved_once_and_gives_the_same_figures(
    forecast: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    forecast.copy_tiny()
    typed = "volume=1.1 settlement_delay=1\nsave rush\nsave rush\nvolume=1.2\nsave run_off\nsave rush2\n"
    ended = asked(forecast, monkeypatch, typed)
    assert "The scenario rush stands in" in ended.out
    assert "The scenario rush2 stands in" in ended.out, "a file that the conversation itself has changed is its own"
    assert "has a scenario rush already" in ended.err
    assert asked(forecast, monkeypatch, "volume=1.2\nshow\n").code == 0
    assert "has a scenario run_off already" in ended.err
    plan = load_plan(forecast.folder / "tiny" / "plan.toml")
    assert plan.scenarios["rush"].label == "rush", "it is printed by the name it was given"
    again = asked(forecast, monkeypatch, "volume=1.1 settlement_delay=1\nquit\nvolume=3\n").out
    assert again in ended.out
    assert "volume=3" not in again


def test_another_confidence_is_answered_as_the_edited_plan_has_it(session: Session, done: Run) -> None:
    told = str(session.reply("confidence=80%"))
    assert "Lowest cash at 95% / 80%" in told
    answer = session.answers["confidence=80%",].answer.result
    plan = replace(done.plan, horizon=replace(done.plan.horizon, confidence=0.8))
    edited = run_scenarios(replace(done.prepared, plan=plan), scenarios={"base": plan.scenarios["base"]}).result.base
    assert (answer.buffer.amount, answer.lowest_cash) == (edited.buffer.amount, edited.lowest_cash)
    assert answer.buffer.amount < done.result.base.buffer.amount
    assert answer.financing is not None
    assert edited.financing is not None
    assert answer.financing.recommended.mix == edited.financing.recommended.mix
    assert answer.confidence == 0.8
    with pytest.raises(InputError, match="has confidence as keys of its own"):
        session.reply("save brave")


def test_labels_stand_for_names_and_a_name_to_save_may_stand_in_quotes(session: Session) -> None:
    channels = {**session.plan.channels, "baitiao": replace(session.plan.channels["baitiao"], label="京东白条")}
    labelled = Session(replace(session.done, plan=replace(session.plan, channels=channels)), None)
    labelled.reply("refund_rate.京东白条=5%")
    labelled.reply("refund_rate.baitiao=6%")
    assert labelled.current == ("refund_rate.baitiao=6%",)
    for name in ('""', "''", "' '"):
        with pytest.raises(InputError, match="save NAME"):
            labelled.reply(f"save {name}")


def test_options_that_mean_nothing_at_a_prompt_are_refused(
    forecast: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    forecast.copy_tiny()
    for words in (("--json",), ("--strict",), ("--out", "there"), ("--set", "volume=2", "--vs", "--set", "volume=3")):
        refused = asked(forecast, monkeypatch, "volume=1.1\n", *words)
        assert (refused.code, refused.out) == (2, "")
        assert "-i" in refused.err
    missing = forecast("whatif", "tiny/plan.toml", "--language", "en")
    assert missing.code == 2
    assert "--set" in missing.err


def test_help_is_in_the_plan_s_language(session: Session, done: Run) -> None:
    chinese = Session(replace(done, plan=replace(done.plan, language="zh")), None)
    assert "save NAME" in str(session.reply("help"))
    assert "写入计划文件" in str(chinese.reply("帮助"))
    with pytest.raises(InputError, match="please"):
        session.reply("quit please")
    assert session.reply("quit") is None


def test_an_answer_says_how_it_was_financed_until_the_choice_is_made_anew(session: Session) -> None:
    quick = "Financing: base's mix, its limits sized anew"
    assert quick in str(session.reply("volume=0.9"))
    chosen = session.reply("融资")
    assert "Financing:" not in str(chosen)
    assert "Financing:" not in str(session.reply("show")), "what is chosen is kept"
    none = session.reply("minimum_balance=900000")
    assert "Financing: not chosen." in str(none)
    assert "no facilities suffice" in str(session.reply("finance"))


def test_a_warning_is_told_once_and_then_counted(session: Session) -> None:
    warning, counted = "WARNING change_without_effect", "Warnings told above already: "
    first = str(session.reply("settlement_delay.card=1"))
    assert warning in first
    assert counted not in first
    second, third = str(session.reply("volume=0.9")), str(session.reply("volume=0.8"))
    assert warning not in second
    assert "change_without_effect" in second.split(counted)[1].splitlines()[0]
    assert "WARNING" not in third, "a figure makes no other warning"
    assert counted + str(first.count("WARNING") + second.count("WARNING")) in third
    assert warning in str(session.reply("show"))
    assert warning in str(session.reply("settlement_delay.card=2")), "of another change it is another warning"


def test_what_takes_the_place_of_another_key_is_said(session: Session) -> None:
    session.reply("volume.baitiao=1.2 recovery=0.5")
    assert "volume=1.1 takes the place of volume.baitiao=1.2" in str(session.reply("volume=1.1"))
    assert "takes the place" not in str(session.reply("volume=1.2")), "the same key takes a new value"
    flop = session.reply("flop=0.8")
    assert "flop=0.8 takes the place of volume=1.2" in str(flop)
    assert session.current == ("recovery=0.5", "flop=0.8")
    session.reply("planned_volume=1.1")
    assert session.current == ("recovery=0.5", "planned_volume=1.1")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("volume=1.2 volume.baitiao=1.4", "volume.baitiao"),
        ("volume.baitiao=1.4 volume=1.2", "volume"),
        ("volume=1.2 volume=1.3", "volume"),
        ("flop=0.6 volume=0.9", "flop"),
        ("planned_volume=1.1 flop=0.6", "flop"),
        ("failure_rate=5% failure_rate.clearing=2%", "failure_rate.clearing"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_keys_of_one_line_that_cannot_stand_together_are_refused_as_on_the_command_line(
    session: Session, line: str, told: str, language: Language
) -> None:
    session = Session(replace(session.done, plan=replace(session.plan, language=language)), None)
    session.reply("volume=1.1 recovery=0.5")
    with pytest.raises(InputError) as at_prompt:
        session.reply(line)
    with pytest.raises(InputError) as as_options:
        scenario_from_settings(session.plan, line.split(" "))
    assert [one.message for one in at_prompt.value.problems] == [one.message for one in as_options.value.problems]
    assert [one.key for one in at_prompt.value.problems] == [told]
    assert session.current == ("volume=1.1", "recovery=0.5"), "all stays as it was"


def test_a_change_of_the_command_in_wide_signs_is_replaced_as_any_other(session: Session) -> None:
    session.begin(["volume＝１．１"])
    session.reply("volume=1.2")
    assert session.current == ("volume=1.2",)


def test_a_later_rate_for_all_holds_for_channels_named_before(session: Session, done: Run) -> None:
    chinese = Session(replace(done, plan=replace(done.plan, language="zh")), None)
    for one, said in ((session, "takes the place of"), (chinese, "取代了之前的")):
        one.reply("failure_rate.baitiao=20% refund_rate.card=3%")
        told = str(one.reply("failure_rate=5%"))
        assert f"failure_rate=5% {said} failure_rate.baitiao=20%" in told
        assert one.current == ("refund_rate.card=3%", "failure_rate=5%")
        changes = one.answers[one.current].answer.result.changes
        assert "failure_rate.baitiao = 0.05" in changes
    session.reply("failure_rate.baitiao=20% failure_rate=6%")
    assert "failure_rate.baitiao = 0.2" in session.answers[session.current].answer.result.changes, "of one line both"


def test_undo_of_a_key_takes_away_what_was_typed_with_it(session: Session, done: Run) -> None:
    chinese = Session(replace(done, plan=replace(done.plan, language="zh")), None)
    for one, said in ((session, "Taken away: "), (chinese, "已去掉：")):
        one.reply("failure_rate.baitiao=20% failure_rate=5% failure_rate.card.clearing=1%")
        assert said not in str(one.reply("undo failure_rate"))
        assert one.current == ("failure_rate.baitiao=20%", "failure_rate.card.clearing=1%")
        told = str(one.reply("undo failure_rate"))
        assert said in told
        assert "failure_rate.baitiao=20%" in told
        assert "failure_rate.card.clearing=1%" in told
        assert not one.current


def test_what_a_chinese_keyboard_types_is_understood(session: Session) -> None:
    session.reply("volume＝１．１，failure_rate＝9％")
    assert session.current == ("volume=1.1", "failure_rate=9％")
    assert session.answers[session.current].answer.result.changes[:2] == ["volume = 1.1", "failure_rate.baitiao = 0.09"]
    assert session.reply("？") == session.reply("help")


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_leaves_a_calculation_and_the_conversation_goes_on(
    session: Session, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Typed(io.StringIO):
        def isatty(self) -> bool:
            return True

    def pressed(self: Session) -> str:
        signal.raise_signal(signal.SIGINT)
        return self.table(self.current)

    monkeypatch.setattr(Session, "show", pressed)
    monkeypatch.setattr(sys, "stdin", Typed("volume=1.1\nshow\nfoo\nundo\n"))
    assert prompt.converse(session) == 0, "at a terminal a wrong line is corrected"
    told = capsys.readouterr()
    assert "Left; the changes are as they were." in told.err
    assert told.out.count("Item") == 2, "after it the next line is answered"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_many_questions_in_a_row_take_no_more_memory(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompt, "REMEMBERED", 3)

    def ask(times: int) -> int:
        for place in range(times):
            session.reply(f"volume={1 + place / 100}")
        gc.collect()  # what is in a circle of references goes when it is looked for
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        early, late = ask(4), ask(8)
    finally:
        tracemalloc.stop()
    assert len(session.answers) == 3
    assert late < early + 200_000
