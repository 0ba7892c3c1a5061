"""The scheduler process: ends what is due, refreshes profiles, forecasts, trains, sweeps up.

Run as `python -m focus_core.scheduler`. Any number may run side by side: each takes what no
other has taken. What it does, it logs as structured lines; a job that fails is logged and tried
again at its next turn, the others go on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import schedule
import structlog

from db import embedded, setup
from db.engine import scheduler_engine
from db.notifications import PROFILE_REQUESTED, Listener
from focus_core import lifeline, logs
from focus_core.config import read_settings
from focus_core.domain.errors import DatabaseUnavailable
from focus_core.services import (
    erasure,
    forecasts,
    installation,
    profiles,
    retention,
    running_sessions,
)
from focus_core.trainer import Trainer

END_DUE_EVERY_SECONDS = 5
FORECAST_EVERY_SECONDS = 5
TRAIN_EVERY_MINUTES = 5
REFRESH_EVERY_MINUTES = 5
ERASE_EVERY_MINUTES = 10

log = structlog.get_logger()


def end_due_sessions() -> None:
    """Ends sessions whose plan is reached or that were forgotten, and breaks that are over."""
    ended = running_sessions.close_due()
    if ended:
        log.info("sessions_ended", ended=ended)


def refresh_profiles() -> None:
    """Refreshes the profiles that were asked for."""
    report = profiles.refresh_due()
    if report.refreshed or report.failed:
        log.info("profiles_refreshed", refreshed=report.refreshed, failed=report.failed)


def sweep_profiles() -> None:
    """Finds the profiles that nobody asked for and that are behind, then refreshes."""
    found = profiles.sweep()
    log.info("profiles_swept", found=found)
    refresh_profiles()


def forecast_sessions() -> None:
    """Forecasts for running sessions that were started without them, by other programs say."""
    issued = forecasts.issue_missing()
    if issued:
        log.info("forecasts_issued", sessions=issued)


def sweep_retention() -> None:
    """Deletes what has run out."""
    log.info("retention_swept", **retention.sweep())


def complete_erasures() -> None:
    """Erases the people whose cool-off is over."""
    erased = erasure.complete_due()
    if erased:
        log.info("people_erased", erased=erased)


def guarded(job: Callable[[], None]) -> None:
    """Run one job; whatever happens to it, the scheduler goes on."""
    try:
        job()
    except DatabaseUnavailable:
        log.warning("database_unavailable", job=job.__name__)
    except Exception:  # the outermost frame of a job: logged, and tried again
        log.exception("job_failed", job=job.__name__)


def run(stop: threading.Event) -> None:
    """Work until `stop` is set."""
    wake = threading.Event()
    listener = Listener(
        scheduler_engine, {PROFILE_REQUESTED: lambda _user_id: wake.set()}, on_connect=wake.set
    )
    listener.start()
    trainer = Trainer()
    jobs = schedule.Scheduler()
    jobs.every(installation.BEAT_EVERY_SECONDS).seconds.do(guarded, installation.beat)
    jobs.every(END_DUE_EVERY_SECONDS).seconds.do(guarded, end_due_sessions)
    jobs.every(REFRESH_EVERY_MINUTES).minutes.do(guarded, sweep_profiles)
    jobs.every().hour.do(guarded, sweep_retention)
    jobs.every(ERASE_EVERY_MINUTES).minutes.do(guarded, complete_erasures)
    jobs.every(FORECAST_EVERY_SECONDS).seconds.do(guarded, forecast_sessions)
    jobs.every(TRAIN_EVERY_MINUTES).minutes.do(guarded, trainer.start_when_due)
    log.info("scheduler_started")
    jobs.run_all()
    try:
        while not stop.is_set():
            jobs.run_pending()
            if wake.wait(timeout=0.5):
                wake.clear()
                guarded(refresh_profiles)
    finally:
        trainer.stop()
        listener.stop()
        log.info("scheduler_stopped")


def main() -> None:
    settings = read_settings()
    logs.configure("scheduler", settings.log_level)
    embedded.install_signal_handlers()
    lifeline.watch()
    if settings.database_url is None:
        setup.prepare(settings)
    run(threading.Event())


if __name__ == "__main__":
    main()
