"""playbook.json: what is written can be read again."""

from __future__ import annotations

import json

from playbook_shop import kept_playbook

from forecast.records import json_text, plain, read
from forecast.results.playbook import PlaybookResult


def test_what_is_written_can_be_read_again() -> None:
    written = json.loads(json_text(kept_playbook()))
    assert plain(read(PlaybookResult, written)) == written
    assert {"causes", "people", "providers", "lenders", "rules", "unfilled", "arranged"} <= set(written)
