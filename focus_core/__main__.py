"""The command line: `python -m focus_core COMMAND`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from db import embedded
from db.trouble import DatabaseTrouble
from focus_core import launcher, lifeline
from focus_core.config import read_settings
from focus_core.domain.errors import FocusError

# Each command imports what it alone needs: what `run` imports, its dashboard waits for.


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 1 when it can't be done, and the reason is printed."""
    parser = argparse.ArgumentParser(prog="python -m focus_core", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (function, help_text) in COMMANDS.items():
        command = commands.add_parser(name, help=help_text, description=help_text)
        command.set_defaults(function=function)
        if name == "demo":
            command.add_argument("--remove", action="store_true", help="take them away again")
        if name in ("backup", "restore"):
            command.add_argument("file", type=Path, help="the file with everything in it")
        if name == "drop-kept":
            command.add_argument("--yes", action="store_true", help="delete them, for good")
        if name in ("reset-link", "make-admin"):
            command.add_argument("name", help="the name they sign in with")
    chosen = parser.parse_args(arguments)
    try:
        chosen.function(chosen)
    except (FocusError, launcher.CannotStart, DatabaseTrouble, ValueError) as error:
        print(f"focus: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def run(_: argparse.Namespace) -> None:
    embedded.install_signal_handlers()
    on_a_desktop = sys.platform == "darwin" or bool(os.environ.get("DISPLAY"))
    launcher.run(read_settings(), open_browser=on_a_desktop and sys.stdout.isatty())


def migrate(_: argparse.Namespace) -> None:
    from db import setup

    setup.prepare(read_settings())
    print("focus: the database is up to date")


def demo(chosen: argparse.Namespace) -> None:
    _use_restricted_roles()
    from focus_core.services import demo as demonstration

    if chosen.remove:
        print(
            f"focus: removed {demonstration.remove()} demonstration people and all that is theirs"
        )
        return
    password = demonstration.create(launcher.say)
    print("focus: the demonstration people are:")
    for username, description in demonstration.PEOPLE.items():
        print(f"  {username:16} {description}")
    print(f"focus: they all sign in with the password  {password}")
    print("focus: `make demo-remove` takes them away again")


def train(_: argparse.Namespace) -> None:
    embedded.install_signal_handlers()
    lifeline.watch()
    _use_restricted_roles()
    from focus_core.services import model_training

    def tell(done: int, total: int) -> None:
        if done * 10 // total > (done - 1) * 10 // total:
            launcher.say(f"training: {done:,} of {total:,} sessions and tasks replayed")

    training = model_training.train_now(tell)
    if training is None:
        print("focus: nothing was trained: there is too little yet, or somebody left meanwhile")
        return
    print(
        f"focus: trained on {training.sessions:,} sessions of {training.people:,} people"
        f" (models {training.models_id})"
    )


def reset_link(chosen: argparse.Namespace) -> None:
    _use_restricted_roles()
    from focus_core.services import password_reset

    token = password_reset.make_link_on_host(chosen.name)
    print("focus: give them this link; it works once, within 24 hours:")
    print(f"  {read_settings().home}/?reset={token}")


def make_admin(chosen: argparse.Namespace) -> None:
    _use_restricted_roles()
    from focus_core.services import people

    if people.make_admin_on_host(chosen.name):
        print(f"focus: {chosen.name} is an administrator now, from their next click on")
    else:
        print(f"focus: {chosen.name} is an administrator already; nothing was changed")


def back_up(chosen: argparse.Namespace) -> None:
    from db import backup

    backup.back_up(read_settings(), chosen.file)
    print(f"focus: everything is in {chosen.file}; keep it where only you can read it")


def restore(chosen: argparse.Namespace) -> None:
    from db import backup

    restored = backup.restore(read_settings(), chosen.file)
    print(f"focus: restored; what was there before is kept as the database {restored.kept}")
    print("focus: it still holds everybody; once all is well, delete it with `drop-kept --yes`")
    print("focus: everybody has to sign in anew, and every personal token and open link has ended")
    if restored.endings_known:
        print("focus: what was withdrawn, locked out or erased since the backup stays so")
    else:
        print(
            "focus: what was there before knew nobody of these, so what was withdrawn, locked out"
            " or erased since the backup can't be known: it is all back, see to it"
        )


def drop_kept(chosen: argparse.Namespace) -> None:
    from db import backup

    settings = read_settings()
    kept = backup.list_kept(settings)
    if not kept:
        print("focus: there is no database that a restore kept")
    for name in kept:
        if chosen.yes:
            backup.drop_kept(settings, name)
        print(f"focus: {'deleted' if chosen.yes else 'kept'} {name}")
    if kept and not chosen.yes:
        print("focus: `drop-kept --yes` deletes them for good")


def _use_restricted_roles() -> None:
    """Commands work through the services, so under the same roles as the dashboard."""
    from db import setup

    settings = read_settings()
    urls = setup.prepare(settings)
    if settings.database_url is not None:
        os.environ["DATABASE_URL"] = urls.app.render_as_string(hide_password=False)
        os.environ["SCHEDULER_DATABASE_URL"] = urls.scheduler.render_as_string(hide_password=False)


COMMANDS: dict[str, tuple[Callable[[argparse.Namespace], None], str]] = {
    "run": (run, "start the dashboard and its scheduler"),
    "migrate": (migrate, "bring the database up to date"),
    "demo": (demo, "add demonstration people with a year of sessions"),
    "backup": (back_up, "write everything to one file, while Focus may run"),
    "restore": (restore, "put back what a backup holds; what is there now is kept aside"),
    "drop-kept": (drop_kept, "list the databases that restores kept aside, and delete them"),
    "train": (train, "train the forecasts on everybody's past; the scheduler does so every day"),
    "reset-link": (reset_link, "make a one-time link for someone who forgot their password"),
    "make-admin": (make_admin, "let somebody who has an account administer this Focus"),
}

if __name__ == "__main__":
    sys.exit(main())
