"""A believable year for first steps, tests and benchmarks: everything in it is done through the acts themselves.

All people and dossiers made here are marked as demonstration.
"""
