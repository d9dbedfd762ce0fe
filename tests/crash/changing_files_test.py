"""Files and directories that change beneath hubspool: scenarios 28 and 31, through the program."""

import json
import os
import pathlib
import shutil
import signal
import time
import unittest

from crash_case import CrashCase, of_size, wait_until

FAST = {"batch": {"max_inputs": 100, "linger": "20ms"},
        "rate_limit": {"requests": 100000, "window": "1s"}}
# What is read ahead fits into little memory, so that reading stands while sending is held.
LITTLE_MEMORY = {"pending": {"max_bytes": "8MiB"}}


def lines(records):
    return "".join(json.dumps(record) + "\n" for record in records)


class FileOfTwoLinksTest(CrashCase):
    def test_while_it_is_waited_for_others_are_claimed(self):
        self.set_up_story({"queue": {"quiet_period": "10s"}})
        self.start_daemon()
        wait_until(lambda: self.hubspool.status_json()["live"], 20, "that it watches the queue")
        tmp = self.hubspool.queue / "tmp"
        (tmp / "linked").write_text('{"objectId":"66","eventName":"x"}\n')
        (tmp / "other").hardlink_to(tmp / "linked")
        (tmp / "linked").rename(self.hubspool.queue / "new" / "linked")
        wait_until(lambda: self.hubspool.files("cur"), 5, "the claim")
        self.put(10, 10)
        wait_until(lambda: not self.hubspool.files("new"), 5, "the claim of the other")
        (tmp / "other").unlink()
        self.wait_until_empty()
        self.assertIn("66", self.simulator.objects())


class UploadTest(CrashCase):
    def test_scenario_61_upload_under_way_is_taken_when_it_gets_its_name_and_not_before(self):
        self.set_up_story(FAST | {"queue": {"ignore": "['*.mine']"}})
        self.start_daemon()
        new = self.hubspool.queue / "new"
        wait_until(new.is_dir, 20, "the queue")
        uploads = [new / f"upload-{i}.ndjson{ending}"
                   for i, ending in enumerate((".filepart", ".partial", ".crdownload", ".mine"))]
        for upload in uploads:
            upload.write_text('{"objectId":"70","eventNa')
        self.put(10, 10)
        self.wait_until_delivered()
        self.assertEqual(sorted(new.iterdir()), sorted(uploads))
        self.assertEqual(self.hubspool.status_json()["left_alone_files"], 4)
        for i, upload in enumerate(uploads):
            upload.write_text('{"objectId":"%d","eventName":"x"}\n' % (70 + i))
            upload.rename(upload.with_suffix(""))
        self.wait_until_empty()
        self.assertEqual(self.hubspool.stop(), 0)
        self.assertLessEqual({"70", "71", "72", "73"}, set(self.simulator.objects()))
        self.assertEqual(self.hubspool.files("rejected"), [])


class FileThatGrowsInDoneTest(CrashCase):
    def test_scenario_61_what_came_after_it_was_settled_is_told_and_kept(self):
        self.set_up_story(FAST)
        self.start_daemon()
        wait_until(lambda: (self.hubspool.queue / "tmp").is_dir(), 20, "the queue")
        waiting = self.hubspool.queue / "tmp" / "grows.ndjson"
        with open(waiting, "w", encoding="utf-8") as producer:
            producer.write('{"objectId":"91","eventName":"x"}\n')
            producer.flush()
            waiting.rename(self.hubspool.queue / "new" / "grows.ndjson")
            wait_until(lambda: self.hubspool.files("done"), 30, "the move to done/")
            producer.write('{"objectId":"92","eventName":"y"}\n')
        wait_until(lambda: self.hubspool.files("rejected"), 30, "the look at the young file")
        self.assertEqual(self.hubspool.stop(), 0)
        self.assertEqual(self.hubspool.files("done"), [])
        reason = next(self.hubspool.queue.glob("rejected/*grows.ndjson.reason")).read_text()
        self.assertIn("34 bytes were written to it after it was settled", reason)
        [file] = self.hubspool.json("files", "--failed")
        self.assertEqual(file["place"], "rejected")
        self.assertIn("records were lost", self.hubspool.log.read_text())


