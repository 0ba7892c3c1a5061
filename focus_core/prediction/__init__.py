"""How long, how sure, will it be finished, how well will it go: forecasts and their scores.

Pure computation on numpy arrays: no database, no clock, no network. What was known when is the
caller's to say; nothing here looks at anything it was not given.
"""
