"""Runs hubspool with interposed_system.cpp preloaded: a clock that is set, devices that fail."""

from crash_case import CrashCase
from hubspool_harness import find_program


class InterposedCase(CrashCase):
    def set_up_story(self, overrides=None, **simulator_options):
        super().set_up_story(overrides, **simulator_options)
        self.trouble = self.directory / "trouble"
        self.trouble.mkdir()
        self.hubspool.environment |= {"LD_PRELOAD": find_program("hubspool-interposed.so"),
                                      "HUBSPOOL_TROUBLE": str(self.trouble)}

    def make_trouble(self, what, text):
        """At once, and as a whole: by rename."""
        unfinished = self.trouble / (what + ".tmp")
        unfinished.write_text(str(text))
        unfinished.rename(self.trouble / what)

    def end_trouble(self, what):
        (self.trouble / what).unlink()
