#!/usr/bin/env python3
"""Each rule finds the breach it is there for: a tree is made that breaks it, and one that does not."""
import pathlib
import tempfile
import unittest

import check_layers
import check_test_names


class rules_test(unittest.TestCase):
    def found(self, rule, files):
        with tempfile.TemporaryDirectory(prefix="hubspool-test-") as directory:
            root = pathlib.Path(directory)
            for folder in ("daemon", "tests"):
                (root / folder).mkdir()
            for name, text in files.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            return [f"{p.relative_to(root)}:{line}" for p, line, _ in check_layers.RULES[rule](root)]

    def expect(self, rule, name, bad, good, line=1):
        self.assertEqual(self.found(rule, {name: bad}), [f"{name}:{line}"], (rule, name, bad))
        self.assertEqual(self.found(rule, {name: good}), [], (rule, name, good))

    def test_layers(self):
        for name, bad, good in [
                ("daemon/core/a.cpp", '#include "base/log.hpp"\n', '#include "core/words/time.hpp"\n'),
                ("daemon/core/a.hpp", '#  include "app/x.hpp"\n', '#include <string>\n'),
                ("daemon/base/a.cpp", '#include "spool/x.hpp"\n', '#include "core/words/time.hpp"\n'),
                ("daemon/base/b.cpp", '#include "os/file_io.hpp"\n', '#include "base/log.hpp"\n'),
                ("daemon/os/a.cpp", '#include "spool/x.hpp"\n', '#include "base/log.hpp"\n'),
                ("daemon/spool/a.cpp", '#include "state/x.hpp"\n', '#include "base/log.hpp"\n'),
                ("daemon/core/b.cpp", '#include "os/file_io.hpp"\n', '#include <span>\n'),
                ("daemon/state/b.cpp", '#include "spool/x.hpp"\n', '#include "os/file_io.hpp"\n'),
                ("daemon/api/a.cpp", '#include "config/settings.hpp"\n', '#include "api/x.hpp"\n'),
                ("daemon/state/a.cpp", '#include "app/x.hpp"\n', '#include "core/x.hpp"\n'),
                ("daemon/app/a.cpp", '#include "cli/x.hpp"\n', '#include "api/x.hpp"\n'),
                ("daemon/main.cpp", '#include "app/x.hpp"\n', '#include "cli/x.hpp"\n')]:
            self.expect("layers", name, bad, good)
        self.assertEqual(self.found("layers", {"daemon/util/a.cpp": ""}), ["daemon/util/a.cpp:1"])

    def test_wings(self):
        self.expect("wings", "daemon/core/words/a.hpp", '#include "core/json/b.hpp"\n',
                    '#include "core/words/b.hpp"\n')
        self.expect("wings", "daemon/core/engine/a.cpp", '#include "core/attic/b.hpp"\n',
                    '#include "core/sending/b.hpp"\n#include <map>\n')
        self.assertEqual(self.found("wings", {"daemon/core/a.hpp": ""}), ["daemon/core/a.hpp:1"])

    def test_include_cycles(self):
        def tree(last):
            return {"daemon/core/a.hpp": '#include "core/b.hpp"\n', "daemon/core/b.hpp": "",
                    "daemon/core/b.cpp": '\n#include "core/b.hpp"\n#include "core/c.hpp"\n',
                    "daemon/core/c.hpp": last, "daemon/core/d.hpp": '#include "core/a.hpp"\n'}
        self.assertEqual(self.found("include_cycles", tree('#include "core/a.hpp"\n')),
                         ["daemon/core/a.hpp:1", "daemon/core/b.cpp:3", "daemon/core/c.hpp:1"])
        self.assertEqual(self.found("include_cycles", tree("")), [])

    def test_folder_size(self):
        most = check_layers.FOLDER_FILES_MOST
        heap = {f"daemon/core/words/a{i}.hpp": "" for i in range(most)}
        self.assertEqual(self.found("folder_size", heap), [])
        self.assertEqual(self.found("folder_size", heap | {"daemon/core/words/b.cpp": ""}),
                         ["daemon/core/words/CMakeLists.txt:1"])

    def test_hidden_libraries(self):
        for bad_at, good_at, header in [
                ("app", "api", "boost/beast/http.hpp"), ("state", "app", "boost/asio/post.hpp"),
                ("spool", "state", "sqlite3.h"), ("app", "config", "yaml-cpp/yaml.h"),
                ("app", "spool", "sys/inotify.h"), ("app", "core", "simdjson.h"),
                ("cli", "app", "prometheus/metric_family.h"),
                ("app", "base", "spdlog/spdlog.h"), ("app", "base", "mutex"),
                ("spool", "base", "condition_variable"), ("core", "app", "thread")]:
            text = f"#include <{header}>\n"
            bad, good = f"daemon/{bad_at}/a.cpp", f"daemon/{good_at}/a.cpp"
            self.assertEqual(self.found("hidden_libraries", {bad: text}), [f"{bad}:1"], header)
            self.assertEqual(self.found("hidden_libraries", {good: text}), [], header)

    def test_simdjson_stays_in_sources(self):
        header = {"daemon/core/v.hpp": "#include <simdjson.h>\n"}
        user = '#include "core/v.hpp"\n'
        for name in ("daemon/core/a.hpp", "daemon/app/a.cpp"):
            self.assertEqual(self.found("simdjson_stays_in_sources", header | {name: user}), [name + ":1"])
        self.assertEqual(self.found("simdjson_stays_in_sources", header | {"daemon/core/a.cpp": user}), [])

    def test_json_by_hand(self):
        self.expect("json_by_hand", "daemon/app/a.cpp", 'out += "{\\"key\\":";\n', 'json.key("key");\n')
        self.expect("json_by_hand", "daemon/state/a.cpp", 'out += R"({"key":1})";\n',
                    'find(R"("key":)"); // read, not written\n')
        self.expect("json_by_hand", "daemon/cli/a.cpp", "append_json_string(out, a);\n", "json.value(a);\n")
        self.assertEqual(self.found("json_by_hand", {"daemon/core/a.cpp": 'R"({"inputs":[)";\n'}), [])

    def test_clocks(self):
        self.expect("clocks", "daemon/app/a.cpp", "auto t = std::chrono::steady_clock::now();\n",
                    "auto t = boot_now();\n")
        self.assertEqual(self.found("clocks", {"daemon/base/clocks.cpp": "::clock_gettime(a, b);"}), [])

    def test_file_length(self):
        self.expect("file_length", "tests/core/a.cpp", "\n" * 401, "\n" * 400, line=400)

    def test_nothing_left_to_do(self):
        self.expect("nothing_left_to_do", "daemon/core/a.cpp", "\n// TO" "DO: more\n", "// done\n", line=2)

    def test_no_preposition_for_a_thing(self):
        self.expect("no_preposition_for_a_thing", "daemon/core/a.hpp", "void refill(lane of);\n",
                    "void refill(lane which); // of one in it\n")
        self.expect("no_preposition_for_a_thing", "daemon/core/a.cpp", "return in.size();\n",
                    'return quota_clock::in("of one in it").of(zone);\n')

    def test_no_sleep_in_tests(self):
        self.expect("no_sleep_in_tests", "tests/core/a.cpp", "std::this_thread::sleep_for(1s);\n",
                    "wait_for_sleeper();\n")
        self.expect("no_sleep_in_tests", "tests/e2e/a.py", "time.sleep(1)\n", "await_line(out)\n")
        self.expect("no_sleep_in_tests", "tests/e2e/a.sh", "while x; do sleep 1; done\n", "# no sleep here\n")
        self.expect("no_sleep_in_tests", "tests/api/a.cpp", "sleep(1);\n",
                    "// imitates a slow peer\nsleep(1);\n")
        self.expect("no_sleep_in_tests", "tests/e2e/b.py", "time.sleep(1)\n", "time.sleep(1)  # polls until x\n")
        self.assertEqual(self.found("no_sleep_in_tests", {"tests/simulator/a.cpp": "sleep(1)"}), [])

    def test_test_names(self):
        self.assertEqual(check_test_names.too_long(["a" * 99, "b" * 100]), ["b" * 100])

    @unittest.skipUnless(check_layers.has_universal_ctags(), "universal-ctags is not installed")
    def test_function_length(self):
        body = lambda count: "void f() {\n" + "    g();\n" * count + "}\n"
        self.expect("function_length", "daemon/core/a.cpp", body(69), body(68))

    @unittest.skipUnless(check_layers.has_universal_ctags(), "universal-ctags is not installed")
    def test_class_size(self):
        def text(methods, members, kind="class", name="a"):
            return (f"namespace hubspool {{\n{kind} {name} {{\npublic:\n"
                    + "".join(f"    void m{i}();\n" for i in range(methods)) + "private:\n    void p();\n"
                    + "".join(f"    int f{i}_ = 0;\n" for i in range(members)) + "};\n}\n")
        for name in ("daemon/core/a.hpp", "daemon/core/a.cpp"):
            self.expect("class_size", name, text(16, 1), text(15, 15), line=2)
            self.expect("class_size", name, text(1, 16), text(1, 16, "struct"), line=2)
        # Two overloads are one name to learn.
        self.assertEqual(self.found("class_size", {
            "daemon/core/a.hpp": text(15, 0).replace("public:", "public:\n    void m0(int);")}), [])

    @unittest.skipUnless(check_layers.has_universal_ctags(), "universal-ctags is not installed")
    def test_own_names(self):
        own = lambda text: "namespace hubspool {\nnamespace {\n" + text + "\n}\n}\n"
        for text in ("constexpr int most = 1;", "struct most { int a; };", "int most(int) { return 0; }"):
            pair = {"daemon/core/a/a.cpp": own(text), "daemon/core/b/b.cpp": own(text)}
            self.assertEqual(self.found("own_names", pair), ["daemon/core/b/b.cpp:3"])
            pair["daemon/cli/b.cpp"] = pair.pop("daemon/core/b/b.cpp")
            self.assertEqual(self.found("own_names", pair), [])
        self.assertEqual(self.found("own_names", {
            "tests/core/a.cpp": own("int most(int) { return 0; }"),
            "tests/core/b.cpp": own("int most(char) { return 0; }")}), [])


if __name__ == "__main__":
    unittest.main()
