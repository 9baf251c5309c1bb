"""Supplements: a department asks the commune for named indicators of its own while it appraises them."""
