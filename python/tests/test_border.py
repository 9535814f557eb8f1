"""What the border to a session of `datafusion` keeps: the table of docs/python-sessions.md, line by line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from datafusion import SessionConfig, SessionContext, col

import belvedere as bv
from belvedere import functions as f
from belvedere import tables

PAGE = Path(__file__).parents[2] / "docs" / "python-sessions.md"

SCHEMA = pa.schema(
    [
        pa.field("s", pa.string()),
        pa.field("n", pa.int64(), nullable=False),
        pa.field("small", pa.int16()),
        pa.field("items", pa.list_(pa.string()), metadata={"unit": "tag"}),
        pa.field("d", pa.dictionary(pa.int32(), pa.string())),
    ]
)

ROWS = pa.table(
    {
        "s": ["a", "B", None],
        "n": [1, 2, 3],
        "small": [1, 2, 3],
        "items": [["b", "a"], None, []],
        "d": pa.array(["a", "a", None]).dictionary_encode(),
    },
    SCHEMA,
)


class Session:
    """Either of the two, asked in the same way."""

    def __init__(self, host: Any, relation: Any) -> None:
        self.host = host
        self.relation = relation

    def table(self, sql: str) -> pa.Table:
        return pa.table(self.host.sql(sql))

    def values(self, sql: str) -> list[Any]:
        """The first column."""
        found: list[Any] = self.table(sql).column(0).to_pylist()
        return found

    def field(self, value: str) -> pa.Field:
        """What a value of the rows is, as a column."""
        return self.table(f"select {value} as y from t").schema.field("y")

    def error(self, sql: str) -> tuple[str, str]:
        """When a statement fails, and how."""
        try:
            planned = self.host.sql(sql)
        except Exception as error:  # noqa: BLE001
            return "when planned", str(error)
        try:
            pa.table(planned)
        except Exception as error:  # noqa: BLE001
            return "when run", str(error)
        return "never", ""

    def refused(self, sql: str, *, text: str) -> str:
        """When a statement is refused with this text."""
        when, message = self.error(sql)
        assert text in message, message
        return when


Check = Callable[[Session], bool | str]

# How the lines of the table are found out: of each property, by the kind of function.
CHECKS: dict[str, dict[str, Check]] = {}


def line(what: str, *kinds: str) -> Callable[[Check], Check]:
    def known(check: Check) -> Check:
        CHECKS.setdefault(what, {}).update(dict.fromkeys(kinds, check))
        return check

    return known


def sql(what: str, kind: str, statement: str, expected: list[Any]) -> None:
    """A property that a statement shows: it gives these values."""

    def check(session: Session) -> bool:
        when, _ = session.error(statement)
        return when == "never" and session.values(statement) == expected

    line(what, kind)(check)


def plan(what: str, kind: str, statement: str, pattern: str) -> None:
    """A property that a plan shows: it has this text."""

    def check(session: Session) -> bool:
        plans = session.table(f"explain {statement}").to_pylist()
        return any(re.search(pattern, row["plan"], re.DOTALL) for row in plans)

    line(what, kind)(check)


def when(what: str, kind: str, statement: str, text: str) -> None:
    """When a statement is refused."""
    line(what, kind)(lambda session: session.refused(statement, text=text))


NOTHING = "select {} from t where false"
HERE = "a value over no rows: 0 of `count_if`"
sql(
    "rows and their types",
    "all",
    "select stable_hash64(s) from t where n = 1",
    [4681665781835383343],
)
REFUSED = "arguments of a wrong type are refused, with the signature"
when(
    REFUSED,
    "scalar",
    "select stable_hash64(n) from t",
    "the function is stable_hash64(value: String) -> i64",
)
when(
    REFUSED,
    "aggregate",
    "select count_if(n) from t",
    "the function is aggregate count_if(condition: bool) -> i64",
)
when(
    REFUSED,
    "window",
    "select running_total(s) over (order by n) from t",
    "`running_total`: argument `value` takes",
)
sql(
    "integers that are narrower are taken as they are",
    "scalar",
    "select span_len(span_make(small, 9)) from t where n = 1",
    [8],
)
LEFT_OUT = "arguments that are left out have their defaults"
sql(LEFT_OUT, "scalar", "select span_len(span_make(1, 2)) from t limit 1", [1])
BY_NAME = "arguments by name in SQL: `f(value => s)`"
sql(BY_NAME, "scalar", "select utf8_normalize(value => s) from t where n = 1", ["a"])
sql(BY_NAME, "aggregate", "select count_if(condition => n > 1) from t", [2])
sql(BY_NAME, "table", "select count(*) from range_table(end => 3, start => 1)", [2])
sql(LEFT_OUT, "table", "select count(*) from range(1, 3)", [2])
OURS = "other names of ours: `hash64`, `collect_set`"
sql(OURS, "scalar", "select hash64(s) from t where n = 1", [4681665781835383343])
sql(OURS, "aggregate", "select collect_set(s) from t where n = 1", [["a"]])
THEIRS = "other names of functions that are DataFusion's: `first_value_agg`"
sql(THEIRS, "aggregate", "select first_value_agg(n order by n) from t", [1])
sql(THEIRS, "window", "select lag_window(n) over (order by n) from t limit 1", [None])
when(
    "a constant that is none of those that are listed is refused",
    "scalar",
    "select col_to_byte(s, 1, 'utf-12') from t",
    "unknown column unit `utf-12`: use `byte`",
)
OPERATOR = "operators: `a && b`, `a @> b`"
sql(
    OPERATOR,
    "scalar",
    "select span_make(1, 3) && span_make(2, 4) from t limit 1",
    [True],
)
sql(
    "dictionaries stay dictionaries",
    "scalar",
    "select arrow_typeof(utf8_normalize(d)) from t limit 1",
    ["Dictionary(Int32, Utf8)"],
)
plan(
    "calls are made simpler: `idempotent`, `inverse`, `simplify`",
    "scalar",
    "select utf8_normalize(utf8_normalize(s)) from t",
    r"Projection: utf8_normalize\(t\.s\)",
)
sql(
    "equal arguments give equal results (`is_deterministic`)",
    "scalar",
    "select is_deterministic from information_schema.routines where routine_name = 'stable_hash64' limit 1",
    [True],
)
sql(
    "a call in a `CASE` that is not taken fails for no row",
    "scalar",
    "select span_len(case when n < 2 then span_make(3, n) else span_make(n, 4) end) from t where n > 1",
    [2, 1],
)
sql(HERE, "aggregate", NOTHING.format("count_if(n > 1)"), [0])
plan(
    "states of partitions are merged",
    "aggregate",
    "select n % 2, list_unique(s) from t group by n % 2",
    "mode=FinalPartitioned.*mode=Partial",
)
sql(
    "frames that move",
    "aggregate",
    "select count_if(n > 1) over (order by n rows between 1 preceding and current row) from t order by n",
    [0, 1, 2],
)
plan(
    "computed as rows come, `LIMIT` ends it early",
    "window",
    "select row_index() over (order by n) from t limit 1",
    "BoundedWindowAggExec",
)
sql(
    "descriptions and examples (`information_schema.routines`)",
    "scalar",
    "select description like 'Whether a change takes a row away%'"
    " from information_schema.routines where routine_name = 'cdf_is_delete' limit 1",
    [True],
)
sql(
    "names and types of parameters (`information_schema.parameters`)",
    "scalar",
    "select count(*) from information_schema.parameters"
    " where specific_name = 'interval_align_score' and parameter_mode = 'IN'",
    [4],
)
sql(
    "conditions and limits reach the rows",
    "table",
    # Without a limit in the table itself nobody would wait for it.
    "select value from range_table(0, 1000000000000) limit 2",
    [0, 1],
)


@line('arguments by name in Python: `f(value=col("s"))`', "scalar")
def by_name_in_python(session: Session) -> bool:
    made = f.utf8_normalize(value=col("s")).alias("y")
    return pa.table(session.relation.select(made)).column("y").to_pylist() == [
        "a",
        "b",
        None,
    ]


@line('arguments by name in Python: `f(value=col("s"))`', "aggregate")
def by_name_in_an_aggregate(session: Session) -> bool:
    made = f.count_if(condition=col("n") > 1).alias("y")
    values = [made] if isinstance(session.host, SessionContext) else made
    return pa.table(session.relation.aggregate([], values)).column("y").to_pylist() == [
        2
    ]


@line('arguments by name in Python: `f(value=col("s"))`', "table")
def by_name_in_a_table(session: Session) -> bool:
    host = bv.Runtime("nowhere")
    rows = tables.range_table(host, end=3, start=1)
    if isinstance(session.host, SessionContext):
        rows = session.host.read_table(rows)
    return pa.table(rows).num_rows == 2


@line("a default is a setting: `belvedere.utf8_normalize.form`", "scalar")
def settings(session: Session) -> bool:
    names = "select name from information_schema.df_settings where name = '{}'"
    return len(session.values(names.format("belvedere.utf8_normalize.form"))) == 1


@line("sums of integers that do not fit are refused: `b.sum`", "aggregate")
def sums(session: Session) -> bool:
    rows = "(values (9223372036854775807), (1)) as big(n)"
    return session.error(f"select sum(n) from {rows}")[0] == "when run"


@line("whether the result can be NULL", "scalar")
def nullable(session: Session) -> bool:
    never = session.field("stable_hash_any(n)").nullable
    return (never, session.field("stable_hash64(s)").nullable) == (False, True)


@line("whether the result can be NULL", "aggregate")
def nullable_aggregate(session: Session) -> bool:
    never = session.field("count_if(n > 1)").nullable
    return (never, session.field("arg_max(s, n)").nullable) == (False, True)


@line("whether the result can be NULL", "window")
def nullable_window(session: Session) -> bool:
    never = session.field("row_index() over (order by n)").nullable
    before = session.field("lag(n) over (order by n)").nullable
    return (never, before) == (False, True)


@line("metadata of the result: `semantic_type`, extension types", "scalar")
def metadata(session: Session) -> bool:
    return session.field("stable_id('node', s)").metadata == {
        b"semantic_type": b"NodeId"
    }


@line("metadata of the result: `semantic_type`, extension types", "aggregate")
def metadata_of_aggregates(session: Session) -> bool:
    best = session.field("arg_max(stable_id('node', s), n)").metadata
    return best == {b"semantic_type": b"NodeId"}


@line("metadata of an argument reaches the function", "scalar")
def metadata_of_arguments(session: Session) -> bool:
    return session.field("list_compact(items)").metadata == {b"unit": b"tag"}


@line("an error names the function, the argument and the row", "scalar")
def errors(session: Session) -> bool:
    when, message = session.error("select span_make(3, n) from t where n < 3")
    return when == "when run" and "`span_make`" in message and "row 0" in message


@line("a column where a constant has to be is refused", "scalar")
def columns_for_constants(session: Session) -> str:
    _, message = session.error("select col_to_byte(s, 1, s) from t")
    told = {
        "argument `unit` must be a constant, this is `t.s`": "by its name",
        "argument `unit`: must be a constant, but its values differ": "where its values differ",
    }
    return next(how for text, how in told.items() if text in message)


@line("an error of planning shows where in the statement", "scalar")
def places(session: Session) -> bool:
    _, message = session.error("select stable_hash64(n) from t")
    return "^^^^^" in message


@line("two calls of one function are one function", "scalar")
def once(session: Session) -> bool:
    plan = session.table(
        "explain select stable_hash64(s) from t group by stable_hash64(s)"
    )
    assert plan.num_rows
    first, second = f.stable_hash64(col("s")), f.stable_hash64(col("s"))
    return first.canonical_name() == second.canonical_name()


@line("two calls of one function are one function", "aggregate")
def once_in_an_aggregate(session: Session) -> bool:
    plans = session.table("explain select count_if(n > 1), count_if(n > 1) + 1 from t")
    return (
        plans.column("plan")[0].as_py().count("aggr=[[count_if(t.n > Int64(1))]]") == 1
    )


@line("two calls of one function are one function", "window")
def once_in_a_window(session: Session) -> bool:
    call = "row_index() over (order by n)"
    plans = session.table(f"explain select {call}, {call} + 1 from t")
    return plans.column("plan")[0].as_py().count("WindowAggr") == 1


def lines() -> list[Any]:
    """The lines of the table, a test for each kind of function."""
    rows = [
        row.strip("|\n ").split(" | ")
        for row in PAGE.read_text().splitlines()
        if row.startswith("| ")
    ]
    return [
        pytest.param(what, kind, ours, theirs, id=f"{what} [{kind}]")
        for what, kinds, ours, theirs in rows[1:]
        for kind in kinds.split(", ")
    ]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Session, Session]:
    runtime = bv.Runtime(tmp_path_factory.mktemp("warehouse"))
    runtime.register("t", ROWS)
    context = SessionContext(SessionConfig().with_information_schema(True))
    bv.register(context)
    context.register_record_batches("t", [ROWS.to_batches()])
    return Session(runtime, runtime.table("t")), Session(context, context.table("t"))


def told(answer: bool | str) -> str:
    return answer if isinstance(answer, str) else {True: "yes", False: "no"}[answer]


@pytest.mark.parametrize(("what", "kind", "ours", "theirs"), lines())
def test_a_line_of_the_table(
    both: tuple[Session, Session], what: str, kind: str, ours: str, theirs: str
) -> None:
    check = CHECKS[what][kind]
    assert tuple(told(check(session)) for session in both) == (ours, theirs)


def test_the_table_has_every_line() -> None:
    known = {(what, kind) for what, kinds in CHECKS.items() for kind in kinds}
    assert known == {(row.values[0], row.values[1]) for row in lines()}
