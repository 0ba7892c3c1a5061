"""What a process does with the database when it starts and when it stops."""

from __future__ import annotations

import logging

from sqlalchemy.exc import OperationalError

from db import embedded, setup
from db.engine import APP_CONNECTIONS, app_engine
from db.session import open_for_sign_in
from focus_core.config import read_settings
from focus_core.domain.errors import DatabaseUnavailable

CONNECTIONS = APP_CONNECTIONS
"""How many can work on the database at once without waiting for each other."""

logger = logging.getLogger(__name__)


def open_database() -> None:
    """Make the first connection, and see that role and tables fit this code.

    An embedded database is brought up to date first where it is not, so that a part started alone
    works too.
    A database that is away is no reason not to start: pages say so and come back by themselves.
    Raises UnsafeDatabaseRole or SchemaNotReady.
    """
    settings = read_settings()
    try:
        if settings.database_url is None and not setup.is_ready(app_engine().url):
            setup.prepare(settings)
        with open_for_sign_in():
            pass
    except (DatabaseUnavailable, OperationalError):
        logger.warning("The database can't be reached yet. Pages will wait for it.")
        return
    setup.check_schema(app_engine().url)


def close_database() -> None:
    """Give the connections back, and stop the embedded server when nobody else uses it."""
    app_engine().dispose()
    embedded.release()
