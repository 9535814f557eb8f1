"""Prints what Python's own `ast` module finds in the files that standard input names.

One line for each definition (`D kind qualname first-line last-line parameters`), call (`C line
name arguments`) and imported name (`I line name alias`), after a line `F path`. A file that Python itself
cannot read or parse gives the line `X` only.
"""

import ast
import sys
import warnings

warnings.simplefilter("ignore")
sys.setrecursionlimit(100_000)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def facts(node, scope, kind, lines):
    inner, inner_kind = scope, kind
    if isinstance(node, FUNCTIONS + (ast.ClassDef,)):
        is_class = isinstance(node, ast.ClassDef)
        label = "class" if is_class else "method" if kind == "class" else "function"
        name = scope + node.name
        count = "-"
        if not is_class:
            a = node.args
            count = len(a.posonlyargs + a.args + a.kwonlyargs) + bool(a.vararg) + bool(a.kwarg)
        lines.append(f"D {label} {name} {node.lineno} {node.end_lineno} {count}")
        inner = name + ("." if is_class else ".<locals>.")
        inner_kind = "class" if is_class else "function"
    elif isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", "-"))
        lines.append(f"C {node.lineno} {name} {len(node.args) + len(node.keywords)}")
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        for alias in node.names:
            lines.append(f"I {alias.lineno} {alias.name} {alias.asname or '-'}")
    # What stands before the body (decorators, defaults, bases) lies in the scope around.
    for field, value in ast.iter_fields(node):
        body = field == "body" and inner is not scope
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                facts(child, inner if body else scope, inner_kind if body else kind, lines)


for path in sys.stdin.read().splitlines():
    print("F", path)
    lines = []
    try:
        with open(path, "rb") as file:
            facts(ast.parse(file.read()), "", "", lines)
    except (SyntaxError, ValueError, UnicodeError, RecursionError, MemoryError):
        print("X")
        continue
    sys.stdout.writelines(line + "\n" for line in sorted(lines))
