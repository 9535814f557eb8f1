"""Right and wrong uses of the stubs, for type checkers: this file is never run.

A wrong use says which error it must give. Checkers warn about an ignore comment that hides nothing,
so that a stub which accepts too much fails as one does that accepts too little.
"""

import datetime
from decimal import Decimal

from datafusion import Expr, WindowFrame, col
from datafusion.expr import Window

from belvedere import Event
from belvedere import builtin as b
from belvedere import functions as f
from belvedere import spec, tables

# Every function takes columns and gives an expression.
length: Expr = f.span_len(col("span"))
inner: Expr = f.utf8_null_if_blank(f.utf8_normalize(col("name")))

# A plain value stands for a constant column of its type, None for NULL.
hashed: Expr = f.stable_hash64("alpha")
missing: Expr = f.stable_hash64(None)
items: Expr = f.list_unique_sorted([3, 1])
entries: Expr = f.map_normalize({"a": 1})
fields: Expr = f.struct_pick({"a": 1, "b": 2}, "b")

# Parameters go by name, those with defaults may be left out.
made: Expr = f.span_make(col("start"), col("end"))
named: Expr = f.span_make(bstart=3, bend=10, end_exclusive=False)
folded: Expr = f.utf8_normalize(col("name"), form="nfc", casefold=False)

# A variadic takes any number of values of any type.
parts: Expr = f.stable_id_parts("node", col("path"), 3, True, None)
alone: Expr = f.stable_id_parts("node")

# A fallible function has a twin.
offset: Expr = f.try_col_to_byte(col("line"), col("column"), "utf16")

# A call of an aggregate says what DISTINCT, FILTER, ORDER BY and IGNORE NULLS say in SQL.
counted: Expr = f.count_if(col("x"), filter=col("y") > 1)
unique: Expr = f.list_unique(col("x"), distinct=True, ignore_nulls=True)
first: Expr = f.first_value(col("x"), order_by=[col("y").sort(ascending=False), "z"])

# A window is given in the call, or over it.
before: Expr = f.lag(col("x"), 2, default=0, partition_by="g", order_by=["t", col("u")])
framed: Expr = f.running_total(
    col("x"), order_by="t", frame=WindowFrame("rows", None, 0)
)
over: Expr = f.row_index().over(Window(order_by="t"))
ranked: Expr = b.rank(order_by=col("x").sort())

# DataFusion's own functions are typed too.
rounded: Expr = b.round(col("x"), 2)
cut: Expr = b.date_trunc("month", datetime.date(2026, 11, 21))
binned: Expr = b.date_bin(datetime.timedelta(minutes=15), col("at"))
size: Expr = b.abs(Decimal("1.5"))
upward: Expr = b.range(3)
stepped: Expr = b.range(col("x"), stop=9, step=2)
logarithm: Expr = b.log(x=col("x"))
rows: Expr = b.count()
total: Expr = b.sum(col("x"), filter=col("y") > 1)


class Host:
    """What has table functions, as a runtime has."""

    def table_function(self, name: str, arguments: list[Expr], /) -> list[int]:
        """Gives what a runtime gives."""
        raise NotImplementedError(name, arguments)


# A table function gives what the runtime gives, and takes constants.
numbers: list[int] = tables.range_table(Host(), start=1, end=10)
tables.range_table(Host(), col("a"), 10)  # type: ignore[arg-type]
tables.range_table(1, 10)  # type: ignore[call-arg]

# DataFusion's series are of numbers, days or times.
counted_up: list[int] = tables.range(Host(), 1, 10)
days: list[int] = tables.generate_series(
    Host(), datetime.date(2026, 1, 1), datetime.date(2026, 2, 1), (0, 7, 0)
)
tables.range(Host(), "1", 2)  # type: ignore[call-overload]
tables.range(Host(), datetime.date(2026, 1, 1), 5)  # type: ignore[call-overload]
tables.range(Host(), 1, 2, datetime.timedelta(1))  # type: ignore[call-overload]

