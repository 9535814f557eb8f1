"""What is known of tables, views, templates and functions, and of tables that others write."""

from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import write_deltalake

import belvedere as bv
from belvedere.arguments import ArgumentError

ORDERS = pa.schema(
    [
        pa.field("id", pa.int64(), nullable=False),
        pa.field("customer", pa.string()),
        pa.field("amount", pa.decimal128(12, 2)),
    ]
)


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """A table that another program has written."""
    rows = {"id": [1], "customer": ["a"], "amount": [None]}
    place = tmp_path / "data" / "orders"
    write_deltalake(place, pa.table(rows, schema=ORDERS))
    return place


def test_a_view_is_shown_with_all_that_is_known_of_it(rt: bv.Runtime) -> None:
    shown = rt.show("call_edges")
    declared = next(view for view in rt.views() if view.name == "call_edges")
    assert (shown.kind, shown.doc) == ("view", declared.doc)
    assert (shown.reads, shown.calls) == (declared.sources, declared.functions)
    assert shown.module.startswith("belvedere_views::")
    plain = [bv.Column(c.name, c.type, c.nullable, c.doc) for c in shown.columns]
    assert plain == rt.columns("call_edges")
    callee = next(column for column in shown.columns if column.name == "callee")
    assert callee.computed_from == rt.lineage("call_edges.callee").values
    assert shown.influences
    assert shown.published == next(t for t in rt.tables() if t.name == "call_edges")
    assert repr(shown).startswith("call_edges · view · ")
    assert "\ndefined in   belvedere_views::" in repr(shown)


def test_a_table_is_shown_with_what_fills_it(rt: bv.Runtime) -> None:
    shown = rt.show("ast_defs")
    assert (shown.kind, shown.computed, shown.reads) == ("table", False, [])
    assert shown.filled_by is not None
    assert "symbols" in shown.read_by
    assert shown.published is not None
    assert shown.published.rows == rt.table("ast_defs").count()


def test_what_is_not_published_is_shown(tmp_path: Path) -> None:
    shown = bv.Runtime(tmp_path / "none").show("ast_defs")
    assert shown.published is None
    assert repr(shown).startswith("ast_defs · table · not published\n")


def test_templates_and_functions_are_shown(rt: bv.Runtime) -> None:
    latest = rt.show("latest")
    assert (latest.kind, latest.signature) == ("template", "latest<R>(...key, order)")
    length = rt.show("span_length")
    assert (length.name, length.kind) == ("span_len", "scalar")
    assert length.signature.startswith("span_len(span: Span {")
    assert rt.show("range_table").kind == "table function"
    lower = rt.show("lower")
    assert lower.kind == "scalar"
    assert lower.signature == "lower(text: String)"
    assert lower.doc == (
        "The text in lower case.\n\nExamples:\n"
        "    >>> rt.evaluate(b.lower(\"ÄB\"))\n    'äb'"
    )
    assert repr(lower) == f"lower · scalar\n\nlower(text: String)\n\n{lower.doc}"
    with pytest.raises(bv.PlanError) as refused:
        rt.show("call_edgs")
    assert str(refused.value) == (
        "no table, view, template or function is called `call_edgs`\n"
        "help: did you mean `call_edges`?"
    )


def test_a_schema_file_is_pulled(rt: bv.Runtime, orders: Path, tmp_path: Path) -> None:
    schema = rt.schema_pull(orders)
    assert (schema.uri, schema.version, schema.left_out) == (str(orders), 0, [])
    assert [(c.name, c.type, c.nullable) for c in schema.columns] == [
        ("id", "i64", False),
        ("customer", "String", True),
        ("amount", "Decimal<12, 2>", True),
    ]
    file = tmp_path / "schemas" / "orders.json"
    assert rt.schema_pull(orders, output=file) == schema
    assert file.read_text() == schema.text
    # What is written by hand is kept, and the file names the table.
    file.write_text(
        schema.text.replace('"i64" }', '"i64", "doc": "Counts up." }'),
        encoding="utf-8",
    )
    again = rt.schema_pull(output=file)
    assert [column.doc for column in again.columns] == ["Counts up.", "", ""]
    assert file.read_text() == again.text
    assert sorted(path.name for path in file.parent.iterdir()) == ["orders.json"]


def test_a_schema_file_is_compared(
    rt: bv.Runtime, orders: Path, tmp_path: Path
) -> None:
    file = tmp_path / "orders.json"
    schema = rt.schema_pull(orders, output=file)
    (check,) = rt.schema_check(file)
    assert (check.ok, check.version, check.difference) == (True, 0, [])
    file.write_text(schema.text.replace('"i64"', '"Option<i64>"'))
    (check,) = rt.schema_check(file)
    assert (check.ok, check.uri, check.table) == (False, str(orders), None)
    assert check.difference == ["- id: Option<i64>", "+ id: i64"]
    assert check.text.endswith("help: `runtime.schema_pull(…)` writes it")
    # No table of this extension is described by a file.
    assert rt.schema_check() == []


def test_columns_that_no_view_can_read_are_left_out(
    rt: bv.Runtime, tmp_path: Path
) -> None:
    rows = pa.table({"a b": [1], "n": [2]})
    write_deltalake(tmp_path / "t", rows)
    schema = rt.schema_pull(tmp_path / "t")
    assert [column.name for column in schema.columns] == ["n"]
    assert len(schema.left_out) == 1
    assert "`a b`" in schema.left_out[0]


def test_what_cannot_be_pulled_says_why(rt: bv.Runtime, tmp_path: Path) -> None:
    with pytest.raises(bv.WarehouseError, match="there is no Delta table"):
        rt.schema_pull(tmp_path / "nowhere")
    with pytest.raises(bv.PlanError, match=r"there is no file `.*` that names a table"):
        rt.schema_pull(output=tmp_path / "new.json")
    with pytest.raises(bv.PlanError, match="there is no file"):
        rt.schema_check(tmp_path / "new.json")
    with pytest.raises(ArgumentError, match="name a table"):
        rt.schema_pull()
    with pytest.raises(ArgumentError, match="name the file"):
        rt.schema_check(uri="orders")
