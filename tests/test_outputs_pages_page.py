"""Pages from templates: filled, escaped, and strict about what they need."""

from __future__ import annotations

import jinja2
import pytest
from study_examples import example_review

from forecast.outputs.pages.page import page
from forecast.outputs.pages.review import review_data
from forecast.texts import Texts


def test_a_page_escapes_what_users_wrote_and_forbids_loading_anything() -> None:
    html = page("study.html.j2", review_data(example_review(merchant="<b>Söhne</b>")) | {"charts": {}}, Texts("en"))
    assert "&lt;b&gt;Söhne&lt;/b&gt;" in html
    assert "<b>Söhne" not in html
    assert "default-src 'none'" in html


def test_what_the_context_lacks_is_an_error_and_no_empty_place() -> None:
    with pytest.raises(jinja2.UndefinedError, match="title"):
        page("study.html.j2", {}, Texts("en"))
