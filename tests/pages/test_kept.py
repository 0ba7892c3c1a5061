"""What pages keep is shared by everybody: whose it is and how new must be part of its name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PAGES = Path(__file__).parents[2] / "pages"
KEEP = {"cache_data", "cache_resource"}
OWNERS, VERSIONS = {"user_id", "key"}, {"data_version", "computed_at", "key"}
"""`key` holds both."""
OF_NO_VERSION = {
    "unread",  # what others wrote to a person: no change of their data; kept for seconds
    "issued_of",  # a forecast that was issued is never changed
    "verdicts_of",  # how forecasts have turned out so far: kept for ten minutes
    "earlier_plans_of",  # the same of plans
}


def kept() -> Iterator[tuple[str, set[str]]]:
    """The functions whose answers are kept, with what the answers are told apart by."""
    for path in PAGES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and any(
                name.attr in KEEP
                for decorator in node.decorator_list
                for name in ast.walk(decorator)
                if isinstance(name, ast.Attribute)
            ):
                arguments = {argument.arg for argument in node.args.args}
                yield node.name, {name for name in arguments if not name.startswith("_")}


def test_what_is_kept_of_a_person_is_told_apart_by_whose_and_how_new_it_is() -> None:
    found = dict(kept())
    assert len(found) > 5
    for name, told_apart_by in found.items():
        assert told_apart_by & OWNERS, name
        assert told_apart_by & VERSIONS or name in OF_NO_VERSION, name