class FileThatChangesTest(CrashCase):
    """A big file of which a part is read, and a producer that kept a descriptor of it."""

    RECORDS = 12_000

    def setUp(self):
        super().setUp()
        self.set_up_story(FAST | LITTLE_MEMORY, limit=0)
        self.assertEqual(self.hubspool.run("drain").returncode, 0)  # makes the queue
        self.assertEqual(self.hubspool.run("pause").returncode, 0)
        self.before = [{"objectId": str(1_000_000 + i), "eventName": f"event #{i + 1}",
                        "eventDescription": "x" * 1000 + f" #{i + 1}"} for i in range(self.RECORDS)]
        name = self.hubspool.put(lines(self.before), name="big.ndjson")
        self.kept = None
        self.start_daemon()
        wait_until(lambda: self.hubspool.files("cur"), 20, "the claim")
        claimed = self.hubspool.queue / "cur" / self.hubspool.files("cur")[0]
        self.assertTrue(claimed.name.endswith(name))
        self.kept = open(claimed, "r+b")  # the same file as the producer's, whatever its name is now
        self.addCleanup(self.kept.close)
        self.wait_until_reading_stands()

    def wait_until_reading_stands(self):
        """The memory is full with a part of the file, and nothing is sent."""
        def held():
            return (self.hubspool.status_json()["live"] or {"pending": {}})["pending"].get("records", 0)

        last, since = wait_until(held, 20, "some records"), time.monotonic()

        def stands():
            nonlocal last, since
            now = held()
            if now != last:
                last, since = now, time.monotonic()
            return time.monotonic() - since > 1.2  # status.json is written once a second
        wait_until(stands, 20, "reading to stand")
        self.assertLess(last, self.RECORDS)
        self.read_before_the_change = last

    def go_on(self):
        self.assertEqual(self.hubspool.run("resume").returncode, 0)
        self.wait_until_empty()
        self.assertEqual(self.hubspool.stop(), 0)

    def assert_kept(self, words):
        kept = [name for name in self.hubspool.files("rejected") if name.endswith(".reason")]
        self.assertEqual(len(kept), 1, self.hubspool.files("rejected"))
        self.assertRegex((self.hubspool.queue / "rejected" / kept[0]).read_text(), words)

    def assert_the_portal_has_at_least(self, records):
        seen = self.simulator.objects()
        missing = [r["objectId"] for r in records if r["objectId"] not in seen]
        self.assertEqual(missing[:5], [])

    def assert_books_balance(self):
        status = self.hubspool.status_json()
        self.assertTrue(status["balanced"], status)
        self.assertEqual(status["totals"]["pending"], 0)
        self.assertEqual([f for f in self.files() if not f["balanced"] or f["pending"]], [])

    def test_scenario_28_file_that_is_truncated_while_it_is_read(self):
        cut_at = len(lines(self.before[:self.RECORDS // 2])) + 40  # within a record
        self.kept.truncate(cut_at)
        self.go_on()
        self.assert_kept("shrank")
        self.assert_the_portal_has_at_least(self.before[:self.read_before_the_change])
        self.assert_books_balance()

    def test_scenario_28_file_that_is_emptied_while_it_is_read(self):
        self.kept.truncate(0)
        self.go_on()
        self.assert_kept("shrank")
        self.assert_the_portal_has_at_least(self.before[:self.read_before_the_change])
        self.assert_books_balance()

    def test_scenario_28_file_that_is_rewritten_in_place_while_it_is_read(self):
        size = os.fstat(self.kept.fileno()).st_size
        other = lines({"objectId": str(5_000_000 + i), "eventName": "y" * 1000 + " #1"}
                      for i in range(2 * self.RECORDS))
        self.kept.write(other.encode()[:size])
        self.kept.flush()
        self.go_on()
        self.assert_kept("again in place")
        self.assert_the_portal_has_at_least(self.before[:self.read_before_the_change])
        self.assert_books_balance()

    def test_scenario_28_file_that_grows_while_it_is_read_is_read_to_its_end(self):
        more = [{"objectId": str(5_000_000 + i), "eventName": f"later #{i + 1}"} for i in range(100)]
        self.kept.seek(0, os.SEEK_END)
        self.kept.write(lines(more).encode())
        self.kept.flush()
        self.go_on()
        self.records = self.before + more
        self.assert_delivered()
        self.assert_books()
        self.assertEqual(self.hubspool.files("rejected"), [])

    def test_scenario_28_file_that_is_rewritten_while_hubspool_is_down(self):
        self.hubspool.kill9()
        self.kept.truncate(len(lines(self.before[:5])))
        self.start_daemon()
        self.go_on()
        self.assert_the_portal_has_at_least(self.before[:5])
        self.assert_books_balance()


class DirectoryThatChangesTest(CrashCase):
    def setUp(self):
        super().setUp()
        self.set_up_story(FAST, limit=0)
        self.start_daemon()

    def test_scenario_31_new_is_deleted_and_made_again_while_run_watches(self):
        for attempt in range(3):
            self.put(20, 20)
            self.wait_until_delivered()
            self.wait_until_empty()
            shutil.rmtree(self.hubspool.queue / "new")
            if attempt == 1:
                wait_until((self.hubspool.queue / "new").exists, 20, "a new one made by hubspool")
            (self.hubspool.queue / "new").mkdir(exist_ok=True)
        self.put(20, 20)
        self.wait_until_delivered()
        self.wait_until_empty()
        self.assertEqual(self.hubspool.stop(), 0)
        self.assert_delivered()
        self.assert_books()

    def test_scenario_31_more_renames_than_inotify_queues_while_run_is_stopped(self):
        queued_max = int(pathlib.Path("/proc/sys/fs/inotify/max_queued_events").read_text())
        files = of_size(500, 5_000)
        self.put(20, 20)
        self.wait_until_delivered()
        new, tmp = self.hubspool.queue / "new", self.hubspool.queue / "tmp"
        self.hubspool.process.send_signal(signal.SIGSTOP)  # nobody takes its events
        moved = 0
        for number in range(files):
            record = {"objectId": str(2_000_000 + number % 50), "eventName": f"event #{1000 + number}"}
            self.records.append(record)
            (tmp / f"{number:06}").write_text(json.dumps(record))
            os.rename(tmp / f"{number:06}", new / f"{number:06}")
            moved += 1
        flood = tmp / "flood"
        flood.write_text("")
        while moved <= queued_max:  # out and in again: each an event, and no file is left
            os.rename(flood, new / ".flood")
            os.rename(new / ".flood", flood)
            moved += 1
        self.hubspool.process.send_signal(signal.SIGCONT)
        self.wait_until_delivered()
        self.wait_until_empty()
        self.assertEqual(self.hubspool.stop(), 0)
        self.assert_delivered()
        self.assert_books()
        self.assertEqual([f["name"] for f in self.files()[1:]], [f"{n:06}" for n in range(files)])


if __name__ == "__main__":
    unittest.main(verbosity=2)
