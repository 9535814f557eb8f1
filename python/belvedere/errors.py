"""What this package raises: one tree, with the messages that Rust gives."""

__all__ = [
    "BelvedereError",
    "ContractError",
    "DeltaConflict",
    "ExecutionError",
    "ForkError",
    "NotPublished",
    "OutOfMemory",
    "PlanError",
    "RunFailed",
    "SqlRefused",
    "WarehouseError",
]


class BelvedereError(Exception):
    """The root of all."""


class PlanError(BelvedereError):
    """What is asked does not fit the tables, or is no query."""


class SqlRefused(PlanError):
    """A statement asks what no statement may ask: it is not a single query over tables."""


class NotPublished(PlanError):
    """A table or view is known, and no run has published it yet."""


class ExecutionError(BelvedereError):
    """A row could not be computed."""


class OutOfMemory(ExecutionError):
    """A query needs more memory than the runtime has."""


class ContractError(BelvedereError):
    """Rows do not keep to what was declared: audits, keys, schemas of tables that others write."""


class DeltaConflict(BelvedereError):
    """Another run writes to the warehouse, or another program has changed a table of it."""


class WarehouseError(BelvedereError):
    """The folder of tables cannot be read or written, or what is in it is damaged."""


class RunFailed(BelvedereError):
    """A source, or several tables and views of a run, failed; nothing was published."""


class ForkError(BelvedereError):
    """The process was forked after the engine had started."""
