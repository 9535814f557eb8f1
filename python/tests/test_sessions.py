"""Every function in our runtime and in a session of `datafusion`: the same rows, or the same error.

Functions and their parameters come from the registry, and arguments are made up from the types: edges, NULL,
what the examples of a function name. A new function is compared without a word here.
"""

from __future__ import annotations

import datetime
import decimal
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pytest
from datafusion import Expr, SessionContext, WindowFrame, col, lit
from datafusion.expr import Window

import belvedere as bv
from belvedere import functions, tables

Described = dict[str, Any]

# How many rows are made up.
ROWS = 36

# Values of types without others inside: plain ones first.
PLAIN: dict[str, tuple[pa.DataType, list[Any]]] = {
    "bool": (pa.bool_(), [True, False]),
    "i32": (pa.int32(), [0, 1, 7, -1, 2**31 - 1, -(2**31)]),
    "i64": (pa.int64(), [1, 5, 0, 3, -1, 12, 2**63 - 1, -(2**63)]),
    "u64": (pa.uint64(), [1, 0, 2**64 - 1]),
    "f64": (pa.float64(), [1.5, 0.0, -0.0, float("inf"), float("nan"), -1e300]),
    "String": (
        pa.string(),
        [
            "a",
            "",
            " ",
            "b c",
            "ä\U0001f600",
            "  ﬁRST   Ａ ",
            "x" * 40,
            "\t\u2003\n",
            "python",
        ],
    ),
    "Bytes": (pa.binary(), [b"a", b"", b"\x00\xff" * 20]),
    "Date": (pa.date32(), [datetime.date(2026, 11, 21), datetime.date(1, 1, 1)]),
    "Timestamp": (
        pa.timestamp("us", "UTC"),
        [datetime.datetime(2026, 11, 21, 1, 2, 3, 4, tzinfo=datetime.UTC)],
    ),
    "Decimal<12, 2>": (
        pa.decimal128(12, 2),
        [decimal.Decimal("1.25"), decimal.Decimal(-7)],
    ),
}

# What type parameters stand for by turns, of numbers and of any values.
NUMBERS = ["i64", "f64", "Decimal<12, 2>"]
ANYTHING = ["i64", "String", "f64", "bool", "Date", "Bytes", "Timestamp"]


def split(text: str, mark: str = ",") -> list[str]:
    """The parts between marks that stand in no bracket."""
    parts, depth = [""], 0
    for at, c in enumerate(text):
        if c in "<{(":
            depth += 1
        elif c in "})" or (c == ">" and text[at - 1] != "-"):
            depth -= 1
        if c == mark and depth == 0:
            parts.append("")
        else:
            parts[-1] += c
    return [part.strip() for part in parts if part.strip()]


@dataclass
class Types:
    """Types of a function's text, whose type parameters stand for something."""

    stands_for: str
    # What the examples of the function name, by type.
    named: dict[str, list[Any]]

    def arrow(self, text: str) -> pa.DataType:
        """The type as Arrow's."""
        text = self.plain(text)
        if text in PLAIN:
            return PLAIN[text][0]
        if inner := inside("List", text):
            return pa.list_(self.arrow(inner))
        if inner := inside("Map", text):
            key, value = split(inner)
            return pa.map_(self.arrow(key), self.arrow(value))
        return pa.struct([(name, self.arrow(ty)) for name, ty in fields(text)])

    def values(self, text: str) -> list[Any]:
        """Values of the type, none of them NULL; inside there is NULL where it may be."""
        plain = self.plain(text)
        if plain in PLAIN:
            return [*self.named.get(plain, []), *PLAIN[plain][1]]
        if inner := inside("List", plain):
            items = self.values(inner)
            missing = [None] if inner.startswith("Option<") else []
            return [
                items[:3],
                [],
                [*items[:1], *missing, *items[:2]],
                [*items, *missing],
                missing,
            ]
        if inner := inside("Map", plain):
            key, value = (self.values(part) for part in split(inner))
            missing = [None] if split(inner)[1].startswith("Option<") else []
            entries = list(
                zip(dict.fromkeys(key), [*missing, *value] * 9, strict=False)
            )
            return [entries[:1], entries[:3], [], entries]
        parts = [(name, self.values(ty)) for name, ty in fields(plain)]
        return [
            {
                name: values[(row + at) % len(values)]
                for at, (name, values) in enumerate(parts)
            }
            for row in range(8)
        ]

    def plain(self, text: str) -> str:
        """The type without what is said around it."""
        text = inside("Option", text) or text
        if text == "AnyStruct":
            return "{ a: i64, b: String, c: bool }"
        is_open = text == "any" or re.fullmatch("[A-Z]", text)
        return self.stands_for if is_open else text


def inside(name: str, text: str) -> str | None:
    return text[len(name) + 1 : -1] if text.startswith(f"{name}<") else None


def fields(text: str) -> list[tuple[str, str]]:
    assert text.endswith("}"), f"there are no values of the type {text}"
    parts = split(text[text.index("{") + 1 : -1])
    return [
        (name.strip(), ty.strip())
        for name, ty in (part.split(":", 1) for part in parts)
    ]


