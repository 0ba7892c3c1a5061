"""Every goal of the program's speed, measured on data made up for it. `make bench` runs them.

Benchmarks are not tests: they print what was measured beside what was aimed at, and fail nothing.
What is compared is measured side by side in one run, in turns, and told as a ratio of medians,
since the seconds themselves are the machine's.
"""
