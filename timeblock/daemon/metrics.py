"""Figures of the daemon's doings for Prometheus, on this machine alone."""

from __future__ import annotations

from collections.abc import Callable

from timeblock.daemon.health import Health
from timeblock.errors import FixNeeded


def serve(address: str) -> Callable[[Health], None]:
    """Answers scrapes at ``address`` ("host:port") from now on; returns what takes the latest health."""
    try:
        import prometheus_client as prometheus
    except ImportError as missing:
        raise FixNeeded("daemon.metrics needs one more package: pip install 'timeblock[metrics]'") from missing
    registry = prometheus.CollectorRegistry()
    gauges = {
        name: prometheus.Gauge(f"timeblock_{name}", text, registry=registry)
        for name, text in (
            ("cycles", "Plans made and written since the start."),
            ("requests", "Requests sent to calendars since the start."),
            ("writes", "Blocks written, changed or deleted since the start."),
            ("undecided", "What waits for the person."),
            ("problems", "Accounts and other things that are in trouble."),
            ("read_timestamp_seconds", "When calendars were last read."),
            ("planned_timestamp_seconds", "When a plan was last made."),
        )
    }
    host, _, port = address.rpartition(":")
    try:
        prometheus.start_http_server(int(port), host.strip("[]"), registry)
    except OSError as taken:
        raise FixNeeded(f"daemon.metrics: {address} cannot be used: {taken.strerror}") from taken

    def show(health: Health) -> None:
        gauges["cycles"].set(health.cycles)
        gauges["requests"].set(health.requests)
        gauges["writes"].set(health.writes)
        gauges["undecided"].set(health.undecided)
        gauges["problems"].set(len(health.problems))
        gauges["read_timestamp_seconds"].set(health.read or 0)
        gauges["planned_timestamp_seconds"].set(health.planned or 0)

    return show