def named(function: Described) -> dict[str, list[Any]]:
    """The texts and numbers in the examples of a function, or of the one that it is the twin of."""
    examples = " ".join(example["sql"] for example in function.get("examples", []))
    texts = re.findall(r"'([^']*)'", examples)
    numbers = re.findall(
        r"(?<![\w'.])-?\d+(?![\w'.])", re.sub(r"'[^']*'", "''", examples)
    )
    return {
        "String": [*dict.fromkeys(texts)],
        "i64": [*dict.fromkeys(map(int, numbers))],
    }


@dataclass
class Call:
    """A call of a function, and the rows that it is made for."""

    function: Described
    # An expression over columns, or a constant, for each argument.
    arguments: list[Any]
    rows: pa.Table

    def built(self, **options: Any) -> Expr:
        builder = getattr(functions, self.function["name"])
        built = [col(a.name) if isinstance(a, pa.Field) else a for a in self.arguments]
        made: Expr = builder(*built, **options)
        return made

    def sql(self) -> str:
        """The same in SQL."""
        texts = (
            a.name if isinstance(a, pa.Field) else text_of(a) for a in self.arguments
        )
        return f"{self.function['name']}({', '.join(texts)})"


def text_of(value: Any) -> str:
    """A constant in SQL."""
    if value is None or isinstance(value, bool):
        return {None: "NULL", True: "true", False: "false"}[value]
    return (
        "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)
    )


def calls(function: Described, registry: list[Described]) -> Iterator[Call]:
    """Calls of a function: each kind of values for its type parameters, arguments left out, all of them."""
    twin = next(
        (other for other in registry if other["name"] == function.get("twin_of")),
        function,
    )
    params = function.get("params", [])
    is_open = any(
        re.search(r"\b([A-Z]|any)\b", param["type"]) or param.get("any")
        for param in params
    )
    choices = NUMBERS if ": Number" in function["signature"] else ANYTHING
    for at, stands_for in enumerate(choices if is_open else ["i64"]):
        types = Types(stands_for, named(twin))
        yield call(function, params, types, encode=False)
        if at == 0:
            needed = [param for param in params if "default" not in param]
            yield call(function, needed, types, encode=False)
            yield call(function, params, types, encode=True)


def call(
    function: Described, params: list[Described], types: Types, *, encode: bool
) -> Call:
    """A call with an argument for each parameter."""
    arguments: list[Any] = []
    columns: dict[str, pa.Array] = {}
    for at, param in enumerate(params):
        ty = "any" if param.get("any") else param["type"]
        if param.get("literal"):
            arguments.append(constant(param, types))
            continue
        values = [*types.values(ty), None]
        # Steps that have no common divisor, so that rows are other combinations.
        step = [1, 5, 7, 11, 13, 17, 19][at % 7]
        array = pa.array(
            [values[row * step % len(values)] for row in range(ROWS)], types.arrow(ty)
        )
        name = f"c{at}"
        columns[name] = encoded(array) if encode else array
        arguments += [pa.field(name, columns[name].type)] * (
            2 if param.get("variadic") else 1
        )
    columns |= {
        "g": pa.array([row % 4 for row in range(ROWS)]),
        "row": pa.array(range(ROWS)),
    }
    return Call(function, arguments, pa.table(columns))


def constant(param: Described, types: Types) -> Any:
    """A constant that a parameter takes."""
    if "values" in param:
        return param["values"][-1]
    if "default" in param:
        literals = {"true": True, "false": False, "null": None}
        text = param["default"]
        return (
            literals[text]
            if text in literals
            else text.strip('"')
            if '"' in text
            else int(text)
        )
    return types.values(param["type"])[0]


def encoded(array: pa.Array) -> pa.Array:
    """The same values as others would have them."""
    if pa.types.is_string(array.type):
        return array.dictionary_encode()
    return array.cast(pa.large_binary()) if pa.types.is_binary(array.type) else array


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> bv.Runtime:
    return bv.Runtime(tmp_path_factory.mktemp("warehouse"))


@pytest.fixture(scope="module")
def theirs() -> SessionContext:
    context = SessionContext()
    bv.register(context)
    return context


REGISTRY: list[Described] = bv.Runtime("nowhere").functions()


def of_kind(kind: str) -> list[Any]:
    chosen = (function for function in REGISTRY if function["kind"] == kind)
    return [pytest.param(function, id=function["name"]) for function in chosen]


Outcome = tuple[str, Any]


def outcome(run: Any) -> Outcome:
    """The type and the values of the column `y`, or the error."""
    try:
        table = pa.table(run())
    except Exception as error:  # noqa: BLE001
        return ("error", reason(error))
    column = table.column("y").combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = (
            pa.concat_arrays(column.chunks)
            if column.chunks
            else pa.array([], column.type)
        )
    return (str(column.type), [repr(value) for value in column.to_pylist()])


