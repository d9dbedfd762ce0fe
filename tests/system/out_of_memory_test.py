"""No more memory than so much: whatever thread wants it, hubspool ends with one sentence, and loses nothing."""

import os
import pathlib
import resource
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from hubspool_harness import Hubspool, Simulator, find_program, temporary_directory  # noqa: E402

MIB = 1 << 20
RECORDS = 60_000


class OutOfMemoryTest(unittest.TestCase):
    def setUp(self):
        if os.environ.get("HUBSPOOL_SANITIZE"):
            self.skipTest("sanitizers reserve terabytes of addresses")
        made = temporary_directory()
        directory = pathlib.Path(self.enterContext(made))
        self.portal = self.enterContext(Simulator(directory / "simulator"))
        self.hubspool = Hubspool(directory, self.portal, {"rate_limit": {"window": "1s"}})

    def drain_within(self, size):
        return subprocess.run(
            [find_program("hubspool"), "drain", "--deadline", "60s", "-c", self.hubspool.config],
            capture_output=True, text=True, timeout=120,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size)))

    def test_at_whatever_point_ends_with_a_sentence_and_loses_nothing(self):
        self.hubspool.put([{"objectId": str(i), "eventName": "x" * 400} for i in range(RECORDS)])
        outcomes = set()
        # From what just loads the program on, past what its threads' stacks want, to what is enough.
        # Each thread that takes memory reserves 64 MiB of addresses for it, and uses little of them.
        for size in [*range(24, 96, 9), *range(96, 576, 44)]:
            done = self.drain_within(size * MIB)
            self.assertNotIn("terminate called", done.stderr, f"with {size} MiB")
            self.assertGreaterEqual(done.returncode, 0, f"with {size} MiB: {done.stderr[-500:]}")
            if done.returncode == 1:
                self.assertRegex(done.stderr, "(?m)^hubspool: ", f"with {size} MiB")
            outcomes.add("told" if "hubspool: out of memory: " in done.stderr else done.returncode)
        self.assertLessEqual({"told", 0}, outcomes)
        self.assertEqual(self.hubspool.status_json()["totals"]["delivered"], RECORDS)
        self.assertEqual(len(self.portal.objects()), RECORDS)


if __name__ == "__main__":
    unittest.main()
