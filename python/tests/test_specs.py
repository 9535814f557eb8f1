"""Queries and expressions as data: dictionaries, JSON and files, and what is said of wrong ones."""

import json
from pathlib import Path

import pytest

import belvedere as bv
from belvedere import spec

DEFS: spec.Query = {
    "version": 1,
    "params": [{"name": "wanted", "type": "String", "default": "total"}],
    "from": {"relation": "ast_defs", "as": "d"},
    "steps": [
        {"where": {"eq": [{"column": "d.name"}, {"column": "wanted"}]}},
        {"select": [{"column": "d.path"}, {"column": "d.name"}]},
        {"order_by": [{"value": {"column": "path"}}]},
    ],
}

TEXT = """\
param wanted: String = "total"
from ast_defs as d
where d.name == wanted
select { d.path, d.name }
order by path"""


def test_a_dictionary_a_text_and_a_file_are_one_query(
    rt: bv.Runtime, tmp_path: Path
) -> None:
    file = tmp_path / "defs.json"
    file.write_text(json.dumps(DEFS))
    expected = rt.query(TEXT).to_arrow()
    assert expected.num_rows == 2
    for given in (DEFS, json.dumps(DEFS), file):
        assert rt.spec(given).to_arrow() == expected
        assert rt.spec_text(given) == TEXT
    assert rt.spec(DEFS, wanted="report").to_arrow().column("name").to_pylist() == [
        "report"
    ]


def test_a_spec_can_be_grown_by_a_program(rt: bv.Runtime) -> None:
    names = ["total", "report"]
    equal: list[spec.Expression] = [
        {"eq": [{"column": "name"}, name]} for name in names
    ]
    steps: list[spec.Step] = [{"where": {"or": equal}}]
    steps.append(
        {"aggregate": [{"name": "n", "value": {"call": {"function": "count"}}}]}
    )
    assert rt.spec({"from": "ast_defs", "steps": steps}).to_arrow()[
        "n"
    ].to_pylist() == [3]


def test_templates_are_steps(rt: bv.Runtime) -> None:
    query: spec.Query = {
        "from": "ast_defs",
        "steps": [
            {"identify": {"kind": "name", "parts": ["name"], "into": "key"}},
            {"latest": {"keys": ["key"], "order": "path"}},
            {"where": {"eq": [{"column": "name"}, "total"]}},
            {"select": [{"column": "path"}]},
        ],
    }
    assert rt.spec(query).to_arrow()["path"].to_pylist() == ["shop/report.py"]


def test_an_expression_has_a_value_for_each_row(rt: bv.Runtime) -> None:
    value: spec.Expression = {
        "call": {"function": "upper", "args": [{"column": "lang"}]}
    }
    values = rt.expression("source_files", value).to_arrow()["value"].to_pylist()
    assert sorted(values) == ["PYTHON", "RUST"]
    with pytest.raises(bv.PlanError, match="no column `lng`") as wrong:
        rt.expression("source_files", {"column": "lng"})
    assert " --> spec:/column\n" in str(wrong.value)


def test_what_is_wrong_is_said_at_its_node(rt: bv.Runtime) -> None:
    wrong: spec.Query = {
        "from": "ast_defs",
        "steps": [{"limit": 3}, {"where": {"eq": [{"column": "nam"}, "a"]}}],
    }
    with pytest.raises(bv.PlanError) as error:
        rt.spec(wrong)
    assert str(error.value) == (
        "no column `nam` in `ast_defs` [V0050]\n"
        "       help: did you mean `name`?\n"
        " --> spec:/steps/1/where/eq/0/column\n"
        "  |\n"
        '3 | where nam == "a"\n'
        "  |       ^^^"
    )
    for text, part in [
        ("{", "it ends before it is complete"),
        ('{"from": "ast_defs", "step": []}', "spec:/step\n"),
        ('{"version": 2, "from": "ast_defs"}', "the spec has version 2"),
        ('{"from": "ast_defs) union all (from ast_calls"}', "is no name"),
        (
            '{"from": "ast_defs", "from": "ast_calls"}',
            "`from` stands twice in this object",
        ),
        ('["ast_defs", []]', "expected an object with `$schema`"),
        (
            '{"from": "ast_defs", "steps": [{"select": ["name"]}]}',
            'the column is `{"column": "name"}`',
        ),
    ]:
        with pytest.raises(bv.PlanError) as error:
            rt.spec(text)
        assert part in str(error.value)
        with pytest.raises(bv.PlanError):
            rt.spec_text(text)


def test_values_are_values_whatever_is_in_them(rt: bv.Runtime) -> None:
    for name in ['total" or true or name == "', "name", "\\", "'", "\u202e\u0000"]:
        query: spec.Query = {
            "from": "ast_defs",
            "steps": [{"where": {"eq": [{"column": "name"}, name]}}],
        }
        assert rt.spec(query).to_arrow().num_rows == 0
    with pytest.raises(bv.ArgumentError, match="JSON"):
        rt.spec({"from": "ast_defs", "steps": [{"where": float("nan")}]})
