"""Runs, what is published, and what is asked of it."""

from pathlib import Path

import datafusion
import pyarrow as pa
import pytest

import belvedere as bv
from belvedere import col, lit
from belvedere import functions as f


def test_a_run_tells_what_it_does_and_publishes_once(
    tree: Path, tmp_path: Path
) -> None:
    events: list[bv.Event] = []
    rt = bv.Runtime(tmp_path)
    report = rt.run(tree, progress=events.append)
    assert report.published
    assert report.inputs == 2
    assert "ast_defs" in report.written
    names = [event["event"] for event in events]
    assert names[0] == "locked"
    assert names.index("listed") < names.index("writing") < names.index("published")
    done = {
        event["node"]: event["outcome"] for event in events if event["event"] == "done"
    }
    assert done["ast_defs"] == "written"
    again = rt.run(tree, progress=False)
    assert (again.published, again.written) == (False, [])


def test_progress_may_do_whatever_python_does(tree: Path, tmp_path: Path) -> None:
    other = bv.Runtime(tmp_path / "other")
    other.register("numbers", pa.table({"n": [1, 2, 3]}))
    numbers = other.table("numbers")
    rt = bv.Runtime(tmp_path / "warehouse")
    seen: list[int] = []

    def look(event: bv.Event) -> None:
        if event["event"] not in ("locked", "staged", "done", "published"):
            return
        seen.append(pa.table(numbers).num_rows + numbers.to_arrow().num_rows)
        seen.append(len(numbers.to_polars()) + numbers.count())
        if event["event"] == "locked":
            with pytest.raises(bv.DeltaConflict, match="another run is writing"):
                rt.run(tree, progress=False)
        if event["event"] == "published":
            seen.append(2 * len(rt.table("source_files").to_pylist()) + 2)

    assert rt.run(tree, progress=look).published
    assert set(seen) == {6}


