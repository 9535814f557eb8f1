"""What is refused when an expression is built: other types, other options, other arguments."""

import datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from datafusion import Expr, SessionContext, WindowFrame, col, lit
from datafusion.expr import Window

import belvedere as bv
from belvedere import builtin as b
from belvedere import functions as f
from belvedere import extension as x
from belvedere import tables
from belvedere._builtin import BUILTINS
from belvedere._registry import FUNCTIONS
from belvedere._types import known, of_arrow, takes

HASH = "the function is stable_hash64(value: String) -> i64"
NOON = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)


def refusal(build: Any) -> str:
    with pytest.raises(bv.ArgumentError) as refused:
        build()
    assert isinstance(refused.value, TypeError)
    assert isinstance(refused.value, bv.BelvedereError)
    return str(refused.value)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (
            lambda: f.stable_hash64(lit(3)),
            "`stable_hash64`: argument `value` takes a str, the expression "
            f"Expr(Int64(3)) is an int\n{HASH}",
        ),
        (
            lambda: f.stable_hash64(value=lit(b"a")),
            "`stable_hash64`: argument `value` takes a str, the expression "
            f'Expr(Binary("97")) is bytes\n{HASH}',
        ),
        (
            lambda: b.upper(lit(3)),
            "`upper`: argument `text` takes a str, the expression Expr(Int64(3)) is an "
            "int\nthe function is upper(text: String)",
        ),
        (
            lambda: f.stable_hash64(f.stable_hash64(col("s"))),
            "`stable_hash64`: argument `value` takes a str, the expression "
            f"Expr(stable_hash64(s)) is an int\n{HASH}",
        ),
        (
            lambda: b.upper(b.length(col("s"))),
            "`upper`: argument `text` takes a str, the expression "
            "Expr(character_length(s)) is an int\nthe function is upper(text: String)",
        ),
    ],
)
def test_an_expression_of_another_type_is_refused(build: Any, message: str) -> None:
    assert refusal(build) == message


@pytest.mark.parametrize(
    ("build", "why"),
    [
        (
            lambda: f.span_len(f.stable_hash64("a")),
            'the expression Expr(stable_hash64(Utf8("a"))) is an int\nthe function is '
            "span_len(span: Span) -> i64",
        ),
        (lambda: f.span_len(lit({"bstart": 1})), "is a dict with `bstart`"),
        (lambda: f.list_compact(lit("abc")), "takes a list, the expression"),
        (lambda: f.list_unique_sorted(lit({"a": 1})), "takes a list"),
        (lambda: f.map_normalize(lit([1])), "takes a dict"),
        (lambda: b.string_to_array(b.make_array(1), ","), "is a list"),
        (lambda: b.ascii(lit(3)), "takes a str, the expression"),
        (lambda: b.repeat("a", lit(2.5)), "takes an int, the expression"),
        (lambda: b.repeat("a", lit(Decimal("2.5"))), "is a decimal.Decimal"),
        (lambda: b.abs(lit("a")), "an int, a float, a decimal.Decimal, the expression"),
        (lambda: b.date_trunc("month", lit("2026-11-22")), "is a str"),
        (lambda: f.count_if(lit(1)), "`condition` takes a bool, the expression"),
        (lambda: f.count_if(b.sum(col("x"))), "takes a bool, the expression"),
        (lambda: f.running_total(lit("a")), "the expression"),
        (lambda: b.upper(b.rank(order_by="x")), "is an int"),
    ],
)
def test_the_reason_is_told(build: Any, why: str) -> None:
    assert why in refusal(build)


