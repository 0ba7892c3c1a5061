"""Named statements. Each takes the caller's transaction; none commits."""
