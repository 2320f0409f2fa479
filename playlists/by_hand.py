"""Documents written by hand: the model of `playlists.documents` in YAML.

Rules: plain values only. Dates and times of day are kept as they were typed (YAML 1.1 would read ``19:30``
as 1170 and ``no`` as false), a key given twice is an error, aliases and tags are refused. ``format: 1``
heads every document. Callers: `yuanjiao county`, the demo, tests; never a box.
"""

from __future__ import annotations

import re
from typing import Any, Final, TypeVar

import msgspec
import yaml

from playlists.codec import bad_data, check_format
from playlists.errors import BadData
from playlists.targets import DOCUMENT_LIMIT_BYTES

Model = TypeVar("Model")


class _PlainLoader(yaml.SafeLoader):
    """Safe YAML with the scalars of JSON only."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - as PyYAML has it

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="aliases are not allowed", problem_mark=mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a key is no word", problem_mark=key.start_mark)
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"{key.value!r} is given twice", problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


_SCALARS: Final = (
    ("bool", r"true|false", "tf"),
    ("int", r"-?(0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?", "-0123456789"),
    ("null", r"~|null|", ["~", "n", ""]),
)
for _tag, _pattern, _first in _SCALARS:
    _PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_pattern})$"), list(_first))


def decode_by_hand(
    kind: type[Model], text: str | bytes, where: str, *, limit_bytes: int = DOCUMENT_LIMIT_BYTES
) -> Model:
    """Read a document of the given kind from YAML.

    Raises:
        BadData: It is no YAML, of another format, or not what the class says; file and field are named.
    """
    if len(text) > limit_bytes:
        raise BadData(where, "", f"{len(text)} bytes are more than the {limit_bytes} allowed")
    try:
        content = yaml.load(text, Loader=_PlainLoader)  # noqa: S506 - a SafeLoader that does less
    except (yaml.YAMLError, RecursionError, UnicodeDecodeError) as error:
        raise BadData(where, _line(error), f"is no YAML document: {_problem(error)}") from error
    if not isinstance(content, dict):
        raise BadData(where, "", "is no mapping of fields")
    check_format(content.pop("format", None), where)
    try:
        return msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        raise bad_data(error, where) from error


def _line(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}" if mark else ""


def _problem(error: Exception) -> str:
    return str(getattr(error, "problem", None) or error)
