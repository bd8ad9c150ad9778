"""playbook.toml is read strictly: what is missing, unknown or wrong is told with its line and what to write."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
from playbook_shop import playbook, template
from stress_shop import shop_plan

from forecast.errors import InputError
from forecast.plan.changes import CAUSES
from forecast.plan.playbook_file import Faulty, load_playbook, playbook_beside

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.errors import Problem


def problem(*changes: tuple[str, str]) -> Problem:
    """The one problem of a playbook with texts replaced."""
    with pytest.raises(InputError) as caught:
        playbook(*changes)
    (found,) = caught.value.problems
    return found


def without(header: str) -> tuple[str, str]:
    """The table of a header, which is taken out."""
    found = re.search(rf"{re.escape(header)}\n(?:[^\n\[][^\n]*\n)*", template())
    assert found
    return found[0], ""


def test_a_new_playbook_is_whole_and_says_what_is_to_be_filled_in() -> None:
    read = playbook()
    assert tuple(read.causes) == CAUSES
    assert list(read.providers) == ["baitiao", "wechat"]
    assert list(read.lenders) == ["overdraft", "receivables_finance"]
    assert read.basics.reviewed == dt.date(2026, 10, 18)
    lines = template().splitlines()
    assert all("to fill in" in lines[one.line - 1] for one in read.unfilled)
    assert len(read.unfilled) == sum("to fill in" in line for line in lines if not line.startswith("#"))
    assert read.unfilled[0].key == "people.lead.name"


def test_what_is_filled_in_is_no_longer_told() -> None:
    before = playbook().unfilled
    after = playbook(("to fill in: name of who leads", "Li Lei")).unfilled
    assert [one.key for one in before if one not in after] == ["people.lead.name"]


@pytest.mark.parametrize(
    ("header", "key", "write"),
    [
        ('[providers."wechat"]', "providers.wechat", "[providers.wechat] with contact = …, phone = …"),
        ('[lenders."overdraft"]', "lenders.overdraft", "[lenders.overdraft] with contact = …, phone = …"),
    ],
)
def test_a_missing_entry_says_what_to_write(header: str, key: str, write: str) -> None:
    found = problem(without(header))
    assert (found.key, found.line is not None) == (key, True)
    assert write in str(found)


def test_a_missing_cause_and_a_missing_key_are_told() -> None:
    start, end = template().index("[causes.clearing]"), template().index("# Log of")
    assert "[causes.clearing] with signs = …, steps = …" in str(problem((template()[start:end], "")))
    found = problem(('phone = "to fill in: mobile"\nduty = "answers', 'duty = "answers'))
    assert found.key == "people.service.phone"
    assert template().splitlines()[(found.line or 0) - 1] == "[people.service]"


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        ("moved_orders_lost", "moved_order_lost", "moved_order_lost", 'write "moved_orders_lost"'),
        ('acts = ["engineering", "lead"', 'acts = ["enginering", "lead"', "causes.integration.acts[1]", "engineering"),
        ("received: {refund}", "received: {refnd}", "causes.integration.refund", 'write "refund"'),
        ('checkout: {move}"', 'checkout: {move"', "causes.integration.instalments", "braces"),
        ('provider = "wechat"', 'provider = "wechatt"', "rules[2].provider", 'write "wechat"'),
        ("reviewed = 2026-10-18", 'reviewed = "soon"', "reviewed", "2026-10-18"),
        ("reviewed = 2026-10-18", "reviewed = 2099-12-31", "reviewed", "lies in the future"),
    ],
)
def test_what_is_wrong_is_told_with_its_key(old: str, new: str, key: str, says: str) -> None:
    text = template()
    at = text.rindex(old) if old.startswith("reviewed") or old == "moved_orders_lost" else text.index(old)
    found = problem((text, text[:at] + new + text[at + len(old) :]))
    assert found.key == key
    assert says in str(found)
    assert found.line == text[:at].count("\n") + 1


def test_an_alarm_rate_of_nothing_is_refused() -> None:
    steps = re.search(r"\[causes\.integration\]\n", template())
    assert steps
    found = problem((steps[0], f"{steps[0]}alarm_rate = 0.0\n"))
    assert found.key == "causes.integration.alarm_rate"
    assert playbook((steps[0], f"{steps[0]}alarm_rate = 0.001\n")).causes["integration"].alarm_rate == 0.001


def test_a_playbook_that_is_not_there_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--new makes one"):
        load_playbook(shop_plan(), tmp_path / "playbook.toml")


def test_the_log_must_hold_a_rule_and_is_told_in_order() -> None:
    text = template()
    start = text.index("[[rules]]")
    found = problem((text[start:], ""))
    assert found.key == "rules"
    assert 'date = …, provider = "baitiao", text = …' in str(found)
    assert "缺少此项；请写上 [[rules]]（至少一条支付机构规则），其下写 date = …" in found.text("zh")
    late = playbook(('date = 2026-10-18\nprovider = "baitiao"', 'date = 2026-10-19\nprovider = "baitiao"'))
    assert [one.provider for one in late.rules] == ["wechat", "baitiao"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('phone = "to fill in: mobile"', "phone = 138", 'such as "138 0000 0000"'),
        ('name = "to fill in: name of who leads"', "name = 5", 'such as "Li Lei"'),
        ('contact = "to fill in: whom to call there"', "contact = true", 'such as "duty desk for merchants"'),
        ("[causes.clearing]", "[causes.clearin]", 'is no key of a playbook here; write "clearing"'),
    ],
)
def test_what_to_write_is_a_playbooks_and_no_plans(old: str, new: str, says: str) -> None:
    text = template().replace(old, new, 1)
    with pytest.raises(InputError) as caught:
        playbook((template(), text))
    told = "\n".join(map(str, caught.value.problems))
    assert says in told
    assert "bank_line" not in told
    assert '"baitiao"' not in told
    assert "plan here" not in told


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04", "not a playbook"),
        (b"PAR1", "not a playbook"),
        ("x".encode("utf-16"), "save the playbook"),
        (b"reviewed = \xff", "save the playbook"),
    ],
)
def test_what_is_no_text_is_no_playbook(content: bytes, says: str, tmp_path: Path) -> None:
    file = tmp_path / "playbook.toml"
    file.write_bytes(content)
    with pytest.raises(InputError, match=says):
        load_playbook(shop_plan(), file)


def test_what_does_without_a_playbook_is_told_that_it_is_missing_or_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "playbook.toml"
    assert playbook_beside(shop_plan(), path) is None
    path.write_text(template(), encoding="utf-8")
    assert playbook_beside(shop_plan(), path) == load_playbook(shop_plan(), path)
    for wrong in (b"reviewed = ", b"\xff\xfe\x00", b"reviewed = 1\nnothing = 2\n"):
        path.write_bytes(wrong)
        found = playbook_beside(shop_plan(), path)
        assert isinstance(found, Faulty)
        assert found.problems
    path.unlink()
    path.mkdir()
    assert isinstance(playbook_beside(shop_plan(), path), Faulty)
