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

struct expected_object {
    std::string id;
    field_list fields;
};

// What one side has and the other has not, or has otherwise.
void compare_fields(field_view expected, const object_state& object, const field_names& names,
                    differences& found) {
    const auto seen = object.fields();
    for (field_view::place each = 0; expected.has(each); each = expected.after(each)) {
        const auto number = expected.name(each);
        const auto want = expected.value(each);
        const auto at = seen.find(0, number);
        if (!seen.has(at))
            found.add(
                fmt::format("{}.{}: missing, expected {}", object.id, names[number].text, want));
        else if (seen.value(at) != want)
            found.add(fmt::format("{}.{}: {}, expected {}", object.id, names[number].text,
                                  seen.value(at), want));
    }
    if (seen.count() > expected.count())
        found.add(
            fmt::format("{}: {} fields, expected {}", object.id, seen.count(), expected.count()));
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
        to.append(names.find_or_add(name, custom), text);
    }
}

bool read_expected(dom::parser& parser, field_names& names, const std::string& line,
                   expected_object& object) {
    dom::object outer;
    if (parser.parse(line).get(outer) != simdjson::SUCCESS) return false;
    for (const auto [id, value] : outer) {
        dom::object fields;
        if (value.get(fields) != simdjson::SUCCESS) return false;
        object.id = id;
        add_fields(object.fields, names, fields, false);
        return true;
    }
    return false;
}

} // namespace

result<std::string> compare(const portal& objects, const std::string& expected_file,
                            const std::function<bool(std::string_view)>& refused) {
    std::ifstream file(expected_file);
    if (!file) return failure{fmt::format("{}: cannot be read", expected_file)};
    differences found;
    std::unordered_set<std::string> named;
    std::uint64_t refused_count = 0;
    dom::parser parser;
    auto names = objects.names(); // and more: equal names have equal numbers
    for (std::string line; std::getline(file, line);) {
        expected_object expected;
        if (!read_expected(parser, names, line, expected))
            return failure{fmt::format("{}: not an expected object: {}", expected_file, line)};
        const object_state* seen = objects.find(expected.id);
        const bool exists = seen != nullptr && seen->exists;
        if (refused(expected.id))
            ++refused_count;
        else if (!exists)
            found.add(fmt::format("{}: never written", expected.id));
        else
            compare_fields(expected.fields.view(), *seen, names, found);
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