def reason(error: Exception) -> str:
    """What an error says, without what engines write before it and behind it."""
    # A stream tells what Python raised behind it.
    text = str(error).split(". Detail: Python exception: ")[0]
    text = (
        text.removeprefix("Unknown error: ")
        .split("\n\nBacktrace")[0]
        .split("\nhelp: ")[0]
        .split("\n  |")[0]
    )
    # Columns are those of tables, which have no common name.
    text = re.sub(r"[\w?]+\.(?=c\d|g\b|row\b)", "", text)
    return re.sub(
        r"^.*(External error|Execution error|FFI error|Arrow error|Error during planning|This feature is not implemented): ",
        "",
        text,
        flags=re.DOTALL,
    )


# The engine's own fail for the least number of all as a place, where ours give NULL.
MENDED = {"list_extract"}


def both(call: Call, ours: Any, theirs: Any) -> bool:
    """Compares two ways to compute a call; returns whether it has rows."""
    mine, other = outcome(ours), outcome(theirs)
    if call.function.get("engine") and mine[0] == other[0] == "error":
        # The engine's own words, which our runtime makes those of views.
        return False
    if call.function["name"] in MENDED and other[0] == "error":
        return False
    assert mine == other, call.sql()
    return mine[0] != "error"


def over(ours: bv.Runtime, theirs: SessionContext, rows: pa.Table) -> tuple[Any, Any]:
    return ours.from_arrow(rows), theirs.from_arrow(rows)


@pytest.mark.parametrize("function", of_kind("scalar"))
def test_functions_of_rows(
    function: Described, ours: bv.Runtime, theirs: SessionContext
) -> None:
    computed = 0
    for call in calls(function, REGISTRY):
        y = call.built().alias("y")

        def compute(rows: pa.Table) -> bool:
            mine, other = over(ours, theirs, rows)
            return both(
                call,
                lambda: mine.select("row", y).sort("row"),
                lambda: other.select(col("row"), y).sort(col("row")),
            )

        compute(call.rows.slice(0, 0))
        if compute(call.rows):
            computed += ROWS
        else:
            # One row that fails hides the others.
            computed += sum(compute(call.rows.slice(row, 1)) for row in range(ROWS))
        ours.register("t", call.rows)
        theirs.register_table("t", theirs.from_arrow(call.rows))
        sql = f"select row, {call.sql()} as y from t order by row"
        both(call, lambda: ours.sql(sql), lambda: theirs.sql(sql))
        theirs.deregister_table("t")
    assert computed, "no call has rows"


@pytest.mark.parametrize("function", of_kind("aggregate"))
def test_aggregates(
    function: Described, ours: bv.Runtime, theirs: SessionContext
) -> None:
    computed = 0
    options: list[dict[str, Any]] = [
        {},
        {"distinct": True},
        {"filter": col("row") > lit(9)},
    ]
    if any(param.get("nullable") for param in function["params"]):
        options.append({"ignore_nulls": True})
    for call in calls(function, REGISTRY):
        for rows in [call.rows, call.rows.slice(0, 0)]:
            mine, other = over(ours, theirs, rows)
            for option in options:
                # The order of rows is that of the table only where a call says so.
                ordered = (
                    {"order_by": "row"}
                    if function.get("engine") and not option.get("distinct")
                    else {}
                )
                y = call.built(**option, **ordered).alias("y")
                computed += both(
                    call,
                    lambda: mine.aggregate("g", y).sort("g"),
                    lambda: other.aggregate([col("g")], [y]).sort(col("g")),
                )
                both(
                    call,
                    lambda: mine.aggregate((), y),
                    lambda: other.aggregate([], [y]),
                )
            frame = Window(order_by="row", window_frame=WindowFrame("rows", 3, 0))
            y = call.built().over(frame).alias("y")
            both(
                call,
                lambda: mine.select("row", y).sort("row"),
                lambda: other.select(col("row"), y).sort(col("row")),
            )
    assert computed, "no call has rows"


@pytest.mark.parametrize("function", of_kind("window"))
def test_windows(function: Described, ours: bv.Runtime, theirs: SessionContext) -> None:
    computed = 0
    for call in calls(function, REGISTRY):
        for rows in [call.rows, call.rows.slice(0, 0)]:
            mine, other = over(ours, theirs, rows)
            for frame in [None, WindowFrame("rows", 2, 1)]:
                y = call.built(partition_by="g", order_by="row", frame=frame).alias("y")
                computed += both(
                    call,
                    lambda: mine.select("row", y).sort("row"),
                    lambda: other.select(col("row"), y).sort(col("row")),
                )
    assert computed, "no call has rows"


@pytest.mark.parametrize("function", of_kind("table"))
def test_table_functions(
    function: Described, ours: bv.Runtime, theirs: SessionContext
) -> None:
    for stop in [7, 0, -3]:
        arguments = [
            stop if param["name"] == "end" else 1
            for param in function.get("params", [])
        ]
        mine = getattr(tables, function["name"])(ours, *arguments)
        texts = ", ".join(map(str, arguments))
        first = mine.columns[0]
        theirs_rows = theirs.sql(
            f"select * from {function['name']}({texts}) order by {first}"
        )
        assert pa.table(theirs_rows).to_pylist() == mine.sort(first).to_pylist()
