"""What every error about the database's own state is, so that a command can tell it by itself."""

from __future__ import annotations


class DatabaseTrouble(RuntimeError):
    """The message says what is wrong with the database and what to do."""
