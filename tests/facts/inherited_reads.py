"""Which attributes the `call` of each library layer reads, as the sources of both Kerases say.

`python -m tests.facts.inherited_reads` writes the table anew.
"""

from __future__ import annotations

import ast
import re
from importlib.util import find_spec
from pathlib import Path

import gradcheck

Classes = dict[str, ast.ClassDef]

TABLE = Path(gradcheck.__file__).parent / "facts" / "interpreter" / "transfer" / "inherited_reads.py"

MATTERS = re.compile(
    r"^function$|kernel|bias$|gamma|beta$|embeddings|alpha|layer$|layers$|cell$|cells$|scale$|activation|dense$|weight$|_u$"
)
NUMBERS = re.compile(
    r"^_?(get|make|call|convert|generate)_|use_|lora_alpha|lora_enabled|kernel_size|kernel_shape|_kernel_|initializer|regularizer|constraint"
)


def reads() -> dict[str, tuple[str, ...]]:
    """Each layer's attributes that may hold weights, layers or functions, under either Keras."""
    found: dict[str, set[str]] = {}
    for package in ("keras", "tf_keras"):
        classes = _classes(package)
        for name in classes:
            if not name.startswith("_") and (names := _of_class(classes, name)) is not None:
                found.setdefault(name, set()).update(names)
    return {name: tuple(sorted(names)) for name, names in sorted(found.items()) if names}


def _classes(package: str) -> Classes:
    spec = find_spec(package)
    assert spec is not None and spec.submodule_search_locations
    found: Classes = {}
    for path in sorted((Path(spec.submodule_search_locations[0]) / "src" / "layers").rglob("*.py")):
        if not path.name.endswith("_test.py") and "legacy" not in path.name:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found.update({node.name: node for node in tree.body if isinstance(node, ast.ClassDef)})
    return found


def _of_class(classes: Classes, name: str) -> set[str] | None:
    """The attributes that `call` and the methods it calls read of `self`; None for a class without one."""
    methods: dict[str, list[ast.FunctionDef]] = {}
    for owner in _lineage(classes, name, ()):
        for member in owner.body:
            if isinstance(member, ast.FunctionDef):
                methods.setdefault(member.name, []).append(member)
    if "call" not in methods:
        return None
    waiting: list[str] = ["call"]
    done: set[str] = set()
    found: set[str] = set()
    while waiting:
        word = waiting.pop()
        if word in done:
            continue
        done.add(word)
        for node in (inner for one in _run(methods[word]) for inner in ast.walk(one)):
            match node:
                case ast.Attribute(value=ast.Name(id="self"), attr=attribute, ctx=ast.Load()):
                    waiting += [attribute] if attribute in methods else []
                    found.add(attribute)
    return {one for one in found if MATTERS.search(one) and not NUMBERS.search(one)}


def _run(methods: list[ast.FunctionDef]) -> list[ast.FunctionDef]:
    """The nearest definition, and those above it as long as `super()` is called."""
    for number, one in enumerate(methods, 1):
        if "super(" not in ast.unparse(one):
            return methods[:number]
    return methods


def _lineage(classes: Classes, name: str, below: tuple[str, ...]) -> list[ast.ClassDef]:
    if name not in classes or name in below:
        return []
    found = [classes[name]]
    for base in classes[name].bases:
        found += _lineage(classes, ast.unparse(base).rpartition(".")[2], (*below, name))
    return found


def main() -> None:
    """Write the table."""
    rows = [f'    "keras.layers.{layer}": "{" ".join(names)}",' for layer, names in reads().items()]
    text = TABLE.read_text(encoding="utf-8")
    head, _, _ = text.partition("READS = {\n")
    TABLE.write_text(head + "\n".join(["READS = {", *rows, "}", ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
