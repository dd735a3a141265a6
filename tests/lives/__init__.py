"""Ten lives, each a config and two weeks of a calendar: plans that a person in that life would nod to.

``python -m tests.lives NAME`` prints a plan to read.
"""
