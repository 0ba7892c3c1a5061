"""Doing a thing once, however often it is asked for under the same key."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from db.queries import replies
from db.session import open_around
from focus_core.domain.errors import KeyUsedOtherwise


def once(user_id: UUID, key: str, fingerprint: bytes, work: Callable[[], str]) -> tuple[str, bool]:
    """What `work` returned, now or the first time; and whether that was before.

    The key, the reply and all that services do for this person inside `work` are one transaction:
    kept together, or, when it raises, undone together. Of several at once one works and the
    others wait for it. A key is forgotten after 24 hours.

    Raises KeyUsedOtherwise when the key came with another fingerprint, and what `work` raises.
    """
    with open_around(user_id) as transaction:
        if replies.claim(transaction, user_id, key, fingerprint):
            reply = work()
            replies.keep(transaction, user_id, key, reply)
            return reply, False
        known = replies.find(transaction, user_id, key)
        if known["fingerprint"] != fingerprint:
            raise KeyUsedOtherwise
        return known["reply"], True
