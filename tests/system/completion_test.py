"""The completions of bash and zsh know every command and option that --help lists, and the pages of the manual
every key of the configuration."""

import os
import pathlib
import re
import shutil
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["HUBSPOOL_BIN_DIR"]).resolve()
PROGRAM = BUILD / "daemon" / "hubspool"
COMPLETIONS = ROOT / "systemd" / "completions"

BASH = """source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _hubspool; printf '%s\\n' "${COMPREPLY[@]}" """
# Without a terminal zsh has no completion system: what that would be given is printed instead.
ZSH = """functions[complete_hubspool]="$(<$1)"; shift
_describe() { shift $(($# - 1)); print -l -- "${(@)${(P)1}%%:*}" }
_files() { print files }
words=("$@"); CURRENT=$#; PREFIX=$words[CURRENT]; complete_hubspool"""


def listed(words):
    """What `hubspool WORDS --help` lists: its commands and its options."""
    text = subprocess.run([PROGRAM, *words, "--help"], capture_output=True, text=True, check=True).stdout
    commands = re.search(r"(?m)^Subcommands:\n((?:  .*\n)+)", text)
    options = re.search(r"(?m)^Options:\n((?:  .*\n)+)", text)[1]
    return (re.findall(r"(?m)^  (\S+)", commands[1]) if commands else [],
            [name for names in re.findall(r"(?m)^  (-\S+)", options) for name in names.split(",")])


def command_lines(words=()):
    yield words
    for command in listed(words)[0]:
        yield from command_lines((*words, command))


class CompletionTest(unittest.TestCase):
    def completed(self, shell, script, file, *words):
        done = subprocess.run([shell, "-c", script, shell, COMPLETIONS / file, PROGRAM, *words],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.stderr, "", words)
        return done.stdout.split()

    def expect_all(self, complete):
        of_all = set(listed(())[1])
        lines = list(command_lines())
        self.assertGreater(len(lines), 20)
        for words in lines:
            commands, options = listed(words)
            if commands:
                self.assertEqual(sorted(complete(*words, "")), sorted(commands), words)
            found = set(complete(*words, "-"))
            self.assertLessEqual({name for name in options if name.startswith("-")}, found, words)
            self.assertLessEqual(found, set(options) | of_all, words)
        # The value of an option is no command.
        self.assertEqual(complete("drain", "--lane", ""), ["live", "bulk"])
        self.assertEqual(complete("-i", "drain", "sta")[:1], complete("sta")[:1])

    def test_bash_completes_every_command_and_option_of_the_help(self):
        def complete(*words):
            return self.completed("bash", BASH, "hubspool.bash", *words)
        self.expect_all(complete)
        self.assertEqual(complete("dead-letters", "retry", "--rename"), ["--rename-property"])

    def test_zsh_completes_every_command_and_option_of_the_help(self):
        if shutil.which("zsh") is None:
            self.skipTest("zsh is not installed")
        self.expect_all(lambda *words: self.completed("zsh", ZSH, "_hubspool", *words))


class ManualTest(unittest.TestCase):
    def test_page_of_the_configuration_has_every_key_with_its_default(self):
        page = (BUILD / "systemd" / "hubspool.yaml.5").read_text()
        path, keys = [], {}
        for line in (ROOT / "config/hubspool.yaml").read_text().splitlines():
            found = re.match(r"( *)([a-z_]+):(?: (.*))?$", line)
            if found:
                path = [*path[:len(found[1]) // 4], found[2]]
                if found[3]:
                    keys[".".join(path)] = found[3]
        self.assertGreater(len(keys), 50)
        on_page = re.findall(r"(?m)^\.It Sy (\S+)\n(?s:.*?)^Default(?:: empty\.|:\n\.Li \"(.*)\")$", page)
        told = {key: value.replace("\\(dq", '"').replace("\\-", "-").replace("\\e", "\\")
                for key, value in on_page}
        self.assertEqual(told, {key: "" if value == '""' else value for key, value in keys.items()})

    def test_pages_are_formatted_without_a_warning(self):
        if shutil.which("groff") is None:
            self.skipTest("groff is not installed")
        for page in (ROOT / "daemon/cli/hubspool.1", ROOT / "systemd/man/hubspool.8",
                     BUILD / "systemd/hubspool.yaml.5"):
            done = subprocess.run(["groff", "-mandoc", "-Tutf8", "-Kutf8", "-ww", "-z", page],
                                  capture_output=True, text=True, timeout=60)
            self.assertEqual((done.returncode, done.stderr), (0, ""), page.name)


if __name__ == "__main__":
    unittest.main(verbosity=2)
