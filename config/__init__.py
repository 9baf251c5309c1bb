"""Composition: settings, URLs, templates and static files shared by all, and the entry points."""
