"""Belvedere: checked views and fast functions on DataFusion and Delta Lake, from Python.

    import belvedere as bv
    from belvedere import functions as f, col, lit

    rt = bv.Runtime(warehouse=".belvedere")
    rt.run(source=".")
    rt.view("call_spans").filter(f.span_len(col("span")) > 100).to_polars()

Expressions are those of the `datafusion` package; everything is computed in Rust. `col` has exactly the column of a
name, and `lit` exactly a value: `datafusion.col("A")` is the column `a`.
"""

from . import spec
from ._codes import explain
from ._columns import col, lit
from ._intervals import interval
from ._native import __version__
from .arguments import ArgumentError
from .catalog import (
    Column,
    Graph,
    Lineage,
    Listing,
    Parameter,
    Table,
    Template,
    View,
)
from .checked import Checked
from .errors import (
    BelvedereError,
    ContractError,
    DeltaConflict,
    ExecutionError,
    ForkError,
    NotPublished,
    OutOfMemory,
    PlanError,
    RunFailed,
    SqlRefused,
    WarehouseError,
)
from .events import Event
from .registration import register
from .relation import Relation
from .report import Node, Report
from .runtime import Runtime
from .shown import Audit, SchemaCheck, SchemaFile, Shown, ShownColumn

__all__ = [
    "ArgumentError",
    "Audit",
    "BelvedereError",
    "Checked",
    "Column",
    "ContractError",
    "DeltaConflict",
    "Event",
    "ExecutionError",
    "ForkError",
    "Graph",
    "Lineage",
    "Listing",
    "Node",
    "NotPublished",
    "OutOfMemory",
    "Parameter",
    "PlanError",
    "Relation",
    "Report",
    "RunFailed",
    "Runtime",
    "SchemaCheck",
    "SchemaFile",
    "Shown",
    "ShownColumn",
    "SqlRefused",
    "Table",
    "Template",
    "View",
    "WarehouseError",
    "__version__",
    "col",
    "explain",
    "interval",
    "lit",
    "register",
    "spec",
]
