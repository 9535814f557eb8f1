"""Functions of DataFusion that take a function: it is called once, with an expression of the items.

What it gives is an expression, which the engine computes for the items of every row: no item comes to Python.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import NoReturn

from datafusion import Expr, functions

from ._builtin import BUILTINS
from ._kinds import ANY, BOOL, Kind, ListOf, shown
from ._types import declared, known
from .arguments import ArgumentError, IntoBool, IntoExpr, IntoList
from .extension import Function, Param

__all__ = [
    "LAMBDAS",
    "array_any_match",
    "array_filter",
    "array_first",
    "array_transform",
]

_LIST = Param("list", ListOf(ANY))
_CONDITION = Param("predicate", BOOL)
_RESULT = Param("transform", ANY)

LAMBDAS = BUILTINS.beside(
    Function(
        "scalar",
        "array_any_match",
        "array_any_match(list: List<T>, predicate: T -> bool) -> Option<bool>",
        _LIST,
        _CONDITION,
        gives=BOOL,
        engine="array_any_match",
        aliases=("any_match", "list_any_match"),
    ),
    Function(
        "scalar",
        "array_filter",
        "array_filter(list: List<T>, predicate: T -> bool) -> List<T>",
        _LIST,
        _CONDITION,
        engine="array_filter",
        aliases=("list_filter",),
    ),
    Function(
        "scalar",
        "array_first",
        "array_first(list: List<T>, predicate: T -> bool) -> Option<T>",
        _LIST,
        _CONDITION,
        engine="array_first",
        aliases=("list_first",),
    ),
    Function(
        "scalar",
        "array_transform",
        "array_transform(list: List<T>, transform: T -> U) -> List<U>",
        _LIST,
        _RESULT,
        engine="array_transform",
        aliases=("list_transform",),
    ),
)


@LAMBDAS.builder("array_any_match")
def array_any_match(list: IntoList, predicate: Callable[[Expr], IntoBool]) -> Expr:
    """Whether a condition is true of an item; NULL where it is of none, and NULL of one.

    `predicate` is called once, with an expression of the items; it may name columns as well. In SQL
    also: any_match, list_any_match.

    Examples:
        >>> rt.evaluate(b.array_any_match([1, 5], lambda n: n > 3))
        True
    """
    call = _called("array_any_match", list, predicate, _CONDITION)
    return declared(functions.array_any_match(call.items, call.body), BOOL)


@LAMBDAS.builder("array_filter")
def array_filter(list: IntoList, predicate: Callable[[Expr], IntoBool]) -> Expr:
    """The items of which a condition is true.

    `predicate` is called once, with an expression of the items; it may name columns as well. In SQL
    also: list_filter.

    Examples:
        >>> rows = rt.from_pydict({"prices": [[3, 8, 5], []], "most": [5, 1]})
        >>> cheap = b.array_filter(col("prices"), lambda price: price <= col("most"))
        >>> rows.select(cheap=cheap).to_pydict()
        {'cheap': [[3, 5], []]}
    """
    call = _called("array_filter", list, predicate, _CONDITION)
    return declared(functions.array_filter(call.items, call.body), ListOf(call.item))


@LAMBDAS.builder("array_first")
def array_first(list: IntoList, predicate: Callable[[Expr], IntoBool]) -> Expr:
    """The first item of which a condition is true; NULL where it is of none.

    `predicate` is called once, with an expression of the items; it may name columns as well. In SQL
    also: list_first.

    Examples:
        >>> rt.evaluate(b.array_first(["a", "bc", "de"], lambda text: b.length(text) > 1))
        'bc'
    """
    call = _called("array_first", list, predicate, _CONDITION)
    return declared(functions.array_first(call.items, call.body), call.item)


@LAMBDAS.builder("array_transform")
def array_transform(list: IntoList, transform: Callable[[Expr], IntoExpr]) -> Expr:
    """What is computed of each item, as a list.

    `transform` is called once, with an expression of the items; it may name columns as well. In SQL
    also: list_transform.

    Examples:
        >>> rt.evaluate(b.array_transform(["a", "b"], b.upper))
        ['A', 'B']

        >>> doubled = lambda numbers: b.array_transform(numbers, lambda n: n * 2)
        >>> rt.evaluate(b.array_transform([[1, 2], [3]], doubled))
        [[2, 4], [6]]
    """
    call = _called("array_transform", list, transform, _RESULT)
    return declared(
        functions.array_transform(call.items, call.body), ListOf(call.gives)
    )


@dataclass(frozen=True)
class _Call:
    """The arguments of a call, and what is known of them."""

    items: Expr
    body: Expr
    item: Kind
    gives: Kind


# How many functions are being called, one inside of another: each has a variable of its own.
_DEPTH = ContextVar("_DEPTH", default=0)


def _called(name: str, items: object, given: object, result: Param) -> _Call:
    function = LAMBDAS.get(name)
    assert function is not None
    every = _LIST.expression(function, items)
    kind = known(every)
    item = kind.items if isinstance(kind, ListOf) else ANY
    if not callable(given):
        _refuse(
            function, f"`{result.name}` takes a function of an item, {shown(given)}"
        )
    if _takes_no_item(given):
        _refuse(
            function, f"`{result.name}` takes a function of one item, {shown(given)}"
        )
    depth = _DEPTH.get()
    variable = "item" if depth == 0 else f"item_{depth + 1}"
    token = _DEPTH.set(depth + 1)
    try:
        found = given(declared(functions.lambda_var(variable), item))
    finally:
        _DEPTH.reset(token)
    body = result.expression(function, found)
    return _Call(every, functions.lambda_([variable], body), item, known(body))


def _takes_no_item(given: Callable[..., object]) -> bool:
    try:
        inspect.signature(given).bind(None)
    except TypeError:
        return True
    except ValueError:
        # What is written in C has no signature; the call will tell.
        return False
    return False


def _refuse(function: Function, why: str) -> NoReturn:
    raise ArgumentError(
        f"`{function.name}`: {why}\nthe function is {function.signature}"
    )
