"""The functions of the shop, in its own runtime and in a session of `datafusion`."""

import doctest
from collections.abc import Callable
from pathlib import Path
from typing import Any

import belvedere as bv
import datafusion
import own_functions
import pyarrow as pa
import pytest
from belvedere import col
from belvedere import functions as f
from own_functions import functions as shop

PRODUCTS = pa.table({"name": ["The blue Pen", None], "cents": [1000, 105]})

EXPECTED: list[dict[str, Any]] = [
    {"words": ["the", "blue", "pen"], "price": 1190},
    {"words": None, "price": 125},
]


def test_a_runtime_of_its_own_has_them(tmp_path: Path) -> None:
    rt = own_functions.Runtime(tmp_path)
    rt.register("products", PRODUCTS)
    rows = rt.table("products").select(
        words=shop.keywords(col("name")), price=shop.with_tax(col("cents"), 19)
    )
    assert rows.to_pylist() == EXPECTED
    assert [function["name"] for function in rt.functions()] == shop.__all__
    with pytest.raises(bv.PlanError, match="masked"):
        bv.Runtime(tmp_path).sql("select masked('4000 1234')")


def test_a_session_of_datafusion_has_them() -> None:
    frame = datafusion.SessionContext().from_arrow(PRODUCTS)
    words, price = shop.keywords(col("name")), shop.with_tax(col("cents"), 19)
    rows = frame.select(words.alias("words"), price.alias("price"))
    assert rows.to_pylist() == EXPECTED
    context = datafusion.SessionContext()
    bv.register(context, own_functions.FUNCTIONS)
    assert context.sql("select masked('4000 1234') as m").to_pylist() == [
        {"m": "**** 1234"}
    ]


def test_the_examples_of_docstrings_are_so(tmp_path: Path) -> None:
    names = {"f": shop, "rt": own_functions.Runtime(tmp_path)}
    for name in shop.__all__:
        (test,) = doctest.DocTestFinder().find(getattr(shop, name), name, globs=names)
        assert doctest.DocTestRunner().run(test) == (0, len(test.examples))
        assert test.examples, name


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(TypeError, match="`with_tax`: argument `percent` takes an int"):
        shop.with_tax(col("cents"), "19")  # type: ignore[arg-type]


def test_relations_of_two_extensions_meet_by_their_rows(tmp_path: Path) -> None:
    ours, standard = own_functions.Runtime(tmp_path), bv.Runtime(tmp_path)
    mine = ours.from_pydict({"n": [1, 2]})
    other = standard.from_pydict({"n": [2, 3]})
    meet: dict[str, Callable[[], bv.Relation]] = {
        "join": lambda: mine.join(other, "n"),
        "union": lambda: mine.union(other),
        "intersect": lambda: mine.intersect(other),
        "except_": lambda: mine.except_(other),
    }
    for name, method in meet.items():
        with pytest.raises(bv.ArgumentError) as refused:
            method()
        assert str(refused.value) == (
            f"`{name}` takes a relation of the same extension, this one is computed by another\n"
            "help: `runtime.from_arrow(other)` takes its rows over, `runtime.register(name, other)` "
            "under a name"
        )
    taken = ours.from_arrow(other)
    assert mine.join(taken, "n").to_pylist() == [{"n": 2}]
    ours.register("other", other)
    assert mine.except_(ours.table("other")).to_pylist() == [{"n": 1}]


def test_an_extension_has_its_own_functions(tmp_path: Path) -> None:
    ours, standard = own_functions.Runtime(tmp_path), bv.Runtime(tmp_path)
    words, hashed = shop.keywords(col("name")), f.stable_hash64(col("name"))
    total = f.count_if(col("cents") > 1)
    for runtime, expression, name in [
        (ours, hashed, "stable_hash64"),
        (ours, total, "count_if"),
        (standard, words, "keywords"),
    ]:
        with pytest.raises(bv.PlanError) as refused:
            runtime.from_arrow(PRODUCTS).select(x=expression)
        assert str(refused.value) == (
            f"the extension of this runtime has no function `{name}`\n"
            "help: a runtime of the extension that has it computes it, and "
            "`runtime.from_arrow(relation)` takes the rows over; an extension that links both "
            "crates has the functions of both"
        )
    rows = standard.from_arrow(PRODUCTS).with_columns(id=hashed)
    both = ours.from_arrow(rows).select("id", words=words).to_pylist()
    assert [row["words"] for row in both] == [row["words"] for row in EXPECTED]
    # A session of `datafusion` calls both: each through its own extension.
    frame = datafusion.SessionContext().from_arrow(PRODUCTS)
    told = frame.select(hashed.alias("id"), words.alias("words")).to_pylist()
    assert sorted(told, key=str) == sorted(both, key=str)
