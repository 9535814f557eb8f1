"""Tables of a warehouse, read by the package `deltalake`."""

from pathlib import Path

import datafusion
import pyarrow as pa
from deltalake import DeltaTable

import belvedere as bv


def test_a_table_of_a_warehouse_is_one_of_delta_lake(
    rt: bv.Runtime, warehouse: Path
) -> None:
    published = {table.name: table for table in rt.tables()}
    for name in ("ast_defs", "source_files", "call_edges"):
        table = DeltaTable(warehouse / name)
        assert table.version() == published[name].version
        assert len(table.file_uris()) == published[name].files
        context = datafusion.SessionContext()
        context.register_table("t", table)
        theirs = pa.table(context.sql("select * from t"))
        ours = rt.table(name)
        assert theirs.column_names == ours.columns
        assert rows(theirs) == rows(ours.to_arrow())
        assert theirs.num_rows == published[name].rows


def rows(table: pa.Table) -> list[str]:
    """The rows in an order of their own."""
    return sorted(map(repr, table.to_pylist()))
