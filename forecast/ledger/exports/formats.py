"""All formats of exports that are read. A new one is a file in ``platforms/`` and a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, said
from forecast.ledger.exports.platforms import alipay, bank, douyin, jd, own, pinduoduo, shopify, taobao, wechat
from forecast.plan.terms import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.ledger.exports.layouts import Format

FORMATS: tuple[Format, ...] = (
    *taobao.FORMATS,
    *jd.FORMATS,
    *alipay.FORMATS,
    *wechat.FORMATS,
    *douyin.FORMATS,
    *pinduoduo.FORMATS,
    *bank.FORMATS,
    *own.FORMATS,
    *shopify.FORMATS,
)
"""In the order in which they are listed."""

NAMES: tuple[str, ...] = tuple(dict.fromkeys(one.name for one in FORMATS))
"""What ``format = "…"`` of a plan may be."""


def named(name: str, formats: Sequence[Format] = FORMATS, shown: str = "") -> tuple[Format, ...]:
    """The forms of a format; ``shown`` is the file that it was named for.

    Raises:
        InputError: There is no format of that name; lists those that there are.
    """
    forms = tuple(one for one in formats if one.name == name)
    if not forms:
        hint = nearest(name, dict.fromkeys(one.name for one in formats))
        raise InputError(Problem(said("formats.unknown", name=name, hint=hint), shown, key="format"))
    return forms
