"""A warehouse of a small tree of sources, filled once by the package itself."""

from pathlib import Path

import pytest

import belvedere as bv

SOURCES = {
    "shop/orders.rs": """
//! Orders.

/// The sum of all prices.
pub fn total(prices: &[u64]) -> u64 {
    prices.iter().copied().map(with_tax).sum()
}

fn with_tax(price: u64) -> u64 {
    price + price / 10
}
""",
    "shop/report.py": '''
"""Reports."""

import json


def total(prices):
    """The sum of all prices."""
    return sum(prices)


def report(prices):
    return json.dumps({"total": total(prices)})
''',
}


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of sources."""
    folder = tmp_path_factory.mktemp("tree")
    for name, text in SOURCES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture(scope="session")
def warehouse(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of tables over it."""
    folder = tmp_path_factory.mktemp("warehouse")
    bv.Runtime(folder).run(tree, progress=False)
    return folder


@pytest.fixture
def rt(warehouse: Path) -> bv.Runtime:
    """A runtime over these tables."""
    return bv.Runtime(warehouse)
