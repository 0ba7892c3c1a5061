"""Opening a screen the way the app does: through the shell with its navigation and its gate."""

from __future__ import annotations

import re
from pathlib import Path

from streamlit.testing.v1 import AppTest

SHELL = Path(__file__).parents[2] / "pages" / "_ui" / "shell.py"


def open_screen(name: str, timeout: float = 15) -> AppTest:
    """`pages/<name>.py`, as whoever the `cookie` fixture has signed in."""
    app = AppTest.from_file(str(SHELL), default_timeout=timeout)
    return app.switch_page(f"../{name}.py").run()


def everything(app: AppTest) -> str:
    """All that the browser was sent, whatever it shows of it."""
    sent = "\n".join(str(getattr(element, "proto", "")) for element in app._tree)
    return re.sub(r"\\+(?=\W)", "", sent)


def texts(app: AppTest) -> str:
    """All that is written on the screen, without what keeps it text, and with plain spaces."""
    written = [*app.markdown, *app.caption, *app.error, *app.warning, *app.info, *app.title]
    whole = "\n".join(str(element.value) for element in written)
    return re.sub(r"\\(?=\W)", "", whole).replace("\N{NO-BREAK SPACE}", " ")