def test_what_progress_raises_ends_the_run_and_nothing_is_lost(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(event: bv.Event) -> None:
        raise KeyboardInterrupt

    rt = bv.Runtime(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        rt.run(tree, progress=stop)
    # Nobody holds the warehouse, and the next run tells on standard error what it does.
    assert rt.run(tree).published
    told = capsys.readouterr()
    assert told.out == ""
    assert "code: 2 inputs, 0 ignored, 2 to read" in told.err
    assert any(line.startswith("✓ ast_defs") for line in told.err.splitlines())
    assert "\r" not in told.err


def test_a_warehouse_has_one_run_at_a_time(tree: Path, tmp_path: Path) -> None:
    told: list[str] = []

    def another(event: bv.Event) -> None:
        if event["event"] == "locked":
            with pytest.raises(bv.DeltaConflict) as refused:
                bv.Runtime(tmp_path).run(tree, progress=False)
            told.append(str(refused.value))

    assert bv.Runtime(tmp_path).run(tree, progress=another).published
    (message,) = told
    first, help = message.split("\n")
    assert first.startswith(f"another run is writing to the warehouse `{tmp_path}`: ")
    assert help == "help: wait for it to end; reading is possible meanwhile"


def test_a_source_that_is_a_file_fails_the_run(tmp_path: Path) -> None:
    rt = bv.Runtime(warehouse=tmp_path / "warehouse")
    file = tmp_path / "only.rs"
    file.write_text("fn only() {}\n")
    with pytest.raises(bv.RunFailed) as failed:
        rt.run(source=file, progress=False)
    assert str(failed.value) == (
        f"code: the source `{file}` is no folder; give the folder around it"
    )
    with pytest.raises(bv.NotPublished):
        rt.table("ast_defs").to_arrow()


def test_a_source_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(bv.WarehouseError, match="`/no/such/folder` cannot be read"):
        bv.Runtime(tmp_path).run("/no/such/folder", progress=False)


def test_functions_and_columns_make_a_query(rt: bv.Runtime) -> None:
    calls = rt.view("call_attrs").filter(f.span_len(col("span")) > 1)
    rows = calls.select(
        col("path"), id=f.stable_id(lit("call"), col("call_id"))
    ).to_pylist()
    expected = [
        {"path": row["path"], "id": rt.evaluate(f.stable_id("call", row["call_id"]))}
        for row in rt.view("call_attrs").to_pylist()
    ]
    assert sorted(rows, key=str) == sorted(expected, key=str) != []


def test_tables_and_views_are_read(rt: bv.Runtime) -> None:
    defs = (
        rt.table("ast_defs").filter(col("lang") == lit("rust")).select("name", "kind")
    )
    assert sorted(defs.to_pylist(), key=lambda row: row["name"]) == [
        {"name": "total", "kind": "fn"},
        {"name": "with_tax", "kind": "fn"},
    ]
    assert rt.view("call_edges").count() > 0


def test_sql_is_read_only(rt: bv.Runtime) -> None:
    rows = rt.sql(
        "select name, count(*) as n from ast_defs group by name order by n desc, name"
    )
    assert rows.to_pylist()[0] == {"name": "total", "n": 2}
    for text in [
        "drop table ast_defs",
        "copy ast_defs to 'x'",
        "select * from 'x.csv'",
        "select 1; select 2",
    ]:
        with pytest.raises(bv.SqlRefused):
            rt.sql(text)
    with pytest.raises(bv.PlanError, match="column 'nme' not found") as planned:
        rt.sql("select nme from ast_defs")
    assert not isinstance(planned.value, bv.SqlRefused)


def test_the_language_of_views_is_asked(rt: bv.Runtime) -> None:
    text = "param wanted: String from ast_defs as d where d.kind == wanted select { d.name } distinct"
    assert rt.query(text, wanted="fn").count() == 2
    with pytest.raises(
        bv.PlanError, match=r"no column `nme` in `d` \(ast_defs\) \[V0050\]"
    ):
        rt.query("from ast_defs as d select { d.nme }")
    with pytest.raises(bv.PlanError, match="needs a value for `wanted: String`"):
        rt.query(text)


def test_unknown_names_have_suggestions(rt: bv.Runtime) -> None:
    with pytest.raises(bv.PlanError, match="did you mean `call_edges`"):
        rt.view("call_edge")
    with pytest.raises(bv.PlanError, match="did you mean `name`"):
        rt.table("ast_defs").filter(col("nme") == lit("x"))
    with pytest.raises(bv.PlanError, match="did you mean `callee`"):
        rt.lineage("call_edges.callees")


def test_nothing_is_read_where_nothing_is_published(tmp_path: Path) -> None:
    rt = bv.Runtime(tmp_path / "none")
    with pytest.raises(bv.NotPublished, match="nothing is published"):
        rt.table("ast_defs")
    assert rt.sql("select 1 as one").to_pylist() == [{"one": 1}]
    assert rt.tables() == []


def test_rows_of_others_are_registered(rt: bv.Runtime) -> None:
    rt.register("kinds", pa.table({"kind": ["fn"], "label": ["callable"]}))
    joined = (
        rt.table("ast_defs").join(rt.table("kinds"), "kind").select("label").distinct()
    )
    assert joined.to_pylist() == [{"label": "callable"}]
    assert rt.sql("select count(*) as n from kinds").to_pylist() == [{"n": 1}]
    assert [table.kind for table in rt.tables() if table.name == "kinds"] == [
        "registered"
    ]
    assert rt.deregister("kinds")
    assert not rt.deregister("kinds")
    with pytest.raises(bv.PlanError, match="`ast_defs` is published"):
        rt.register("ast_defs", pa.table({"a": [1]}))
    with pytest.raises(TypeError):
        rt.register("three", 3)  # type: ignore[arg-type]


def test_what_there_is_can_be_listed(rt: bv.Runtime) -> None:
    tables = {table.name: table for table in rt.tables()}
    assert tables["source_files"].rows == 2
    assert tables["source_files"].kind == "table"
    assert "call_edges" in {view.name for view in rt.views()}
    columns = {column.name: column for column in rt.columns("ast_defs")}
    assert columns["name"].type == "String"
    assert not columns["name"].nullable
    assert "span_len" in {function["name"] for function in rt.functions()}
    settings = rt.settings().filter(col("name") == lit("belvedere.utf8_normalize.form"))
    assert settings.count() == 1
    registry = rt.registry()
    assert registry["functions"] == rt.functions()
    assert {view.name for view in rt.views()} < {
        r["name"] for r in registry["relations"]
    }
    templates = {template.name: template for template in rt.templates()}
    assert list(templates) == [template["name"] for template in registry["templates"]]
    assert templates["latest"].signature == rt.show("latest").signature
    assert templates["brought"].templates == ["agreed"]
    assert repr(rt.templates()).startswith("name ")


def test_lineage_leads_to_tables(rt: bv.Runtime) -> None:
    lineage = rt.lineage("call_attrs.path")
    assert lineage.tables() == ["ast_calls.path"]
    assert repr(lineage) == "call_attrs.path\n  ← ast_calls.path"


def test_the_graph_is_drawn(rt: bv.Runtime) -> None:
    graph = rt.graph()
    assert ("ast_calls", "call_attrs") in graph.edges
    layers = graph.layers()
    depth = {name: level for level, layer in enumerate(layers) for name in layer}
    assert all(depth[source] < depth[reader] for source, reader in graph.edges)
    svg = graph.to_svg()
    assert svg.startswith("<svg") and svg.count("<rect") == len(graph.nodes)


def test_functions_are_registered_in_a_session_of_datafusion() -> None:
    context = datafusion.SessionContext()
    bv.register(context)
    rows = context.sql(
        "select span_len(span_make(3, 10)) as length, count_if(true) as n"
    ).to_pylist()
    assert rows == [{"length": 7, "n": 1}]
