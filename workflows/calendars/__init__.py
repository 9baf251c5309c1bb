"""The calendar of working days: the law's days off, and the table by which a year's notices differ from it."""
