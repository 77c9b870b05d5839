"""Markdown that somebody wrote comes out safe; spreadsheet text comes back as it was."""

from __future__ import annotations

import pytest

from lamppost.base.markup import plain_lines, plain_markdown, render_markdown
from lamppost.base.spreadsheet import guard, unguard


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# Top", "<h3>Top</h3>\n"),
        ("### Only", "<h3>Only</h3>\n"),
        ("# A\n### B\n###### C", "<h3>A</h3>\n<h4>B</h4>\n<h5>C</h5>\n"),
        ("## B\n# A\n## C", "<h3>B</h3>\n<h3>A</h3>\n<h4>C</h4>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("a\nb", "<p>a<br>\nb</p>\n"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"),
        ("![p](http://x/y.png)", "<p></p>\n"),
        (
            "[x](https://example.org)",
            '<p><a href="https://example.org" rel="nofollow noopener noreferrer">x</a></p>\n',
        ),
    ],
)
def test_markdown(text: str, html: str) -> None:
    assert render_markdown(text) == html


@pytest.mark.parametrize(
    "text",
    ["[x](javascript:alert(1))", "[x](data:text/html,x)", "<script>x</script>", "<img src=x>"],
)
def test_markdown_makes_no_way_for_script(text: str) -> None:
    html = render_markdown(text)
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html


@pytest.mark.parametrize("text", ["=1+1", "'=1", "'quoted", "", "-5", "''@x", "plain"])
def test_guard_comes_off_again(text: str) -> None:
    assert not guard(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert unguard(guard(text)) == text


def test_plain_words_have_no_marks():
    text = "## Why\n\nThe *lamps* & [the plan](https://city.example):\n\n- old\n- `dim`\n\n<b>x</b>"
    assert plain_markdown(text) == "Why The lamps & the plan: old dim <b>x</b>"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("## Hello\n\nBring **a** lamp\nand *shoes*.", "Hello\n\nBring a lamp\nand shoes."),
        ("- one\n- two\n  1. a\n  2. b\n\nEnd", "- one\n- two\n  1. a\n  2. b\n\nEnd"),
        ("[The map](https://a.org) & <https://b.org>", "The map (https://a.org) & https://b.org"),
        ("2 < 3 and a_b_c `code`", "2 < 3 and a_b_c code"),
        ("", ""),
    ],
)
def test_plain_lines_keep_lines_and_drop_marks(written: str, read: str) -> None:
    assert plain_lines(written) == read
