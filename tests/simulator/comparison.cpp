#include "simulator/comparison.hpp"

#include "simulator/json_output.hpp"

#include <fmt/format.h>

#include <fstream>
#include <unordered_set>
#include <vector>

namespace hubspool::simulator {

namespace {

namespace dom = simdjson::dom;

constexpr std::size_t differences_kept = 20;

class differences {
public:
    void add(std::string text) {
        ++count_;
        if (first_.size() < differences_kept) first_.push_back(std::move(text));
    }
    std::uint64_t count() const { return count_; }
    const std::vector<std::string>& first() const { return first_; }

private:
    std::uint64_t count_ = 0;
    std::vector<std::string> first_;
};

// What one side has and the other has not, or has otherwise.
void compare_fields(const object_state& expected, const object_state& seen, differences& found) {
    expected.fields.for_each([&](const field_name& name, std::string_view want) {
        const auto at = seen.fields.find(0, name.text, name.custom);
        if (!seen.fields.has(at))
            found.add(fmt::format("{}.{}: missing, expected {}", seen.id, name.text, want));
        else if (seen.fields.value(at) != want)
            found.add(fmt::format("{}.{}: {}, expected {}", seen.id, name.text,
                                  seen.fields.value(at), want));
    });
    if (seen.fields.count() > expected.fields.count())
        found.add(fmt::format("{}: {} fields, expected {}", seen.id, seen.fields.count(),
                              expected.fields.count()));
}

void add_fields(field_list& to, field_names& names, dom::object fields, bool custom) {
    for (const auto [name, value] : fields) {
        dom::object nested;
        if (!custom && name == "custom" && value.get(nested) == simdjson::SUCCESS) {
            add_fields(to, names, nested, true);
            continue;
        }
        std::string text;
        append_value(text, value);
        to.append(names.named(name, custom), text);
    }
}

bool read_expected(dom::parser& parser, field_names& names, const std::string& line,
                   object_state& object) {
    dom::object outer;
    if (parser.parse(line).get(outer) != simdjson::SUCCESS) return false;
    for (const auto [id, value] : outer) {
        dom::object fields;
        if (value.get(fields) != simdjson::SUCCESS) return false;
        object = portal().object(id);
        add_fields(object.fields, names, fields, false);
        return true;
    }
    return false;
}

} // namespace

result<std::string> compare(const portal& objects, const std::string& expected_file,
                            const std::function<bool(const object_state&)>& refused) {
    std::ifstream file(expected_file);
    if (!file) return failure{fmt::format("{}: cannot be read", expected_file)};
    differences found;
    std::unordered_set<std::string> named;
    std::uint64_t refused_count = 0;
    dom::parser parser;
    field_names names;
    for (std::string line; std::getline(file, line);) {
        object_state expected;
        if (!read_expected(parser, names, line, expected))
            return failure{fmt::format("{}: not an expected object: {}", expected_file, line)};
        const object_state* seen = objects.find(expected.id);
        const bool exists = seen != nullptr && seen->exists;
        if (refused(expected))
            ++refused_count;
        else if (!exists)
            found.add(fmt::format("{}: never written", expected.id));
        else
            compare_fields(expected, *seen, found);
        named.insert(std::move(expected.id));
    }
    objects.for_each_existing([&](const object_state& object) {
        if (!named.contains(object.id))
            found.add(fmt::format("{}: written, but not expected", object.id));
    });
    std::string first;
    for (const auto& text : found.first()) {
        first += first.empty() ? "" : ",";
        append_string(first, text);
    }
    return fmt::format(
        R"({{"objects":{},"expected":{},"refused":{},"differences":{},"first":[{}]}})",
        objects.existing(), named.size(), refused_count, found.count(), first);
}

} // namespace hubspool::simulator
