#include "core/records/foreign_form.hpp"

#include "core/words/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace hubspool {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view spaces = " \t\r\n";

// `bytes` at `offset` tell the form; letters count in both cases. In order: of two that fit, the
// first. The words follow "it is".
struct form {
    std::string_view bytes;
    std::string_view what;
    std::string_view remedy;
    std::size_t offset = 0;
};

constexpr std::string_view uncompress = "uncompress it first";
constexpr std::string_view as_utf8 = "write it as UTF-8 (iconv -t UTF-8)";
constexpr std::string_view as_json = "export it as JSON, one record a line";

constexpr std::array forms = std::to_array<form>({
    {"\x1f\x8b"sv, "compressed with gzip", "uncompress it first (gzip -d)"},
    {"\x28\xb5\x2f\xfd"sv, "compressed with zstd", "uncompress it first (zstd -d)"},
    {"\x2a\x4d\x18"sv, "compressed with zstd", "uncompress it first (zstd -d)", 1},
    {"PK\x03\x04"sv, "a zip archive (or an office document)", "unpack it first (unzip)"},
    {"PK\x05\x06"sv, "an empty zip archive", "unpack it first (unzip)"},
    {"\xfd"
     "7zXZ\0"sv,
     "compressed with xz", "uncompress it first (xz -d)"},
    {"BZh"sv, "compressed with bzip2", "uncompress it first (bzip2 -d)"},
    {"\x04\x22\x4d\x18"sv, "compressed with lz4", uncompress},
    {"7z\xbc\xaf\x27\x1c"sv, "a 7-zip archive", "unpack it first"},
    {"\x1f\x9d"sv, "compressed with compress", uncompress},
    {"\xff\x06\0\0sNaPpY"sv, "compressed with snappy", uncompress},
    {"ustar"sv, "a tar archive", "unpack it first (tar -x)", 257},
    {"\xff\xfe\0\0"sv, "UTF-32", as_utf8},
    {"\0\0\xfe\xff"sv, "UTF-32", as_utf8},
    {"PAR1"sv, "a Parquet file", as_json},
    {"PARE"sv, "an encrypted Parquet file", as_json},
    {"Obj\x01"sv, "an Avro file", as_json},
    {"ORC"sv, "an ORC file", as_json},
    {"ARROW1"sv, "an Arrow file", as_json},
    {"SQLite format 3\0"sv, "an SQLite database", as_json},
    {"%PDF-"sv, "a PDF", as_json},
    {"{\\rtf"sv, "a document in RTF", as_json},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, "an old office document", as_json},
    {"-----BEGIN "sv, "in PEM or PGP armour", "decode it first"},
    {"\x1e"sv, "a JSON text sequence (RFC 7464)", "write it without its record separators (0x1e)"},
    {"<!doctype html"sv, "an HTML page", "look in it for what the export's server had to say"},
    {"<html"sv, "an HTML page", "look in it for what the export's server had to say"},
    {"<?xml"sv, "XML", as_json},
});

std::string sentence(std::string_view what, std::string_view remedy) {
    return fmt::format("is {}; hubspool reads JSON, CSV and TSV: {}", what, remedy);
}

// Only its name may tell: a text with commas may be anything.
std::string table_sentence(std::string_view what, std::string_view ending) {
    return fmt::format("is {}; hubspool reads such a file when its name ends with {}", what,
                       ending);
}

bool same_letters(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [&](char x, char y) { return lower(x) == lower(y); });
}

std::string_view without_space(std::string_view text, std::string_view space = spaces) {
    const std::size_t first = text.find_first_not_of(space);
    return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

// What stands behind a byte order mark, if there is one: it is no part of the text, and white space
// may stand on both sides of it.
std::string_view behind_mark(std::string_view text) {
    return text.starts_with(utf8_byte_order_mark)
               ? without_space(text.substr(utf8_byte_order_mark.size()))
               : text;
}

// Whether a table cannot begin with it: a header may begin with any word.
bool is_no_text(const form& known) {
    constexpr std::string_view marks = "<%-";
    const bool has_byte = std::any_of(known.bytes.begin(), known.bytes.end(), [](char c) {
        return static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) >= 0x7f;
    });
    return has_byte || marks.find(known.bytes.front()) != std::string_view::npos;
}

std::optional<std::string> listed(std::string_view text, bool is_table = false) {
    for (const form& known : forms) {
        if (is_table && !is_no_text(known)) continue;
        // A mark may stand deep in the file, such as that of tar: short files have none.
        if (text.size() < known.offset + known.bytes.size()) continue;
        if (same_letters(text.substr(known.offset, known.bytes.size()), known.bytes))
            return sentence(known.what, known.remedy);
    }
    return std::nullopt;
}

