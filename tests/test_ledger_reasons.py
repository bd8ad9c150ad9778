"""Every reason for which the ledger rejects a row has words in both languages."""

from __future__ import annotations

import pytest

from forecast.ledger.columns import MONEY, READ, TIMES
from forecast.ledger.faults import faults
from forecast.ledger.reasons import reason_text, reasons


def test_every_code_of_the_ledger_has_a_text_and_no_text_is_left_over() -> None:
    of_columns = {
        fault.reason for kind in ("VARCHAR", "DOUBLE") for fault in faults(dict.fromkeys(READ, kind), ["card"])
    }
    assert set(reasons("en")) == of_columns | {"order_id_duplicate", "wrong_number_of_fields"}


def test_both_languages_have_the_same_codes() -> None:
    assert list(reasons("zh")) == list(reasons("en"))
    assert all(reasons("zh").values())


def test_columns_are_the_ledger_s() -> None:
    assert all(f"{column}_unreadable" in reasons("en") for column in TIMES)
    assert all(f"{column}_negative" in reasons("en") for column in MONEY)


def test_one_text() -> None:
    assert reason_text("zh", "refund_above_amount") == "退款金额大于订单金额"
    with pytest.raises(KeyError):
        reason_text("en", "no_such_reason")
