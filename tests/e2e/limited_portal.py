"""A portal with a rate limit, in CI with a window of 2 s and a fifth of HubSpot's 190 requests; in full
they are HubSpot's."""

from end_to_end import EndToEnd, scaled
from hubspool_harness import put_into

LIMIT = scaled(38, 190)
WINDOW_MS = scaled(2_000, 10_000)
WINDOWS = scaled(7, 6)
LIMITED = {"rate_limit": {"requests": LIMIT, "window": f"{WINDOW_MS}ms"}}


class LimitedPortal(EndToEnd):
    def start_limited_portal(self, **options):
        return self.start_portal(limit=LIMIT, window_ms=WINDOW_MS, latency_ms=100, jitter_ms=20,
                                 **options)

    def queue_requests(self, hubspool, n_requests):
        objects = n_requests * 100
        put_into(hubspool.queue, "bulk", self.generate(objects, objects))
