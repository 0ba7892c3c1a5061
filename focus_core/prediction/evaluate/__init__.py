"""Walks a file of sessions forward in time with the product's own predictors, and scores them."""