// UTF-32 without a mark: the first two characters of any JSON are ASCII (RFC 4627).
std::optional<std::string> wide(std::string_view text) {
    constexpr std::size_t looked_at = 8;
    // Three zero bytes beside each character.
    std::string pattern;
    for (const char c : text.substr(0, looked_at)) {
        const bool ascii = (c > ' ' && c < 0x7f) || spaces.find(c) != std::string_view::npos;
        pattern += c == '\0' ? '0' : ascii ? 'x' : '?';
    }
    if (pattern == "x000x000" || pattern == "000x000x") return sentence("UTF-32", as_utf8);
    return std::nullopt;
}

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && "\t\n\v\f\r\x1b"sv.find(c) == std::string_view::npos) || byte == 0x7f;
}

// Text of some old code page is text, too.
bool is_binary(std::string_view text) {
    return std::any_of(text.begin(), text.end(), is_control);
}

// The lines that are whole, without empty ones.
std::vector<std::string_view> lines_of(std::string_view text, bool whole) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        // The last line may be cut in its middle; it is looked at only if the file ends there.
        if (end == std::string_view::npos && !whole) break;
        const std::string_view line = text.substr(0, end);
        if (!without_space(line).empty()) lines.push_back(line);
        text.remove_prefix(std::min(text.size(), line.size() + 1));
    }
    return lines;
}

// The sign that stands between fields, when the first lines have it equally often.
char separator_of(const std::vector<std::string_view>& lines) {
    constexpr std::size_t looked_at = 3;
    // Separators in order of how usual they are. A header line sets how many there must be.
    for (const char separator : {',', ';', '\t', '|'}) {
        const auto in_first = std::count(lines[0].begin(), lines[0].end(), separator);
        const auto last = lines.begin() + static_cast<long>(std::min(looked_at, lines.size()));
        // Fields may hold the sign themselves, so more of them are as good.
        const bool equal = std::all_of(lines.begin(), last, [&](std::string_view line) {
            return std::count(line.begin(), line.end(), separator) >= in_first;
        });
        if (in_first > 0 && equal) return separator;
    }
    return '\0';
}

std::string described(const std::vector<std::string_view>& lines) {
    constexpr std::size_t shown_bytes_max = 60;
    switch (separator_of(lines)) {
    case ',': return table_sentence("CSV", ".csv");
    case ';': return table_sentence("CSV with semicolons", ".csv");
    case '\t': return table_sentence("a table with tabs (TSV)", ".tsv");
    case '|': return table_sentence("a table with | between its columns", ".csv");
    default: break;
    }
    // No table: the first words are shown, since a person knows the file by them.
    const std::string_view line = without_space(lines[0]);
    if (line.starts_with('<')) return sentence("XML or HTML", as_json);
    std::string shown;
    for (const char c : line.substr(0, shown_bytes_max)) {
        if (static_cast<unsigned char>(c) < 0x80 && c >= ' ') shown += c;
    }
    return sentence(fmt::format("no JSON: it begins with \"{}\"", shown), as_json);
}

} // namespace

bool begins_as_json(std::string_view line) {
    line = behind_mark(without_space(line));
    if (!line.starts_with('{') && !line.starts_with('[')) return false;
    // One more sign is looked at: `[` begins many a log line, and `{` many a template.
    line = without_space(line.substr(1));
    return line.empty() || "\"'{}[]"sv.find(line.front()) != std::string_view::npos;
}

std::string foreign_table(std::string_view beginning) {
    beginning = beginning.substr(0, form_bytes_max);
    if (auto known = listed(beginning, true)) return *known;
    if (auto known = wide(beginning)) return *known;
    return is_binary(beginning) ? sentence("binary", "export it as CSV or JSON") : std::string();
}

std::string foreign_form(std::string_view beginning, bool whole) {
    // The caller may hold more than is ever looked at, and what was cut is not whole.
    if (beginning.size() > form_bytes_max) {
        beginning = beginning.substr(0, form_bytes_max);
        whole = false;
    }
    if (auto known = listed(beginning)) return *known;
    if (auto known = wide(beginning)) return *known;
    // NUL bytes in front are no form: the reader has words of its own for them.
    const std::string_view inside = behind_mark(without_space(beginning, "\0 \t\r\n"sv));
    // It may be JSON after all: then each bad line is a dead letter of its own.
    if (inside.empty() || inside.front() == '{' || inside.front() == '[') return {};
    // Once more without the mark and the spaces: "<html" may stand behind both.
    if (auto known = listed(inside)) return *known;
    const std::vector<std::string_view> lines = lines_of(inside, whole);
    // Something else in front and JSON behind: the good lines are to be sent.
    if (std::any_of(lines.begin(), lines.end(), begins_as_json)) return {};
    if (is_binary(beginning)) return sentence("binary", as_json);
    // One long line that is none may stand before many that are.
    if (lines.empty() || (lines.size() < 2 && !whole)) return {};
    return described(lines);
}

} // namespace hubspool
