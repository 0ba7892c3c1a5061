"""Research releases: generalise, suppress, measure the risk, refuse. Pure: no I/O, no clock."""
