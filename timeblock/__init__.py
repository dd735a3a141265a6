"""timeblock protects a person's time: measure, plan, write protected blocks, measure again."""

__version__ = "0.1.0"