@pytest.mark.parametrize(
    "build",
    [
        # Columns, and what is made of an expression, are judged when a query is planned.
        lambda: f.stable_hash64(col("n")),
        lambda: f.stable_hash64(col("n") + lit(1)),
        lambda: f.stable_hash64(lit(3).cast(pa.string())),
        lambda: f.stable_hash64(lit(3).alias("three")),
        # NULL is of every type, and an open type is any.
        lambda: f.stable_hash64(lit(None)),
        lambda: f.stable_hash64(lit(pa.scalar(None, pa.int64()))),
        lambda: f.stable_hash64(f.list_extract(col("x"), 1)),
        lambda: f.stable_hash64(b.coalesce(col("x"), 1)),
        # Every way to hold a text, and what the engine widens.
        lambda: f.stable_hash64(lit(pa.scalar("a", pa.large_string()))),
        lambda: f.stable_hash64(lit(pa.array(["a"]).dictionary_encode()[0])),
        lambda: f.stable_hash64(b.upper("a")),
        lambda: b.sqrt(lit(4)),
        lambda: b.sqrt(b.abs(col("x"))),
        lambda: b.repeat("a", b.length(col("s"))),
        lambda: b.date_trunc("month", lit(NOON.date())),
        lambda: b.date_bin(datetime.timedelta(1), lit(NOON)),
        lambda: f.span_len(f.span_make(lit(1), lit(2))),
        lambda: f.list_unique_sorted(lit([3, 1])),
        lambda: f.map_normalize(lit(pa.scalar([("a", 1)], pa.map_("string", "int64")))),
        lambda: f.struct_pick(lit({"a": 1}), "a"),
        lambda: f.stable_id_parts("node", lit(3), f.span_make(1, 2)),
        lambda: f.count_if(b.array_has([1], 1)),
        lambda: b.sum(b.length(col("s")), filter=lit(True)),
    ],
)
def test_what_may_fit_is_built(build: Any) -> None:
    assert isinstance(build(), Expr)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: b.sum(1, distinct="no"), "`sum`: `distinct` takes True or False"),
        (lambda: b.sum(1, filter="x"), "`sum`: `filter` takes an expression that is"),
        (lambda: b.sum(1, filter=True), "or false, this is True (bool)"),
        (lambda: b.sum(1, filter=lit(3)), "or false, Expr(Int64(3)) is an int"),
        (lambda: b.list_of(1, order_by=3), "`order_by` takes columns, expressions and"),
        (lambda: b.list_of(1, order_by=[col("a"), 3]), "this is 3 (int)"),
        (lambda: b.list_of(1, ignore_nulls=1), "takes True or False, this is 1 (int)"),
        (lambda: b.rank(order_by=b"x"), "this is 120 (int)"),
        (lambda: f.lag(1, partition_by=3), "`lag`: `partition_by` takes columns and"),
        (lambda: f.lag(1, partition_by=[None]), "this is None (NoneType)"),
        (lambda: f.lag(1, partition_by=col("a").sort()), "says how rows are sorted"),
        (lambda: f.lag(1, frame="rows"), "`frame` takes a `datafusion.WindowFrame`"),
        (lambda: f.lag(1, ignore_nulls="yes"), "takes True or False, this is 'yes'"),
    ],
)
def test_an_option_of_another_type_is_refused(build: Any, message: str) -> None:
    told = refusal(build)
    assert message in told
    assert "\nthe function is " in told


def test_options_are_taken_in_every_form() -> None:
    frame = WindowFrame("rows", None, 0)
    for order in ["n", col("n"), col("n").sort(), ("n",), [col("n").sort(), "n"]]:
        assert f.running_total(1, order_by=order, frame=frame, partition_by=("g", "h"))
    assert b.list_of(1, order_by=(name for name in ("n", "m")))


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (
            lambda: f.stable_hash64(),  # type: ignore[call-arg]
            f"`stable_hash64`: argument `value` is missing\n{HASH}",
        ),
        (
            lambda: f.stable_hash64(valeu="a"),  # type: ignore[call-arg]
            "`stable_hash64`: there is no argument `valeu`; did you mean `value`?\n"
            f"{HASH}",
        ),
        (
            lambda: f.stable_hash64("a", "b"),  # type: ignore[call-arg]
            f"`stable_hash64`: too many positional arguments\n{HASH}",
        ),
        (
            lambda: f.stable_hash64("a", salt=1),  # type: ignore[call-arg]
            f"`stable_hash64`: there is no argument `salt`\n{HASH}",
        ),
        (
            lambda: b.upper(),  # type: ignore[call-arg]
            "`upper`: argument `text` is missing\nthe function is upper(text: String)",
        ),
        (
            lambda: b.avg(1, order_by="n"),  # type: ignore[call-arg]
            "`avg`: there is no argument `order_by`\nthe function is avg(x: f64)",
        ),
        (
            lambda: tables.range_table(1, 10),  # type: ignore[call-arg,type-var]
            "`range_table`: argument `end` is missing\n"
            "the function is table range_table(start: i64, end: i64) -> i64",
        ),
        (
            lambda: tables.range_table(1, 2, 3),  # type: ignore[type-var]
            "`range_table`: `runtime` takes a `Runtime`, this is 1 (int)\n"
            "the function is table range_table(start: i64, end: i64) -> i64",
        ),
    ],
)
def test_a_call_with_other_arguments_is_refused(build: Any, message: str) -> None:
    assert refusal(build) == message


