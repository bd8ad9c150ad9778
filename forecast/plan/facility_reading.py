"""The facilities of a plan, checked against the table of terms of their kinds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from forecast.plan.facility_terms import ALL_TERMS, KINDS, kinds_with, terms_of
from forecast.plan.model import Facility
from forecast.plan.terms import nearest

if TYPE_CHECKING:
    from forecast.plan.findings import Findings
    from forecast.plan.locator import KeyPath


def check_facilities(findings: Findings, channels: tuple[str, ...]) -> tuple[Facility, ...]:
    """The facilities in the plan's order; what is wrong goes to the findings and is left out.

    Two defaults depend on the rest: ``channels`` are all the plan's where the kind takes them and none are named, and
    ``limit`` is None where a kind's base alone bounds it. A facility with something ``drawn`` is signed.
    """
    if "facilities" not in findings.values:
        return ()
    facilities: list[Facility] = []
    seen: dict[str, int] = {}
    for path, table in findings.tables(findings.values["facilities"], ("facilities",)):
        facility = _facility(findings, path, table, channels)
        name = table.get("name")
        if isinstance(name, str) and name.strip() in seen:
            findings.add(
                (*path, "name"),
                f'"{name}" is the name of facility {seen[name.strip()]} too; write a name of its own for each',
            )
        elif isinstance(name, str):
            seen[name.strip()] = int(path[1]) + 1
        if facility:
            facilities.append(facility)
    return tuple(facilities)


def _facility(findings: Findings, path: KeyPath, table: dict[str, Any], channels: tuple[str, ...]) -> Facility | None:
    kind = next((known for known in KINDS if known == table.get("kind")), None)
    terms = terms_of(kind) if kind else ALL_TERMS
    good = findings.checked(table, path, terms)
    if not kind:
        findings.unknown_keys(table, path, [term.name for term in terms])
        return None
    _check_keys(findings, path, table)
    for needed in KINDS[kind].needs:
        if needed not in table:
            (term,) = (one for one in terms if one.name == needed)
            findings.missing((*path, needed), f"{needed} = … ({term.meaning})")
    _check_amounts(findings, path, table, good)
    _check_days(findings, path, good)
    for position, channel in enumerate(good.get("channels", ())):
        if channel not in channels:
            findings.add(
                (*path, "channels", position), f'"{channel}" is no channel of the plan; {nearest(channel, channels)}'
            )
    if "name" not in good:
        return None
    defaults: dict[str, Any] = {"limit": None, "signed": good.get("drawn", 0) > 0}
    if "channels" in KINDS[kind].own:
        good["channels"] = tuple(good.get("channels", channels))
    return Facility(**{**defaults, **good})


def _check_keys(findings: Findings, path: KeyPath, table: dict[str, Any]) -> None:
    """Keys that the facility's kind does not take: another kind's terms, and unknown ones."""
    kind = table["kind"]
    known = [term.name for term in terms_of(kind)]
    for key in table:
        if key in known:
            continue
        others = kinds_with(key)
        if others:
            own = ", ".join(KINDS[kind].own) or "none"
            message = f'is a term of {", ".join(others)}, not of "{kind}" (its own: {own}); leave it out'
        else:
            message = f"is no key of a plan here; {nearest(key, known)}"
        findings.add((*path, key), message, at_key=True)


def _check_amounts(findings: Findings, path: KeyPath, table: dict[str, Any], good: dict[str, Any]) -> None:
    limit = good.get("limit", math.inf)
    for name in ("drawn", "minimum_draw"):
        if good.get(name, 0) > limit:
            findings.add((*path, name), f"is {good[name]}, above limit = {limit}; write at most the limit")
    if table["kind"] == "payables_extension" and good.get("drawn", 0) > 0:
        findings.add((*path, "drawn"), "is no term of payments that move; write those deferred already in other_flows")
    for fee in ("arrangement_fee", "commitment_fee"):
        if good.get(fee, 0) > 0 and "limit" not in table and "limit" not in KINDS[table["kind"]].needs:
            findings.missing((*path, "limit"), f"limit = … (yuan), on which {fee} is charged")
    if good.get("drawn", 0) > 0 and good.get("signed") is False:
        findings.add((*path, "signed"), f"is false, yet drawn = {good['drawn']}; write signed = true, or drawn = 0")
    if good.get("repayment", "bullet") != "bullet" and "tenor_days" not in good:
        findings.missing((*path, "tenor_days"), f'tenor_days = … for repayment = "{good["repayment"]}"')


def _check_days(findings: Findings, path: KeyPath, good: dict[str, Any]) -> None:
    first, last, draw = (good.get(name) for name in ("available_from", "available_to", "draw_date"))
    if first and last and last < first:
        findings.add((*path, "available_to"), f"is {last}, before available_from = {first}; write a day on or after it")
    if draw and ((first and draw < first) or (last and draw > last)):
        findings.add((*path, "draw_date"), f"is {draw}; write a day from available_from to available_to")
