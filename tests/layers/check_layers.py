#!/usr/bin/env python3
"""Rules of the tree that a compiler does not hold, one function a rule. Prints FILE:LINE: what is wrong.

    check_layers.py ROOT [RULE...]      no RULE: all; exit 1 when one is broken
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys

# The layers, see daemon/README.md: what a folder of daemon/ may include of ours.
EDGES = {"spool", "state", "api", "control", "config"}
MAY_INCLUDE = {"core": {"core"}, "base": {"base", "core"}, "os": {"os", "base", "core"}}
MAY_INCLUDE |= {edge: {edge, "os", "base", "core"} for edge in EDGES}
MAY_INCLUDE["app"] = {"app", "os", "base", "core"} | EDGES
MAY_INCLUDE["cli"] = MAY_INCLUDE["app"] | {"cli"}
MAY_INCLUDE["main.cpp"] = {"cli"}

# Inside core/: a wing may include itself and those before it.
WINGS = ["words", "json", "memory", "records", "rows", "properties", "reading", "pending", "answers", "books",
         "limits", "sending", "dispatch", "engine"]

# What hides where: a header outside of ours, and the only places that may include it.
HIDDEN = [
    (r"boost/(beast|url)", {"api", "control"}),
    (r"boost/asio", {"api", "control", "app"}),
    (r"openssl/", {"api", "control"}),
    (r"sqlite3\.h", {"state"}),
    (r"yaml-cpp/", {"config"}),
    (r"sys/inotify\.h", {"spool"}),
    (r"zlib\.h", {"api", "spool"}),
    (r"zstd", {"spool"}),
    (r"prometheus/", {"app"}),
    (r"simdjson", {"core"}),
    (r"spdlog/", {"base"}),
    (r"CLI/", {"cli"}),
    (r"date/", {"app"}),
    (r"(mutex|shared_mutex|condition_variable|semaphore|latch|barrier)$", {"base"}),
]
# core/ decides and does nothing: none of these have any business there.
NOT_IN_CORE = r"(thread|future|atomic|fstream|iostream|filesystem|random|ctime|unistd\.h|fcntl\.h|sys/)"

FILE_LINES_MOST = 400
FUNCTION_LINES_MOST = 70
FOLDER_FILES_MOST = 39
CLASS_METHODS_MOST = 15  # public names, constructors too
CLASS_MEMBERS_MOST = 15
SOURCES = {".cpp", ".hpp"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def sources(root, *folders):
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in SOURCES and path.is_file():
                yield path


def lines_of(path):
    return path.read_text(encoding="utf-8").splitlines()


def includes(path):
    for number, line in enumerate(lines_of(path), 1):
        found = INCLUDE.match(line)
        if found:
            yield number, found[1] == '"', found[2]


def layer_of(root, path):
    return path.relative_to(root / "daemon").parts[0]


def rule_layers(root):
    """A layer includes only what lies beneath it, and an edge never another edge."""
    for path in sources(root, "daemon"):
        layer = layer_of(root, path)
        if layer not in MAY_INCLUDE:
            yield path, 1, f"{layer} is no layer; the layers are {', '.join(sorted(MAY_INCLUDE))}"
            continue
        for number, ours, name in includes(path):
            if ours and name.split("/")[0] not in MAY_INCLUDE[layer]:
                yield path, number, f"{layer} must not include {name}"


def rule_wings(root):
    """Inside core/, a wing includes only wings that come before it."""
    for path in sources(root, "daemon/core"):
        wing = path.relative_to(root / "daemon/core").parts[0]
        if wing not in WINGS:
            yield path, 1, f"{wing} is no wing of core; the wings are {', '.join(WINGS)}"
            continue
        for number, ours, name in includes(path):
            parts = name.split("/")
            if ours and parts[0] == "core" and parts[1] not in WINGS[:WINGS.index(wing) + 1]:
                yield path, number, f"core/{wing} must not include {name}: that wing comes later"


def rule_include_cycles(root):
    """No unit (a .cpp/.hpp pair) of daemon/ includes itself by way of others."""
    where = {}  # unit -> {unit that it includes: (path, line)}
    for path in sources(root, "daemon"):
        own = str(path.relative_to(root / "daemon").with_suffix(""))
        for number, ours, name in includes(path):
            if ours and name != f"{own}.hpp":
                where.setdefault(own, {})[name.removesuffix(".hpp")] = path, number

    def reached(start):
        seen, open_ = set(), [start]
        while open_:
            for unit in where.get(open_.pop(), ()):
                if unit not in seen:
                    seen.add(unit)
                    open_.append(unit)
        return seen

    reach = {unit: reached(unit) for unit in where}
    for unit, used in sorted(where.items()):
        for other, (path, number) in used.items():
            if unit in reach.get(other, ()):
                yield path, number, f"{other} includes {unit}, too, by way of others perhaps"


def rule_folder_size(root):
    """A folder of daemon/ fits on a page."""
    for folder in sorted({path.parent for path in sources(root, "daemon")}):
        count = sum(1 for path in folder.iterdir() if path.suffix in SOURCES)
        if count > FOLDER_FILES_MOST:
            yield folder / "CMakeLists.txt", 1, f"{count} files in one folder; at most {FOLDER_FILES_MOST}"


def rule_hidden_libraries(root):
    """Each library is known to the one layer that hides it."""
    for path in sources(root, "daemon"):
        layer = layer_of(root, path)
        for number, ours, name in includes(path):
            if ours:
                continue
            for pattern, allowed in HIDDEN:
                if re.match(pattern, name) and layer not in allowed:
                    yield path, number, f"<{name}> belongs to {' and '.join(sorted(allowed))} only"
            if layer == "core" and re.match(NOT_IN_CORE, name):
                yield path, number, f"core does nothing, so it has no use for <{name}>"


def rule_simdjson_stays_in_sources(root):
    """simdjson.h is large: a header that shows it is for the .cpp files of core/, not for headers."""
    showing = {str(path.relative_to(root / "daemon")) for path in sources(root, "daemon/core")
               if path.suffix == ".hpp"
               and any(name.startswith("simdjson") for _, _, name in includes(path))}
    for path in sources(root, "daemon"):
        if layer_of(root, path) == "core" and path.suffix == ".cpp":
            continue
        for number, _, name in includes(path):
            if name in showing:
                yield path, number, f"{name} shows simdjson; include it in .cpp files of core only"


def rule_clocks(root):
    """Only base/clocks reads clocks. (The spool's file clock is the kernel's, for arrival order.)"""
    reading = re.compile(r"(system|steady|high_resolution)_clock::now|\bclock_gettime\b|\bgettimeofday\b")
    for path in sources(root, "daemon"):
        if path.stem in ("clocks", "file_clock"):
            continue
        for number, line in enumerate(lines_of(path), 1):
            if reading.search(line):
                yield path, number, "reads a clock; take the time from base/clocks"


def rule_json_by_hand(root):
    """JSON has one writer, which no byte can make write anything else: base/json_writer, on
    core/json_text. Bodies of requests are put together in core from what that escaped."""
    literal = re.compile(r'\\":|R"\w*\([^"]*"[^"]*":')
    for path in sources(root, "daemon"):
        layer = layer_of(root, path)
        for number, line in enumerate(lines_of(path), 1):
            code = line.split("//")[0]
            if layer != "core" and literal.search(code) and "// read, not written" not in line:
                yield path, number, "writes JSON by hand; use base/json_writer"
            if "append_json_" in code and layer not in ("core", "base", "config"):
                yield path, number, "writes JSON by hand; use base/json_writer"


def rule_no_preposition_for_a_thing(root):
    """What is called `of` or `in` tells nothing; a function that makes one of something may be so called."""
    told = re.compile(r'//.*|"(?:\\.|[^"\\])*"|\b(of|in)\b(?!\s*\()')
    raw = re.compile(r'R"(\w*)\(.*?\)\1"', re.DOTALL)
    for path in sources(root, "daemon"):
        text = raw.sub(lambda found: "\n" * found.group(0).count("\n"), "\n".join(lines_of(path)))
        for number, line in enumerate(text.splitlines(), 1):
            if any(found.group(1) for found in told.finditer(line)):
                yield path, number, "calls a thing `of` or `in`: name it for what it is"


def rule_file_length(root):
    """No file is too long to be read in one go."""
    for path in sources(root, "daemon", "tests"):
        count = len(lines_of(path))
        if count > FILE_LINES_MOST:
            yield path, FILE_LINES_MOST, f"{count} lines; at most {FILE_LINES_MOST}: split it by noun"


def rule_nothing_left_to_do(root):
    """What is not done is an issue, not a mark in the source."""
    marks = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b")
    for path in sources(root, "daemon", "tests"):
        for number, line in enumerate(lines_of(path), 1):
            if marks.search(line):
                yield path, number, "marks something as unfinished: finish it, or open an issue"


def rule_no_sleep_in_tests(root):
    """Tests wait for what they wait for. The simulator has latency to imitate; a test that has, too,
    says so with `// imitates ...` in the line or above it, and one that asks again and again until a
    deadline with `// polls ...`."""
    sleeping = re.compile(r"\b(sleep_for|sleep_until|usleep|nanosleep|sleep)\s*\(")
    in_shell = re.compile(r"(^|[;&|]|\bdo\b|\bthen\b)\s*sleep\s")
    for path in sorted((root / "tests").rglob("*")):
        folder = path.relative_to(root / "tests").parts[0]
        if path.suffix not in SOURCES | {".py", ".sh"} or folder in ("simulator", "bench", "layers"):
            continue
        above = ""
        for number, line in enumerate(lines_of(path), 1):
            excused = re.search(r"(//|#) (imitates|polls) ", above + line) is not None
            above = line
            if (in_shell if path.suffix == ".sh" else sleeping).search(line) and not excused:
                yield path, number, "sleeps; wait for the condition instead, with a deadline"


def tags(kinds, paths):
    """What ctags finds of these kinds, file by file from top to bottom."""
    command = ["ctags", "--output-format=json", "--fields=+neaKzS", f"--kinds-C++={kinds}",
               "--languages=C++", "--langmap=C++:.cpp.hpp", "-f", "-", *map(str, paths)]
    listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = [tag for tag in map(json.loads, listing.splitlines()) if tag.get("_type") == "tag"]
    return sorted(found, key=lambda tag: (tag["path"], tag["line"]))


def rule_class_size(root):
    """A class has one duty: few public methods, few data members. A struct is a plain value, and may
    have as many fields as what it stands for."""
    methods, members, where = {}, {}, {}
    for tag in tags("cfpm", sources(root, "daemon")):
        if tag["kind"] == "class":
            scope = tag["scope"] + "::" + tag["name"] if "scope" in tag else tag["name"]
            where[tag["path"], scope] = tag["line"]
        elif tag.get("scopeKind") == "class":
            key = tag["path"], tag["scope"]
            if tag["kind"] == "member":
                members.setdefault(key, set()).add(tag["name"])
            elif tag.get("access") == "public":
                methods.setdefault(key, set()).add(tag["name"])
    for key, line in where.items():
        n_methods, n_members = len(methods.get(key, ())), len(members.get(key, ()))
        if n_methods <= CLASS_METHODS_MOST and n_members <= CLASS_MEMBERS_MOST:
            continue
        yield (pathlib.Path(key[0]), line,
               f"{key[1].split('::')[-1]} has {n_methods} public methods and {n_members} data "
               f"members; at most {CLASS_METHODS_MOST} and {CLASS_MEMBERS_MOST}: give each duty a "
               "class")


def rule_function_length(root):
    """A function fits on a page."""
    for tag in tags("f", sources(root, "daemon", "tests")):
        length = tag.get("end", tag["line"]) - tag["line"] + 1
        if length > FUNCTION_LINES_MOST:
            yield (pathlib.Path(tag["path"]), tag["line"],
                   f"{tag['name']} has {length} lines; at most {FUNCTION_LINES_MOST}")


def rule_own_names(root):
    """Files of one folder may be compiled together: no two give one name to what is in their unnamed
    namespaces, functions that take other things apart."""
    first = {}
    for tag in tags("cefgstuv", [path for path in sources(root, "daemon", "tests") if path.suffix == ".cpp"]):
        path = pathlib.Path(tag["path"])
        folder = path.relative_to(root).parts[:2]
        if tag.get("scopeKind") != "namespace" or "__anon" not in tag["scope"] or tag["name"].isupper() \
                or folder == ("tests", "bench"):  # each a program of its own
            continue
        other = first.setdefault((folder, tag["name"], tag.get("signature", "")), path)
        if other != path:
            yield path, tag["line"], f"{tag['name']} is a name of its own in {other.name}, too"


RULES = {name[5:]: rule for name, rule in list(globals().items()) if name.startswith("rule_")}


def has_universal_ctags():
    return shutil.which("ctags") is not None and "Universal" in subprocess.run(
        ["ctags", "--version"], capture_output=True, text=True, check=False).stdout


def main():
    root = pathlib.Path(sys.argv[1])
    chosen = sys.argv[2:] or list(RULES)
    broken = 0
    for name in chosen:
        if name in ("function_length", "class_size", "own_names") and not has_universal_ctags():
            print(f"{name}: skipped, universal-ctags is not installed")
            continue
        for path, line, message in RULES[name](root):
            print(f"{path.relative_to(root)}:{line}: {message} [{name}]")
            broken += 1
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
