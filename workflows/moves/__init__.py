"""Moving a dossier in flight to another version of the procedure: planned first, done by an act, told in a report."""
