"""Fields for numbers take any: what is out of bounds is told in words by whoever keeps it.

A field that refuses a number itself says so in an icon, and a button pressed then would use the
number before.
"""

from __future__ import annotations

LEAST, MOST = -(10**9), 10**9
