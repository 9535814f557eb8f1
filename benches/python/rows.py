"""Made-up rows of a code index, on which all tasks are done."""

import datetime
import random

import pyarrow as pa

SPAN = pa.struct(
    [
        ("bstart", pa.int64()),
        ("bend", pa.int64()),
        ("line_base", pa.int32()),
        ("col_unit", pa.string()),
        ("end_exclusive", pa.bool_()),
    ]
)

SCHEMA = pa.schema(
    [
        ("row", pa.int64()),
        ("path", pa.string()),
        ("name", pa.string()),
        ("line", pa.string()),
        ("position", pa.int64()),
        ("span", SPAN),
        ("other", SPAN),
        ("tags", pa.list_(pa.string())),
        ("attributes", pa.map_(pa.string(), pa.string())),
        ("change", pa.string()),
        ("version", pa.int64()),
        ("score", pa.float64()),
        ("day", pa.date32()),
    ]
)

# Of each column, one value in so many is NULL.
MISSING = 50

CHANGES = ["insert", "update_preimage", "update_postimage", "delete"]
WORDS = ["total", "parse", "Straße", "with tax", "naïve", "ﬁrst", "  Name ", "x"]


def span(random: random.Random) -> dict[str, object]:
    """A span of bytes."""
    start = random.randrange(10_000)
    return {
        "bstart": start,
        "bend": start + random.randrange(300),
        "line_base": 0,
        "col_unit": "byte",
        "end_exclusive": True,
    }


def made_up(rows: int, seed: int = 7) -> pa.Table:
    """So many rows, always the same."""
    chance = random.Random(seed)
    line = "    total = sum(prices)  # ä and \U0001f600"
    day = datetime.date(2026, 1, 1)

    def row(number: int) -> dict[str, object]:
        row: dict[str, object] = {
            "path": f"src/module_{number % 97}.py",
            "name": f"{chance.choice(WORDS)} {chance.choice(WORDS)}",
            "line": line[chance.randrange(8) :],
            "position": chance.randrange(20),
            "span": span(chance),
            "other": span(chance),
            "tags": [chance.choice(WORDS) for _ in range(chance.randrange(8))],
            "attributes": [
                (word, str(number)) for word in WORDS[: chance.randrange(8)]
            ],
            "change": chance.choice(CHANGES),
            "version": chance.randrange(1000),
            "score": chance.random(),
            "day": day + datetime.timedelta(days=chance.randrange(365)),
        }
        for name in row:
            if chance.randrange(MISSING) == 0:
                row[name] = None
        return {"row": number} | row

    return pa.Table.from_pylist([row(number) for number in range(rows)], SCHEMA)
