"""Functions of DataFusion whose builders are written by hand: their arguments are types, names and fields.

What they give is of a type that follows from a constant, so that no signature of the catalogue says it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import pyarrow
from datafusion import Expr

from ._builtin import BUILTINS
from ._kinds import ANY, BOOL, INT32, TEXT, Kind, ListOf, MapOf, StructOf, shown
from ._types import declared, known, of_arrow
from .arguments import ArgumentError, IntoExpr, IntoList
from .extension import Function, Param

__all__ = [
    "CONSTRUCTS",
    "arrays_zip",
    "arrow_cast",
    "arrow_field",
    "arrow_metadata",
    "arrow_try_cast",
    "get_field",
    "grouping",
    "named_struct",
    "struct",
    "union_extract",
    "union_tag",
    "with_metadata",
]

# It has no types of its own.
pa: Any = pyarrow

_VALUE = Param("value", ANY)
_TYPE = Param("data_type", TEXT, constant=True)
_NAME = Param("name", TEXT, constant=True)

CONSTRUCTS = BUILTINS.beside(
    Function(
        "scalar",
        "arrays_zip",
        "arrays_zip(list: List<T>, …) -> List<{ 1: T, … }>",
        Param("lists", ListOf(ANY), rest=True),
        engine="arrays_zip",
        aliases=("list_zip",),
    ),
    Function(
        "scalar",
        "arrow_cast",
        "arrow_cast(value: T, data_type: literal) -> data_type",
        _VALUE,
        _TYPE,
        engine="arrow_cast",
    ),
    Function(
        "scalar",
        "arrow_field",
        "arrow_field(value: T) -> { name: String, data_type: String, nullable: bool, "
        "metadata: Map<String, String> }",
        _VALUE,
        gives=StructOf(
            "",
            ("name", TEXT),
            ("data_type", TEXT),
            ("nullable", BOOL),
            ("metadata", MapOf(TEXT, TEXT)),
        ),
        engine="arrow_field",
    ),
    Function(
        "scalar",
        "arrow_metadata",
        "arrow_metadata(value: T) -> Map<String, String> "
        "or arrow_metadata(value: T, key: literal) -> Option<String>",
        _VALUE,
        Param("key", TEXT, constant=True, absent=True),
        engine="arrow_metadata",
    ),
    Function(
        "scalar",
        "arrow_try_cast",
        "arrow_try_cast(value: T, data_type: literal) -> Option<data_type>",
        _VALUE,
        _TYPE,
        engine="arrow_try_cast",
    ),
    Function(
        "scalar",
        "get_field",
        "get_field(value: { name: T, … }, name: literal, …) -> T",
        _VALUE,
        Param("name", TEXT, constant=True, rest=True),
        engine="get_field",
    ),
    Function(
        "aggregate",
        "grouping",
        "grouping(key: T) -> i32",
        Param("key", ANY),
        gives=INT32,
        engine="grouping",
    ),
    Function(
        "scalar",
        "named_struct",
        "named_struct(name: T, …) -> { name: T, … }",
        Param("fields", ANY, rest=True),
        engine="named_struct",
    ),
    Function(
        "scalar",
        "struct",
        "struct(value: T, …) -> { c0: T, … }",
        Param("values", ANY, rest=True),
        engine="struct",
        aliases=("row",),
    ),
    Function(
        "scalar",
        "union_extract",
        "union_extract(union: Union<name: T, …>, name: literal) -> Option<T>",
        Param("union", ANY),
        _NAME,
        engine="union_extract",
    ),
    Function(
        "scalar",
        "union_tag",
        "union_tag(union: Union<…>) -> String",
        Param("union", ANY),
        gives=TEXT,
        engine="union_tag",
    ),
    Function(
        "scalar",
        "with_metadata",
        "with_metadata(value: T, key: literal, text: literal, …) -> T",
        _VALUE,
        Param("metadata", TEXT, constant=True, rest=True),
        engine="with_metadata",
    ),
)


@CONSTRUCTS.builder("arrays_zip")
def arrays_zip(*lists: IntoList) -> Expr:
    """The items at the same places of lists, as structs with the fields `1`, `2`, and so on.

    Where one list is shorter than another, its field is NULL.

    In SQL also: list_zip.

    Examples:
        >>> rt.evaluate(b.arrays_zip([1, 2], ["a"]))
        [{'1': 1, '2': 'a'}, {'1': 2, '2': None}]
    """
    if not lists:
        _refuse("arrays_zip", "it takes a list at least")
    return CONSTRUCTS.scalar("arrays_zip", *lists)


@CONSTRUCTS.builder("arrow_cast")
def arrow_cast(value: IntoExpr, data_type: pyarrow.DataType | str) -> Expr:
    """The value, converted to an Arrow type; an error where it cannot be.

    The type is one of `pyarrow`, or a text as `arrow_typeof` gives it: `Timestamp(ms)`.

    Examples:
        >>> import pyarrow as pa
        >>> rt.evaluate(b.arrow_cast("7", pa.int16()))
        7

        >>> rt.evaluate(b.arrow_typeof(b.arrow_cast(7, "Decimal128(5, 2)")))
        'Decimal128(5, 2)'
    """
    return _cast("arrow_cast", value, data_type)


@CONSTRUCTS.builder("arrow_try_cast")
def arrow_try_cast(value: IntoExpr, data_type: pyarrow.DataType | str) -> Expr:
    """The value, converted to an Arrow type; NULL where it cannot be.

    The type is one of `pyarrow`, or a text as `arrow_typeof` gives it: `Timestamp(ms)`.

    Examples:
        >>> import pyarrow as pa
        >>> rows = rt.from_pydict({"x": ["7", "seven"]})
        >>> rows.select(y=b.arrow_try_cast(col("x"), pa.int16())).to_pydict()
        {'y': [7, None]}
    """
    return _cast("arrow_try_cast", value, data_type)


@CONSTRUCTS.builder("arrow_field")
def arrow_field(value: IntoExpr) -> Expr:
    """What Arrow knows of a value as a column: name, type, whether it can be NULL, metadata.

    Examples:
        >>> rows = rt.from_pydict({"x": [1]})
        >>> rows.select(field=b.arrow_field(col("x"))).to_pylist()
        [{'field': {'name': 'x', 'data_type': 'Int64', 'nullable': True, 'metadata': []}}]
    """
    return CONSTRUCTS.scalar("arrow_field", value)


@CONSTRUCTS.builder("arrow_metadata")
def arrow_metadata(value: IntoExpr, key: str | None = None) -> Expr:
    """The metadata of a value as a column: an entry, NULL where it has none of this name, or all of it as a map.

    Examples:
        >>> rt.evaluate(b.arrow_metadata(f.stable_id("node", "a"), "semantic_type"))
        'NodeId'

        >>> rt.evaluate(b.arrow_metadata(f.stable_id("node", "a")))
        [('semantic_type', 'NodeId')]
    """
    built = CONSTRUCTS.scalar("arrow_metadata", value, key)
    return declared(built, MapOf(TEXT, TEXT) if key is None else TEXT)


@CONSTRUCTS.builder("get_field")
def get_field(value: IntoExpr, *name: str) -> Expr:
    """A field of a struct, or the value of a key of a map with keys of text; with more names, a field of that.

    `col("s")["a"]` is the same for one name.

    Examples:
        >>> rt.evaluate(b.get_field({"a": {"b": 7}}, "a", "b"))
        7
    """
    if not name:
        _refuse("get_field", "argument `name` is missing")
    return declared(
        CONSTRUCTS.scalar("get_field", value, *name), _field(known_of(value), name)
    )


@CONSTRUCTS.builder("grouping")
def grouping(key: IntoExpr) -> Expr:
    """Whether a row is a total over all values of a key: 1 if it is, 0 if it is of one value.

    It is for keys that are grouped in several ways, by `datafusion.expr.GroupingSet`. A session of
    `datafusion` 55 gives its column no other name; a runtime does.

    An aggregate: one value for a group of rows.

    Examples:
        >>> from datafusion.expr import GroupingSet
        >>> rows = rt.from_pydict({"shop": ["a", "b"], "n": [1, 2]})
        >>> total = {"all": b.grouping(col("shop")), "n": b.sum(col("n"))}
        >>> rows = rows.aggregate(GroupingSet.rollup(col("shop")), **total).sort("n")
        >>> rows.to_pydict()
        {'shop': ['a', 'b', None], 'all': [0, 0, 1], 'n': [1, 2, 3]}
    """
    return CONSTRUCTS.aggregate("grouping", key)


@CONSTRUCTS.builder("named_struct")
def named_struct(
    fields: Mapping[str, IntoExpr] | None = None, /, **named: IntoExpr
) -> Expr:
    """A struct of fields by their names: `named_struct(a=1, b=col("x"))`.

    Names that Python cannot write go into a dictionary: `named_struct({"first name": col("x")})`.

    Examples:
        >>> rows = rt.from_pydict({"x": [1, 2]})
        >>> rows.select(s=b.named_struct(x=col("x"), half=col("x") / 2.0)).to_pydict()
        {'s': [{'x': 1, 'half': 0.5}, {'x': 2, 'half': 1.0}]}
    """
    function = "named_struct"
    if fields is not None and not isinstance(fields, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        _refuse(
            function, f"`fields` takes a dict from names to values, {shown(fields)}"
        )
    every = {**(fields or {}), **named}
    if not every:
        _refuse(function, "a struct has a field at least")
    if twice := [name for name in named if name in (fields or {})]:
        _refuse(function, f"the field `{twice[0]}` is given twice")
    arguments: list[object] = []
    for name, value in every.items():
        if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            _refuse(function, f"the name of a field is a str, {shown(name)}")
        arguments += [name, value]
    kinds = [(name, known_of(value)) for name, value in every.items()]
    return declared(CONSTRUCTS.scalar(function, *arguments), StructOf("", *kinds))


@CONSTRUCTS.builder("struct")
def struct(*values: IntoExpr) -> Expr:
    """A struct of values, whose fields are called `c0`, `c1`, and so on.

    `named_struct` gives them names. In SQL also: row.

    Examples:
        >>> rt.evaluate(b.struct(1, "a"))
        {'c0': 1, 'c1': 'a'}
    """
    if not values:
        _refuse("struct", "a struct has a field at least")
    kinds = [(f"c{at}", known_of(value)) for at, value in enumerate(values)]
    return declared(CONSTRUCTS.scalar("struct", *values), StructOf("", *kinds))


@CONSTRUCTS.builder("union_extract")
def union_extract(union: Expr, name: str) -> Expr:
    """The value of a union where it is the one of this name, else NULL.

    Examples:
        >>> import pyarrow as pa
        >>> kinds = pa.array([0, 1], pa.int8())
        >>> parts = [pa.array([7, None]), pa.array([None, "a"])]
        >>> rows = pa.table({"u": pa.UnionArray.from_sparse(kinds, parts, ["n", "s"])})
        >>> rt.from_arrow(rows).select(n=b.union_extract(col("u"), "n")).to_pydict()
        {'n': [7, None]}
    """
    return CONSTRUCTS.scalar("union_extract", _union("union_extract", union), name)


@CONSTRUCTS.builder("union_tag")
def union_tag(union: Expr) -> Expr:
    """The name of the one among the types of a union that a value is of.

    Examples:
        >>> import pyarrow as pa
        >>> kinds = pa.array([0, 1], pa.int8())
        >>> parts = [pa.array([7, None]), pa.array([None, "a"])]
        >>> rows = pa.table({"u": pa.UnionArray.from_sparse(kinds, parts, ["n", "s"])})
        >>> rt.from_arrow(rows).select(tag=b.union_tag(col("u"))).to_pydict()
        {'tag': ['n', 's']}
    """
    return CONSTRUCTS.scalar("union_tag", _union("union_tag", union))


@CONSTRUCTS.builder("with_metadata")
def with_metadata(value: IntoExpr, metadata: Mapping[str, str]) -> Expr:
    """The value, as a column with this metadata besides that which it has.

    Examples:
        >>> metres = b.with_metadata(1.5, {"unit": "m"})
        >>> rt.evaluate(b.arrow_metadata(metres, "unit"))
        'm'
    """
    function = "with_metadata"
    if not isinstance(metadata, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        _refuse(
            function,
            f"`metadata` takes a dict from names to texts, {shown(metadata)}",
        )
    if not metadata:
        _refuse(function, "`metadata` has an entry at least")
    entries: list[object] = []
    for key, text in metadata.items():
        if not isinstance(key, str) or not key:  # pyright: ignore[reportUnnecessaryIsInstance]
            _refuse(function, f"a name of metadata is a text, {shown(key)}")
        entries += [key, text]
    built = CONSTRUCTS.scalar(function, value, *entries)
    return declared(built, known_of(value))


def known_of(value: object) -> Kind:
    """Returns what is known of the values of an argument."""
    return known(value) if isinstance(value, Expr) else ANY


def _cast(function: str, value: IntoExpr, data_type: object) -> Expr:
    if isinstance(data_type, str):
        return CONSTRUCTS.scalar(function, value, data_type)
    if not isinstance(data_type, pa.DataType):
        _refuse(
            function,
            "argument `data_type` takes a `pyarrow.DataType` or a text such as "
            f'"Timestamp(ms)", {shown(data_type)}',
        )
    known_function = CONSTRUCTS.get(function)
    assert known_function is not None
    given = _VALUE.expression(known_function, value)
    built = (
        given.cast(data_type) if function == "arrow_cast" else given.try_cast(data_type)
    )
    return declared(built, of_arrow(data_type))


def _field(kind: Kind, names: tuple[str, ...]) -> Kind:
    """The kind of a field, as far as it is known."""
    for name in names:
        if not isinstance(kind, StructOf):
            return ANY
        kind = kind.fields.get(name, ANY)
    return kind


def _union(function: str, union: object) -> Expr:
    if not isinstance(union, Expr):
        _refuse(function, f"argument `union` takes an expression, {shown(union)}")
    return union


def _refuse(name: str, why: str) -> NoReturn:
    function = CONSTRUCTS.get(name)
    signature = "" if function is None else function.signature
    raise ArgumentError(f"`{name}`: {why}\nthe function is {signature}")