# A function of functions takes one of an item.
cheap: Expr = b.array_filter(col("prices"), lambda price: price < 3)
upper: Expr = b.array_transform(["a"], b.upper)
pair: Expr = b.named_struct({"a b": 1}, c=col("x"))
clock: Expr = b.now()
b.array_filter([1], 3)  # type: ignore[arg-type]
b.array_filter([1], lambda one, two: one)  # type: ignore[misc, arg-type]
b.get_field(col("s"), 1)  # type: ignore[arg-type]
b.with_metadata(1, {"a": 1})  # type: ignore[dict-item]
b.random(1)  # type: ignore[call-arg]

# Queries as data are dictionaries, of which checkers know the forms.
large: spec.Step = {"where": {"gt": [{"column": "size"}, 3]}}
several: spec.Expression = [{"not": {"is_null": {"column": "name"}}}, 1, "a", None]
query: spec.Query = {"from": {"relation": "files", "as": "f"}, "steps": [large]}
wrong_step: spec.Step = {"filter": True}  # type: ignore[assignment]
wrong_part: spec.Call = {"function": "lower", "arg": []}  # type: ignore[typeddict-unknown-key]
without_from: spec.Query = {"steps": []}  # type: ignore[typeddict-item]


# An event has the keys of its name.
def tell(event: Event) -> None:
    """Is called with each."""
    if event["event"] == "done":
        seconds: float = event["seconds"]
        print(seconds, event["outcome"] == "written")
        print(event["total"])  # type: ignore[typeddict-item]
    elif event["event"] == "reading":
        done: int = event["done"]
        print(done)


# A value of another type is no constant for a column.
f.stable_hash64(3)  # type: ignore[arg-type]
f.span_len("text")  # type: ignore[arg-type]
f.list_compact("text")  # type: ignore[arg-type]
b.upper(3)  # type: ignore[arg-type]
b.array_length("text")  # type: ignore[arg-type]
b.to_char("2026", "%Y")  # type: ignore[arg-type]

# What must be constant takes no column.
f.col_to_byte(col("line"), col("column"), col("unit"))  # type: ignore[arg-type]
f.utf8_normalize(col("name"), casefold="yes")  # type: ignore[arg-type]
f.utf8_normalize(col("name"), form="nfx")  # type: ignore[arg-type]
b.date_trunc("months", col("at"))  # type: ignore[arg-type]
b.ntile(col("n"))  # type: ignore[arg-type]

# Arguments are counted and named.
f.span_len()  # type: ignore[call-arg]
f.span_make(1)  # type: ignore[call-arg]
f.span_len(spam=col("span"))  # type: ignore[call-arg]
f.utf8_null_if_blank("a", "b")  # type: ignore[call-arg]
b.pi(1)  # type: ignore[call-arg]
b.range()  # type: ignore[call-overload]
b.range(1, 2, 3, 4)  # type: ignore[call-overload]
b.log("2")  # type: ignore[call-overload]

# What a call can say depends on the function.
f.count_if(col("x"), True)  # type: ignore[call-arg]
f.count_if(col("x"), order_by="y")  # type: ignore[call-arg]
f.count_if(col("x"), ignore_nulls=True)  # type: ignore[call-arg]
f.span_len(col("span"), distinct=True)  # type: ignore[call-arg]
f.row_index(distinct=True)  # type: ignore[call-arg]
b.avg(col("x"), order_by="y")  # type: ignore[call-arg]
b.max(col("x"), filter="y")  # type: ignore[arg-type]

# Aliases exist in SQL only, and so do functions that nobody wrote.
f.hash64("alpha")  # type: ignore[attr-defined]
f.no_such_function()  # type: ignore[attr-defined]
b.substring("a", 1)  # type: ignore[attr-defined]

# A result is an expression, not its value.
number: int = f.span_len(col("span"))  # type: ignore[assignment]
