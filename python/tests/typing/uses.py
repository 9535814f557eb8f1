"""Right and wrong uses of the stubs, for mypy: this file is never run.

A wrong use says which error it must give. mypy warns about an ignore comment that hides nothing, so
that a stub which accepts too much fails as one does that accepts too little.
"""

from datafusion import Expr, col

from belvedere import functions as f

# Every function takes columns and gives an expression.
length: Expr = f.span_len(col("span"))
inner: Expr = f.utf8_null_if_blank(f.utf8_normalize(col("name")))

# A plain value stands for a constant column of its type, None for NULL.
hashed: Expr = f.stable_hash64("alpha")
missing: Expr = f.stable_hash64(None)

# Parameters go by name, those with defaults may be left out.
made: Expr = f.span_make(col("start"), col("end"))
named: Expr = f.span_make(bstart=3, bend=10, end_exclusive=False)
folded: Expr = f.utf8_normalize(col("name"), form="nfc", casefold=False)

# A variadic takes any number of values of any type.
parts: Expr = f.stable_id_parts("node", col("path"), 3, True, None)
alone: Expr = f.stable_id_parts("node")

# A fallible function has a twin.
offset: Expr = f.try_col_to_byte(col("line"), col("column"), "utf16")

# A value of another type is no constant for a column.
f.stable_hash64(3)  # type: ignore[arg-type]
f.span_len("text")  # type: ignore[arg-type]

# What must be constant takes no column.
f.col_to_byte(col("line"), col("column"), col("unit"))  # type: ignore[arg-type]
f.utf8_normalize(col("name"), casefold="yes")  # type: ignore[arg-type]
f.utf8_normalize(col("name"), form="nfx")  # type: ignore[arg-type]

# Arguments are counted and named.
f.span_len()  # type: ignore[call-arg]
f.span_make(1)  # type: ignore[call-arg]
f.span_len(spam=col("span"))  # type: ignore[call-arg]
f.utf8_null_if_blank("a", "b")  # type: ignore[call-arg]

# Aliases exist in SQL only, and so do functions that nobody wrote.
f.hash64("alpha")  # type: ignore[attr-defined]
f.no_such_function()  # type: ignore[attr-defined]

# A result is an expression, not its value.
number: int = f.span_len(col("span"))  # type: ignore[assignment]
