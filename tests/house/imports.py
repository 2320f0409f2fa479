"""Reads the project's imports with `ast`, without importing anything. Used by the tests of the house."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("player", "playlists", "county", "config")


@dataclass(frozen=True)
class Import:
    """One import statement's target, with the place it stands at."""

    module: str
    target: str
    line: int

    def __str__(self) -> str:
        """Return the place as an error would show it."""
        return f"{self.module} line {self.line} imports {self.target}"


def source_files(package: str) -> list[Path]:
    """Return the Python files of a package or of a module that is one file."""
    folder = ROOT / package
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]


def module_name(path: Path) -> str:
    """Return the dotted name of a file of the project."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules() -> dict[str, Path]:
    """Return every module of the product by its name."""
    return {module_name(path): path for package in PACKAGES for path in source_files(package)}


def imports_of(module: str, path: Path) -> Iterator[Import]:
    """Yield each imported module, absolute, also those within functions and for type checking."""
    yield from _imports(module, path, ast.parse(path.read_text("utf-8")))


def runtime_imports_of(module: str, path: Path) -> Iterator[Import]:
    """Yield the same without what only a type checker sees."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            node.body = []
    yield from _imports(module, path, tree)


def _imports(module: str, path: Path, tree: ast.AST) -> Iterator[Import]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Import(module, alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(module, path, node)
            for alias in node.names:
                yield Import(module, _deepest(base, alias.name), node.lineno)


def _absolute(module: str, path: Path, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    package = parts if path.name == "__init__.py" else parts[:-1]
    upper = package[: len(package) - node.level + 1]
    return ".".join([*upper, node.module] if node.module else upper)


def _deepest(base: str, name: str) -> str:
    """Return ``base.name`` when that is a module of ours, else the base with the name kept for outsiders."""
    candidate = ROOT.joinpath(*base.split("."), name)
    is_ours = candidate.with_suffix(".py").is_file() or (candidate / "__init__.py").is_file()
    return f"{base}.{name}" if is_ours else base


def reached_from(start: str) -> dict[str, Import | None]:
    """Return every module, ours or not, that running ``start`` may import, each with the import that led there."""
    ours = modules()
    found: dict[str, Import | None] = {start: None}
    waiting = [start]
    while waiting:
        module = waiting.pop()
        for found_import in runtime_imports_of(module, ours[module]):
            for name in _with_parents(found_import.target):
                if name not in found:
                    found[name] = found_import
                    if name in ours:
                        waiting.append(name)
    return found


def _with_parents(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts) + 1)]
