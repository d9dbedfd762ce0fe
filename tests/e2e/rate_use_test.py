#!/usr/bin/env python3
"""The rate limit, as the server counts arrivals: used as far as it goes."""

import unittest

from end_to_end import note
from limited_portal import LIMIT, LIMITED, WINDOW_MS, WINDOWS, LimitedPortal

# 2 % of HubSpot's window: what may be left unused of one. It comes from margins and from the spread of
# answers' times, which do not shrink with a window that a test makes smaller.
UNUSED_MS = 200


class LimitUsed(LimitedPortal):
    def test_the_limit_is_used_under_backlog_and_never_exceeded(self):
        self.start_limited_portal(enforce=True)
        hubspool = self.make_hubspool(LIMITED)
        # The last one can come no sooner than WINDOWS windows after the first.
        self.queue_requests(hubspool, WINDOWS * LIMIT + 1)
        self.drain(hubspool, timeout=300)
        report = self.assert_portal_kept_the_rules()
        self.assertEqual(report["by_status"], {"200": WINDOWS * LIMIT + 1})
        took = report["last_arrival_ms"] - report["first_arrival_ms"]
        used = WINDOWS * WINDOW_MS / took
        note(f"{report['requests']} requests at {LIMIT} in {WINDOW_MS} ms took {took} ms: "
             f"{100 * used:.2f} % of the limit used, at most {report['max_in_window']} in a window")
        self.assertLessEqual(report["max_in_window"], LIMIT)
        self.assertLessEqual(took, WINDOWS * (WINDOW_MS + UNUSED_MS))
        self.assert_portal_has_the_final_values()


if __name__ == "__main__":
    unittest.main()
