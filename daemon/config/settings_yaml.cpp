#include "config/settings_yaml.hpp"

#include "config/nearest_key.hpp"
#include "config/setting_value.hpp"
#include "config/settings_check.hpp"
#include "config/settings_table.hpp"
#include "core/json/json_text.hpp"

#include <fmt/core.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string_view>

namespace hubspool {
namespace {

constexpr std::size_t file_most = 1 << 20;
constexpr std::size_t key_shown_most =
    100; // longer than any key; the rest would only fill the message

const setting_key* find_key(std::string_view path) {
    // Some fifty keys, and read once at the start: a walk is enough.
    for (const setting_key& key : setting_table())
        if (key.path == path) return &key;
    return nullptr;
}

bool is_section(std::string_view path) {
    // A section is whatever has keys below it.
    for (const setting_key& key : setting_table())
        if (key.path.size() > path.size() && key.path.starts_with(path) &&
            key.path[path.size()] == '.')
            return true;
    return false;
}

std::vector<std::string_view> split_lines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

// Does nothing but remember where a document began.
struct document_start : YAML::EventHandler {
    YAML::Mark mark;
    void OnDocumentStart(const YAML::Mark& at) override { mark = at; }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  const std::string&) override {}
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}
};

// YAML::Load reads the first document and is silent about the rest, also when a stray character
// made the rest another one; YAML::LoadAll never returns from some of these.
std::optional<YAML::Mark> second_document(const std::string& yaml) {
    std::istringstream stream(yaml);
    YAML::Parser parser(stream);
    document_start start;
    // Two documents mean that a line such as --- cut the file in two.
    if (!parser.HandleNextDocument(start) || !parser.HandleNextDocument(start)) return std::nullopt;
    return start.mark;
}

class settings_reader {
public:
    settings_reader(const std::string& yaml, const std::string& name)
        : name_(name), yaml_(yaml), lines_(split_lines(yaml_)) {}

    loaded_settings read() {
        try {
            if (const auto more = second_document(yaml_))
                error(*more,
                      "what begins here is apart from the rest of the file: look for a stray "
                      "character, or a --- to remove");
            else
                read_section(YAML::Load(yaml_), "");
        } catch (const YAML::Exception& e) {
            // yaml-cpp's words for a * at the beginning name an anchor, which helps nobody.
            const bool names_an_alias = e.msg.find("anchor") != std::string::npos ||
                                        e.msg.find("alias") != std::string::npos;
            error(e.mark, e.msg + ": this is no YAML" +
                              (names_an_alias ? "; a text that begins with * needs quotes" : ""));
        }
        // Only whole settings can contradict each other.
        if (out_.errors.empty()) read_contradictions();
        return std::move(out_);
    }

private:
    void error(const YAML::Mark& mark, const std::string& message) {
        std::string place = name_;
        if (!mark.is_null()) place = fmt::format("{}:{}:{}", name_, mark.line + 1, mark.column + 1);
        out_.errors.push_back({place + ": " + message});
    }

    void read_section(const YAML::Node& node, const std::string& path) {
        // A section of which every key is commented out.
        if (node.IsNull()) return;
        if (!node.IsMap()) {
            error(node.Mark(), path.empty()
                                   ? "the file must hold keys with values, such as 'queue:'"
                                   : path + ": must hold keys of its own, one a line");
            return;
        }
        for (const auto& entry : node) {
            if (!entry.first.IsScalar()) {
                error(entry.first.Mark(), "a key must be a plain word");
                continue;
            }
            const std::string name = entry.first.Scalar().substr(0, key_shown_most);
            read_entry(entry.first, entry.second, path.empty() ? name : path + "." + name);
        }
    }

    void read_entry(const YAML::Node& name, const YAML::Node& value, const std::string& path) {
        // Which of two equal keys counts would depend on the parser; the operator may mean the
        // other.
        const auto [first, is_new] = seen_.emplace(path, name.Mark());
        if (!is_new) {
            error(name.Mark(), fmt::format("{}: is there already, in line {}: remove one of them",
                                           path, first->second.line + 1));
        } else if (const setting_key* key = find_key(path)) {
            read_value(name, value, *key);
        } else if (is_section(path)) {
            read_section(value, path);
        } else {
            const std::string nearest = nearest_key(path);
            error(name.Mark(), nearest.empty() ? path + ": unknown key; remove it"
                                               : fmt::format("{}: unknown key; did you mean {}?",
                                                             path, nearest));
        }
    }

