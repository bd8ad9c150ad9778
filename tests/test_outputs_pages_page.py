"""Pages from templates: filled, escaped, and strict about what they need."""

from __future__ import annotations

from dataclasses import fields

import jinja2
import pytest
from study_examples import example_review

from forecast.outputs.pages.page import Page, filled
from forecast.outputs.pages.review import review_html, review_page
from forecast.texts import Texts


def test_a_page_escapes_what_users_wrote_and_forbids_loading_anything() -> None:
    html = review_html(example_review(merchant="<b>Söhne</b>"))
    assert "&lt;b&gt;Söhne&lt;/b&gt;" in html
    assert "<b>Söhne" not in html
    assert "default-src 'none'" in html


def test_what_the_page_lacks_is_an_error_and_no_empty_place() -> None:
    whole = review_page(example_review())
    plain = Page(**{one.name: getattr(whole, one.name) for one in fields(Page)})
    with pytest.raises(jinja2.UndefinedError, match="sections"):
        filled("study.html.j2", plain, Texts("en"))
