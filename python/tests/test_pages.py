"""The pages about Python: what they show is what happens."""

import doctest
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent.parent / "docs"


@pytest.mark.parametrize("page", ["python-functions.md", "python-sessions.md"])
def test_a_page_shows_what_happens(page: str) -> None:
    text = (DOCS / page).read_text()
    # A fence would be taken for a line of output.
    lines = ["" if line.startswith("```") else line for line in text.split("\n")]
    test = doctest.DocTestParser().get_doctest("\n".join(lines), {}, page, page, 0)
    assert len(test.examples) > 4
    failed: list[str] = []
    doctest.DocTestRunner().run(test, out=failed.append)
    assert not failed, "".join(failed)
