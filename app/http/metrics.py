"""What Prometheus may ask about requests: how many, how long, by route template and status."""

from prometheus_client import CollectorRegistry, Counter, GCCollector, Histogram, PlatformCollector, ProcessCollector

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class RequestMetrics:
    """One per application, with a registry of its own: tests make many applications in one process."""

    def __init__(self) -> None:
        """Register the request metrics, and those of the process."""
        self.registry = CollectorRegistry()
        self._count = Counter(
            "tierbook_http_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "tierbook_http_request_seconds",
            "Seconds from the request's head to the end of its answer.",
            ("method", "route"),
            registry=self.registry,
            buckets=_SECONDS,
        )
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer. `route` is the template, never the path: a client id is no label."""
        key = (method, route, status)
        children = self._children.get(key)
        if children is None:
            children = self._children[key] = (
                self._count.labels(method, route, str(status)),
                self._seconds.labels(method, route),
            )
        children[0].inc()
        children[1].observe(seconds)