    void read_value(const YAML::Node& name, const YAML::Node& value, const setting_key& key) {
        const std::string path(key.path);
        if (const auto* const list = std::get_if<list_key>(&key.kind)) {
            read_list(value, key, *list);
        } else if (const auto* const map = std::get_if<map_key>(&key.kind)) {
            read_map(value, key, *map);
        } else if (value.IsNull()) {
            error(name.Mark(), fmt::format("{}: has no value; write one, or remove the key for the "
                                           "default, {}",
                                           path, value_text(key, settings{})));
        } else if (!value.IsScalar()) {
            error(value.Mark(), path + ": must be a single value, not a list or keys of its own");
        } else if (is_open_quote(value)) {
            error(value.Mark(), path + ": the quote is not closed on its line");
        } else if (const auto fault = set_value(key, value.Scalar(), out_.values)) {
            error(value.Mark(), path + ": " + *fault);
        }
    }

    void read_list(const YAML::Node& value, const setting_key& key, const list_key& list) {
        const std::string path(key.path);
        if (!value.IsSequence())
            return error(value.Mark(), path + ": must be a list, such as ['*.bak', 'old-*']");
        std::string text;
        const std::size_t errors_before = out_.errors.size();
        for (const YAML::Node& item : value) {
            if (!item.IsScalar())
                error(item.Mark(), path + ": each entry must be a single text");
            else if (is_open_quote(item))
                error(item.Mark(), path + ": the quote is not closed on its line");
            else if (const auto fault = list.fault(item.Scalar()))
                error(item.Mark(), path + ": " + *fault);
            else
                text += item.Scalar() + '\n';
        }
        // The entries were told one by one; the list as a whole is not judged.
        if (out_.errors.size() > errors_before) return;
        if (const auto fault = set_value(key, text, out_.values))
            error(value.Mark(), path + ": " + *fault);
    }

    void read_map(const YAML::Node& value, const setting_key& key, const map_key& map) {
        const std::string path(key.path);
        if (!value.IsMap() && !value.IsNull())
            return error(value.Mark(), path + ": must hold names with values, one a line");
        std::string text;
        const std::size_t errors_before = out_.errors.size();
        for (const auto& entry : value) {
            if (!entry.first.IsScalar() || !entry.second.IsScalar())
                error(entry.first.Mark(), path + ": each entry must be a name and a single text");
            else if (is_open_quote(entry.first) || is_open_quote(entry.second))
                error(entry.first.Mark(), path + ": the quote is not closed on its line");
            else
                text += entry_text(entry.first, entry.second, path, map);
        }
        if (out_.errors.size() > errors_before) return;
        if (const auto fault = set_value(key, text, out_.values))
            error(value.Mark(), path + ": " + *fault);
    }

    // An entry as a line; what is wrong with it is told.
    std::string entry_text(const YAML::Node& name, const YAML::Node& value, const std::string& path,
                           const map_key& map) {
        const std::string& named = name.Scalar();
        // Else an entry would be two.
        const bool is_one_line =
            (named + value.Scalar()).find_first_of("\n\t") == std::string::npos;
        const auto [first, is_new] =
            seen_.emplace(path + '\t' + named.substr(0, key_shown_most), name.Mark());
        if (!is_one_line)
            error(name.Mark(), path + ": a name and its text may hold no tab and no newline");
        else if (!is_new)
            error(name.Mark(),
                  fmt::format("{}: {} is there already, in line {}: remove one of them", path,
                              named.substr(0, key_shown_most), first->second.line + 1));
        else if (const auto fault = map.fault(named, value.Scalar()))
            error(name.Mark(), fmt::format("{}: {}", path, *fault));
        return fmt::format("{}\t{}\n", named, value.Scalar());
    }

    // The parser takes a quote that nobody closed to the end of the file, and with it, in silence,
    // all keys that follow. No value of ours spans lines.
    bool is_open_quote(const YAML::Node& value) const {
        const YAML::Mark mark = value.Mark();
        if (mark.line < 0 || static_cast<std::size_t>(mark.line) >= lines_.size()) return false;
        const std::string_view line = lines_[static_cast<std::size_t>(mark.line)];
        const auto column = static_cast<std::size_t>(mark.column);
        if (column >= line.size() || (line[column] != '"' && line[column] != '\'')) return false;
        return line.find(line[column], column + 1) == std::string_view::npos;
    }

