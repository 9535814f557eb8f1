"""Values of parameters of queries and views, and rows that queries read."""

import datetime
import decimal
import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import belvedere as bv
from belvedere.arguments import ArgumentError

UTC = datetime.timezone.utc
NOON = datetime.datetime(2026, 11, 21, 12, 0, 0, 1)
EAST = datetime.timezone(datetime.timedelta(hours=2))

VALUES: list[tuple[str, Any, Any]] = [
    ("bool", True, True),
    ("bool", np.False_, False),
    ("i8", -128, -128),
    ("i64", np.int64(2**62), 2**62),
    ("f32", 1, 1.0),
    ("f64", 0.1, 0.1),
    ("f64", -1e300, -1e300),
    ("f64", np.float32(1.5), 1.5),
    ("String", 'it\'s "a" ⏎\n', 'it\'s "a" ⏎\n'),
    ("String", "", ""),
    ("Date", datetime.date(2026, 11, 21), datetime.date(2026, 11, 21)),
    ("Date", np.datetime64("2026-11-21"), datetime.date(2026, 11, 21)),
    ("Timestamp", NOON.replace(tzinfo=UTC), NOON.replace(tzinfo=UTC)),
    ("Timestamp", NOON.replace(tzinfo=EAST), NOON.replace(tzinfo=EAST)),
    ("LocalTimestamp", NOON, NOON),
    ("LocalTimestamp", datetime.datetime(1, 1, 1), datetime.datetime(1, 1, 1)),
]

DECIMALS = [
    ("Decimal<38, 2>", "123456789012345678901234567890123456.78"),
    ("Decimal<20, 4>", "-1234567890123456.7891"),
    ("Decimal<20, 4>", "0.1"),
    ("Decimal<3, 0>", "1e2"),
]

WRONG: list[tuple[str, Any, str]] = [
    ("String", None, "a str, this is None (NoneType): a parameter is never NULL"),
    ("String", ["a"], "a str, this is ['a'] (list)"),
    ("String", b"a", "a str, this is b'a' (bytes)"),
    ("String", 3, "a str, this is 3 (int)"),
    ("i64", True, "an int, this is True (bool)"),
    ("i64", "3", "an int, this is '3' (str)"),
    ("i64", 3.0, "an int, this is 3.0 (float)"),
    ("i8", 128, "an int, this is 128 (int): it is not within -128 … 127"),
    ("u64", -1, "it is not within 0 … 18446744073709551615"),
    ("bool", 1, "a bool, this is 1 (int)"),
    ("f64", math.nan, "a float, this is nan (float): it is not finite"),
    ("f64", -math.inf, "a float, this is -inf (float): it is not finite"),
    ("f64", True, "a float, this is True (bool)"),
    ("Date", NOON.replace(tzinfo=UTC), "it has a time of day: `value.date()`"),
    ("Date", "2026-11-21", "a datetime.date, this is '2026-11-21' (str)"),
    ("Timestamp", NOON, "it has no time zone"),
    ("Timestamp", NOON.date(), "a datetime.datetime with a time zone, this is"),
    ("LocalTimestamp", NOON.replace(tzinfo=UTC), "it has a time zone"),
    ("Decimal<4, 2>", 0.1, "a decimal.Decimal with 4 digits, 2 of them behind"),
    ("Decimal<4, 2>", decimal.Decimal("0.001"), "it has 3 digits behind the point"),
    ("Decimal<4, 2>", decimal.Decimal(100), "it has 3 digits before the point"),
    ("Decimal<4, 2>", decimal.Decimal("NaN"), "it is not finite"),
]


@pytest.fixture
def one(rt: bv.Runtime) -> bv.Runtime:
    """A runtime with a table of one row."""
    rt.register("single", pa.table({"n": [1]}))
    return rt


@pytest.mark.parametrize(("declared", "given", "back"), VALUES)
def test_values_arrive_as_they_are(
    one: bv.Runtime, declared: str, given: Any, back: Any
) -> None:
    text = f"param p: {declared} from single as s select {{ p: p }}"
    assert one.query(text, p=given).to_pylist() == [{"p": back}]


@pytest.mark.parametrize(("declared", "digits"), DECIMALS)
def test_decimals_keep_their_digits(
    one: bv.Runtime, declared: str, digits: str
) -> None:
    text = f"param p: {declared} from single as s select {{ p: p }}"
    found = one.query(text, p=decimal.Decimal(digits)).to_pylist()[0]["p"]
    assert found == decimal.Decimal(digits)


@pytest.mark.parametrize(("declared", "given", "told"), WRONG)
def test_values_of_other_types_are_refused(
    one: bv.Runtime, declared: str, given: Any, told: str
) -> None:
    text = f"param p: {declared} from single as s select {{ p: p }}"
    with pytest.raises(ArgumentError) as refused:
        one.query(text, p=given)
    first, second = str(refused.value).split("\n")
    assert first.startswith("the query: parameter `p` takes ") and told in first
    assert second == f"it is declared as `param p: {declared}`"
    assert isinstance(refused.value, TypeError)


def test_names_that_are_no_parameters_are_refused(one: bv.Runtime) -> None:
    text = "param least: i64 from single as s where s.n >= least select { s.n }"
    with pytest.raises(bv.PlanError, match="did you mean `least`"):
        one.query(text, leat=1)
    with pytest.raises(bv.PlanError, match="write `view.parameter`"):
        one.run(params={"least": 1}, progress=False)
    assert one.query(
        "param text: i64 from single as s select { t: text }", text=1
    ).count()


def test_queries_read_what_is_registered(rt: bv.Runtime) -> None:
    kinds = pa.table(
        {"kind": ["fn"], "label": pa.array(["callable"]).dictionary_encode()}
    )
    rt.register("kinds", kinds)
    text = "from ast_defs as d join kinds as k on d.kind == k.kind select { k.label } distinct"
    assert rt.query(text).to_pylist() == [{"label": "callable"}]
    with pytest.raises(bv.PlanError, match=r"no column `labl` in `k` \(kinds\)"):
        rt.query("from kinds as k select { k.labl }")
    rt.register("odd", pa.table({"n": pa.array([1.5], pa.float16())}))
    with pytest.raises(bv.PlanError, match="`odd` cannot be read in a view") as refused:
        rt.query("from odd as o select { o.n }")
    assert str(refused.value).endswith("help: `runtime.sql(…)` reads it")
    assert rt.query("from kinds as k select { k.kind }").count() == 1
    assert rt.deregister("kinds")
    with pytest.raises(bv.PlanError, match="kinds"):
        rt.query("from kinds as k select { k.kind }")


def test_queries_need_no_publication(tmp_path: Any) -> None:
    rt = bv.Runtime(tmp_path / "none")
    rt.register("prices", pa.table({"cents": [1, 2, 3]}))
    rows = rt.query(
        "from prices as p where p.cents > 1 select { p.cents } order by cents"
    )
    assert rows.to_pylist() == [{"cents": 2}, {"cents": 3}]