def test_a_type_error_from_within_is_told_as_it_is() -> None:
    class Host:
        def table_function(self, name: str, arguments: list[Expr], /) -> object:
            raise TypeError("no tables today")

    with pytest.raises(TypeError, match="^no tables today$"):
        tables.range_table(Host(), 1, 2)


# Of each kind one.
KINDS = [
    x.BOOL,
    x.INT64,
    x.FLOAT64,
    x.DECIMAL,
    x.TEXT,
    x.BYTES,
    x.DATE,
    x.TIMESTAMP,
    x.TIME,
    x.DURATION,
    x.UUID,
]
KINDS += [x.ListOf(kind) for kind in KINDS] + [x.MapOf(x.TEXT, kind) for kind in KINDS]
KINDS += [x.StructOf("", ("a", kind)) for kind in KINDS] + [x.ANY_STRUCT]


def columns() -> SessionContext:
    session = SessionContext()
    session.register_record_batches(
        "t",
        [
            pa.table(
                {
                    "bool": [True],
                    "int": [2],
                    "narrow": pa.array([2], pa.int16()),
                    "float": [1.5],
                    "decimal": [Decimal("1.5")],
                    "text": ["ab"],
                    "bytes": [b"ab"],
                    "date": [NOON.date()],
                    "stamp": [NOON],
                    "local": [NOON.replace(tzinfo=None)],
                    "time": [NOON.time()],
                    "list": [["ab"]],
                    "numbers": [[1.5, 2.0]],
                    "map": pa.array([[("a", 1)]], pa.map_("string", "int64")),
                    "struct": [{"a": 1}],
                }
            ).to_batches()
        ],
    )
    return session


@pytest.mark.parametrize("of", [FUNCTIONS, BUILTINS], ids=["ours", "datafusion"])
def test_what_is_declared_is_what_the_engine_gives(of: Any) -> None:
    """Every function over a column of each type: nothing takes what it gives and refuses what is declared."""
    table = columns().table("t")
    names = table.schema().names
    planned = 0
    for function in of._functions.values():
        if function.kind == "table":
            continue
        for name in names:
            # A column for whatever takes one of this type, else a constant.
            given = [
                col(name)
                if not param.constant
                and takes(param.kind, of_arrow(table.schema().field(name).type))
                else value(param, table)
                for param in function.params
            ]
            if not any(argument is not None for argument in given) and given:
                continue
            try:
                built = of._called(function, given)
                if function.kind == "window":
                    built = built.over(Window(order_by="int"))
                frame = (
                    table.aggregate([], [built.alias("y")])
                    if function.kind == "aggregate"
                    else table.select(built.alias("y"))
                )
                arrow = frame.schema().field("y").type
            except Exception:  # noqa: BLE001
                continue
            planned += 1
            found = of_arrow(arrow)
            refused = [k for k in KINDS if takes(k, found) > takes(k, function.gives)]
            assert not refused, (function.signature, name, arrow, refused)
            assert takes(function.gives, found), (function.signature, name, arrow)
    assert planned > 100


def value(param: Any, table: Any) -> Any:
    """A column of the first type that a parameter takes, or a constant."""
    if param.values:
        return param.values[0]
    if param.constant:
        return next(
            (v for v in (1, 0.5, "a", True, None) if fits(param, v)),
            None,
        )
    for field in table.schema():
        if takes(param.kind, of_arrow(field.type)):
            return col(field.name)
    return None


def fits(param: Any, given: Any) -> bool:
    try:
        param.kind.fit(given)
    except Exception:  # noqa: BLE001
        return False
    return True


def test_a_result_keeps_its_type_wherever_it_is_built() -> None:
    for built in [
        f.stable_hash64("a"),
        b.count(col("x"), distinct=True, filter=col("y")),
        f.row_index(order_by="x"),
        f.row_index(),
    ]:
        assert known(built).expected == "an int"
    assert known(f.row_index().over(Window(order_by="x"))).expected == "a value"