    void read_contradictions() {
        for (const contradiction& c : contradictions(out_.values)) {
            // A contradiction is shown at the key to change, if the file has it.
            const auto given = seen_.find(std::string(c.key));
            error(given == seen_.end() ? YAML::Mark::null_mark() : given->second,
                  fmt::format("{}: {}", c.key, c.message));
        }
    }

    std::string name_;
    std::string yaml_;
    std::vector<std::string_view> lines_; // of yaml_
    std::map<std::string, YAML::Mark> seen_;
    loaded_settings out_;
};

std::string flow_list(std::string_view lines) {
    std::string list;
    for (const std::string_view line : split_lines(lines)) {
        if (!list.empty()) list += ", ";
        append_json_string(list, line);
    }
    return "[" + list + "]";
}

std::string flow_map(std::string_view lines) {
    std::string map;
    for (const std::string_view line : split_lines(lines)) {
        const std::size_t tab = std::min(line.find('\t'), line.size());
        if (!map.empty()) map += ", ";
        append_json_string(map, line.substr(0, tab));
        map += ": ";
        append_json_string(map, line.substr(std::min(tab + 1, line.size())));
    }
    return "{" + map + "}";
}

// A text plain where YAML lets it be read by no other meaning, else in double quotes.
std::string scalar(const setting_key& key, const std::string& text) {
    if (std::holds_alternative<list_key>(key.kind)) return flow_list(text);
    if (std::holds_alternative<map_key>(key.kind)) return flow_map(text);
    if (!std::holds_alternative<text_key>(key.kind)) return text;
    // Whatever a YAML reader could take for a number, a date or a mark is quoted.
    const bool plain = !text.empty() &&
                       text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                              "0123456789/._-:") == std::string::npos;
    if (plain && text.back() != ':' && text.front() != '-') return text;
    std::string quoted;
    append_json_string(quoted, text);
    return quoted;
}

} // namespace

loaded_settings parse_settings(const std::string& yaml, const std::string& name) {
    return settings_reader(yaml, name).read();
}

loaded_settings load_settings(const std::string& path) {
    const auto refuse = [&](const std::string& why) {
        return loaded_settings{{}, {{path + ": " + why}}};
    };
    std::error_code ec;
    const auto status = std::filesystem::status(path, ec);
    if (!std::filesystem::exists(status))
        return refuse(fmt::format(
            "cannot be read: {}; {}", ec ? ec.message() : "No such file or directory",
            ec == std::errc::permission_denied ? "run it with sudo, or name another file with -c"
                                               : "name the file with -c, or its instance with -i"));
    // A FIFO would be waited on for ever.
    if (!std::filesystem::is_regular_file(status)) return refuse("is not a regular file");
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return refuse(
            "cannot be read: permission denied; run it with sudo. The service reads it when its "
            "group is hubspool and its mode 0640");
    // One byte more than is allowed shows that there are more.
    std::string text(file_most + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad()) return refuse("could not be read to its end; look into the kernel's log");
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > file_most) return refuse("is larger than 1MiB: this is no configuration");
    return parse_settings(text, path);
}

std::string to_yaml(const settings& values) {
    std::string out;
    std::vector<std::string_view> open; // the sections we are in
    for (const setting_key& key : setting_table()) {
        std::string_view rest = key.path;
        std::size_t depth = 0;
        for (std::size_t dot = rest.find('.'); dot != std::string_view::npos;
             dot = rest.find('.')) {
            const std::string_view section = rest.substr(0, dot);
            rest.remove_prefix(dot + 1);
            // Sections are opened as the path asks for them; the table keeps their keys together.
            if (depth >= open.size() || open[depth] != section) {
                open.resize(depth);
                open.push_back(section);
                out += fmt::format("{:{}}{}:\n", "", depth * 4, section);
            }
            ++depth;
        }
        open.resize(depth);
        out +=
            fmt::format("{:{}}{}: {}\n", "", depth * 4, rest, scalar(key, value_text(key, values)));
    }
    return out;
}

} // namespace hubspool
