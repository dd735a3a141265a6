"""The only home of the solver. The seam: ``solve(problem) -> Plan``; greedy today, exact later, same signature."""
