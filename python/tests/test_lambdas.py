"""Functions of DataFusion that take a function of Python's: where they stand, and what they refuse."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from datafusion import SessionContext, col, lit

import belvedere as bv
from belvedere import builtin as b
from belvedere import functions as f
from belvedere.arguments import ArgumentError

ROWS = {"k": ["a", "b"], "n": [1, 3], "list": [[1, 2, 3], None]}


@pytest.fixture
def rows(rt: bv.Runtime) -> bv.Relation:
    return rt.from_pydict(ROWS)


def test_it_stands_wherever_an_expression_does(rows: bv.Relation) -> None:
    doubled = b.array_transform(col("list"), lambda n: n * 2)
    assert rows.select(y=doubled).to_pydict() == {"y": [[2, 4, 6], None]}
    assert rows.with_columns(n=doubled).to_pydict()["n"] == [[2, 4, 6], None]
    above = b.array_any_match(col("list"), lambda n: n > 2)
    assert rows.filter(above).to_pydict()["k"] == ["a"]
    first = b.array_first(b.range(col("n")), lambda i: i > 0)
    assert rows.sort(first.sort(nulls_first=False)).to_pydict()["k"] == ["b", "a"]
    assert rows.aggregate(total=b.sum(first)).to_pydict() == {"total": [1]}
    by_first = rows.aggregate(first.alias("first"), rows=b.count()).sort("first")
    assert by_first.to_pydict() == {"first": [1, None], "rows": [1, 1]}


def test_it_sees_columns_and_functions_of_ours(rows: bv.Relation) -> None:
    chosen = b.array_filter(col("list"), lambda n: n >= col("n"))
    hashed = b.array_transform(b.make_array(col("k")), f.stable_hash64)
    found = rows.select(chosen=chosen, hashed=hashed).to_pydict()
    assert found["chosen"] == [[1, 2, 3], None]
    single = rows.select(h=f.stable_hash64(col("k"))).to_pydict()["h"]
    assert found["hashed"] == [[value] for value in single]


def test_one_inside_of_another_has_an_item_of_its_own(rows: bv.Relation) -> None:
    pairs = b.array_transform(
        b.range(col("n")),
        lambda i: b.array_transform(b.range(i + 1), lambda j: i * 10 + j),
    )
    found = rows.select(y=pairs).to_pydict()["y"]
    assert found == [[[0]], [[0], [10, 11], [20, 21, 22]]]
    # One that was built before has the name of the outer item, which it does not see.
    built = b.array_transform([7], lambda i: i + 1)
    both = b.array_transform([1], lambda i: b.array_element(built, 1) + i)
    assert rows.limit(1).select(y=both).to_pydict() == {"y": [[9]]}


def test_two_equal_ones_are_one(rows: bv.Relation) -> None:
    key = [b.array_transform(col("list"), lambda n: n + 1) for _ in range(2)]
    grouped = rows.aggregate(key[0].alias("y"), n=b.count())
    assert grouped.count() == 2
    assert str(key[0]) == str(key[1])


def test_threads_do_not_see_each_other() -> None:
    texts: list[str] = []

    def slow(item: Any) -> Any:
        other = threading.Thread(
            target=lambda: texts.append(str(b.array_filter([1], lambda i: i > 0)))
        )
        other.start()
        other.join()
        return item > 0

    texts.append(str(b.array_filter([1], slow)))
    assert texts[0] == texts[1]


def test_what_a_function_raises_is_raised(rows: bv.Relation) -> None:
    def wrong(item: Any) -> Any:
        raise LookupError(str(item))

    with pytest.raises(LookupError):
        b.array_filter(col("list"), wrong)
    # The next one begins anew.
    assert "(item) ->" in str(b.array_filter(col("list"), lambda n: n > 1))


def test_a_session_of_the_package_computes_the_same() -> None:
    table = SessionContext().from_pydict(ROWS)
    transformed = b.array_transform(col("list"), lambda n: n * lit(2))
    assert table.select(transformed.alias("y")).to_pydict() == {"y": [[2, 4, 6], None]}


SIGNATURE = (
    "\nthe function is array_filter(list: List<T>, predicate: T -> bool) -> List<T>"
)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: b.array_filter([1], 3),  # type: ignore[arg-type]
            "`array_filter`: `predicate` takes a function of an item, this is 3 (int)",
        ),
        (
            lambda: b.array_filter([1], str),
            "`array_filter`: argument `predicate` takes a bool or an expression, "
            "this is 'Expr(item)' (str)",
        ),
        (
            lambda: b.array_filter([1], lambda item: item + 1 and 7),  # type: ignore[arg-type,return-value]
            "`array_filter`: argument `predicate` takes a bool or an expression, "
            "this is 7 (int)",
        ),
        (
            lambda: b.array_filter("abc", lambda item: item),  # type: ignore[arg-type]
            "`array_filter`: argument `list` takes a list or an expression, "
            "this is 'abc' (str)",
        ),
        (
            lambda: b.array_filter([1], f.stable_hash64),
            "`stable_hash64`: argument `value` takes a str, the expression "
            "Expr(item) is an int",
        ),
        (
            lambda: b.array_filter(["a"], f.stable_hash64),
            "`array_filter`: argument `predicate` takes a bool, the expression "
            "Expr(stable_hash64(item)) is an int",
        ),
        (
            lambda: b.array_filter([1]),  # type: ignore[call-arg]
            "`array_filter`: argument `predicate` is missing",
        ),
    ],
)
def test_what_is_no_function_of_an_item_is_refused(
    call: Callable[[], object], message: str
) -> None:
    with pytest.raises(ArgumentError) as refused:
        call()
    text = str(refused.value)
    if message.startswith("`array_filter`"):
        message += SIGNATURE
    assert text == message or text.startswith(message + "\n")


def test_a_function_of_no_item_or_of_two_is_refused() -> None:
    for given in (lambda: True, lambda one, two: one > two):
        with pytest.raises(ArgumentError) as refused:
            b.array_filter([1], given)  # type: ignore[arg-type]
        text = str(refused.value)
        assert (
            "`array_filter`: `predicate` takes a function of one item, this is <func"
            in text
        )
        assert text.endswith(SIGNATURE)
