"""The only home of the solver. The seam: ``solve(problem) -> Plan``, in ``exact``; ``greedy`` starts it."""
