"""What a person may take from their figures, in words, and how sure they may be."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from focus_core.domain.rates import Rate

UNKNOWN = "—"
UNSURE = "not sure yet"


def percent(share: float | None) -> str:
    """0.125 as "13 %"; unknown as a dash."""
    return UNKNOWN if share is None else f"{_whole(share * 100):,} %"


def interval(rate: Rate | None) -> str:
    """The bounds of the 95 % interval, as "70–90 %"."""
    if rate is None:
        return UNKNOWN
    return f"{_whole(rate.low * 100)}–{_whole(rate.high * 100)} %"


def standing(rate: Rate, overall: float, whose: str = "your") -> str:
    """Whether a rate stands out from the overall mean, or may be chance."""
    if not rate.differs_from(overall):
        return UNSURE
    return f"{'above' if rate.mean > overall else 'below'} {whose} average"


def best(names: Sequence[str], rates: Sequence[Rate], overall: float, kind: str) -> str:
    """One sentence on the peaks: only those that stand out are called best."""
    if not names:
        return f"No {kind} has enough sessions yet"
    sure = [
        name
        for name, rate in zip(names, rates, strict=True)
        if rate.differs_from(overall) and rate.mean > overall
    ]
    if not sure:
        return f"No {kind} stands out yet: {_listed(names)} may be best, but that could be chance"
    return f"You do best {_preposition(kind)} {_listed(sure)}"


def hour_name(hour: int) -> str:
    """9 as "09–10"."""
    return f"{hour:02}–{(hour + 1) % 24:02}"


def _preposition(kind: str) -> str:
    return "on" if kind == "weekday" else "at"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _whole(number: float) -> int:
    """Rounded as people do it by hand: 0.5 up."""
    return int(Decimal(repr(number)).quantize(Decimal(1), ROUND_HALF_UP))
