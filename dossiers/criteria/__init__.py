"""Criteria sets as versioned data, and the evaluation of their thresholds."""
