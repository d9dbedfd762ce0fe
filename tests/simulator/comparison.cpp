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
    for (const auto& want : expected.fields) {
        const field_state* have = nullptr;
        for (const auto& field : seen.fields)
            if (field.name == want.name && field.custom == want.custom) have = &field;
        if (have == nullptr)
            found.add(fmt::format("{}.{}: missing, expected {}", seen.id, want.name, want.value));
        else if (have->value != want.value)
            found.add(
                fmt::format("{}.{}: {}, expected {}", seen.id, want.name, have->value, want.value));
    }
    if (seen.fields.size() > expected.fields.size())
        found.add(fmt::format("{}: {} fields, expected {}", seen.id, seen.fields.size(),
                              expected.fields.size()));
}

void add_fields(object_state& object, dom::object fields, bool custom) {
    for (const auto [name, value] : fields) {
        dom::object nested;
        if (!custom && name == "custom" && value.get(nested) == simdjson::SUCCESS) {
            add_fields(object, nested, true);
            continue;
        }
        std::string text;
        append_value(text, value);
        object.fields.push_back({std::string(name), std::move(text), {}, custom});
    }
}

bool read_expected(dom::parser& parser, const std::string& line, object_state& object) {
    dom::object outer;
    if (parser.parse(line).get(outer) != simdjson::SUCCESS) return false;
    for (const auto [id, value] : outer) {
        dom::object fields;
        if (value.get(fields) != simdjson::SUCCESS) return false;
        object = portal().object(id);
        add_fields(object, fields, false);
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
    for (std::string line; std::getline(file, line);) {
        object_state expected;
        if (!read_expected(parser, line, expected))
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
