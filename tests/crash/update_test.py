"""The first start after an update: files that a version without stamps has claimed lie in cur/."""

import re
import unittest

from crash_case import CrashCase, wait_until

STAMPED = re.compile(r"\d{20}-\d{13}-(live|bulk)-.")
ONE_BY_ONE = {
    "batch": {"max_inputs": 1},
    "api": {"connections": 1, "request_timeout": "1s", "late": "1500ms"},
}


class UpdateTest(CrashCase):
    def take_the_stamps_away(self):
        """As the version before named them."""
        names = []
        for path in sorted((self.hubspool.queue / "cur" / "000000").iterdir()):
            self.assertRegex(path.name, STAMPED)
            old = re.sub(r"^(\d{20})-\d{13}-", r"\1-", path.name)
            path.rename(path.with_name(old))
            names.append(old)
        return names

    def test_claimed_files_get_stamps_and_are_delivered(self):
        self.set_up_story(ONE_BY_ONE, fault=["contains=#,cut-before-apply,stall-ms=3600000"])
        # A name that looks like a stamp, and the newest value in the last file.
        for i, name in enumerate(["1796000400123-a.ndjson", "1796000400123-live-b.ndjson", "c.ndjson"]):
            self.put_good([{"objectId": "X", "eventName": f"#{i}"}], name=name)
        self.hubspool.start("run")
        self.wait_for_requests(1)
        wait_until(lambda: len(self.hubspool.files("cur")) == 3, 20, "the claims")
        self.hubspool.kill9()
        names = self.take_the_stamps_away()
        self.assertEqual(len(names), 3)
        self.simulator.set_faults(faults=[])
        self.drain()
        self.assert_delivered()
        self.assert_books()
        self.assertTrue(self.hubspool.is_empty())
        done = sorted(name.split("/")[1] for name in self.hubspool.files("done"))
        self.assertEqual([re.sub(r"^(\d{20})-\d{13}-", r"\1-", name) for name in done], names)
        self.assertEqual(len({name.split("-")[1] for name in done}), 1, "the moment of the update")

    def test_as_of_that_is_no_time_goes_to_rejected_with_its_reason(self):
        self.set_up_story(ONE_BY_ONE)
        self.hubspool.put([{"objectId": "X", "eventName": "a"}], name="export.as_of=tomorrow.ndjson")
        self.put_good([{"objectId": "Y", "eventName": "b"}], name="export.as_of=20260130T010000Z.ndjson")
        self.hubspool.run("drain", timeout=60)
        rejected = self.hubspool.files("rejected")
        self.assertEqual(len(rejected), 2)
        self.assertIn("as_of=tomorrow", (self.hubspool.queue / "rejected" / rejected[1]).read_text())
        self.assertEqual([r["name"] for r in self.hubspool.json("files", "--failed")],
                         ["export.as_of=tomorrow.ndjson"])


if __name__ == "__main__":
    unittest.main()
