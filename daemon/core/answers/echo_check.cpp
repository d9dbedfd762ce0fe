#include "core/answers/echo_check.hpp"

#include "core/json/json_text.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <utility>

namespace hubspool {

namespace {

// Of the value of a custom property's field.
bool clears(std::string_view attributes) {
    simdjson::dom::parser parser;
    simdjson::dom::element value;
    // The field holds the attributes behind the name, up to the closing brace: a brace in front
    // makes it an object.
    const auto sent = parser.parse(simdjson::padded_string("{" + std::string(attributes)));
    // What cannot be parsed was never sent in this form; it is not held against the echo.
    if (sent["value"].get(value) != simdjson::SUCCESS) return true;
    std::string_view text;
    return value.is_null() || (value.get(text) == simdjson::SUCCESS && text.empty());
}

// Without a backslash in it, an escaped name equals just the name that it stands for.
bool has_escape(std::string_view name) {
    return name.find('\\') != std::string_view::npos;
}

// As answers mostly do it: all that was sent, in the order of the request.
bool repeats(std::span<const std::string_view> echo, const field_set& sent) {
    std::size_t in_order = 0;
    bool all = true;
    sent.for_each([&](const field& f, std::uint32_t) {
        // Only custom properties are looked at: one that the account does not have may be dropped
        // without a word.
        if (f.kind != field_kind::custom || !all) return;
        all = in_order < echo.size() && echo[in_order] == f.name && !has_escape(f.name);
        ++in_order;
    });
    return all;
}

// Asked for one name after the other. An answer repeats them in the order of the request as a rule,
// so each is looked for behind the one before, and only then among all.
class echo_names {
public:
    explicit echo_names(std::span<const std::string_view> names) : names_(names) {}

    bool contain(std::string_view escaped) {
        if (has_escape(escaped)) return contain_escaped(escaped);
        const std::string_view name = escaped;
        // Asked in the order of the request, the next name is nearly always the next of the echo.
        if (next_ == names_.size()) next_ = 0;
        if (next_ < names_.size() && names_[next_] == name) {
            ++next_;
            return true;
        }
        // Many names: a set is made once instead of a search for each.
        if (names_.size() > few) return contained_in_many(name);
        const auto found = std::find(names_.begin(), names_.end(), name);
        if (found == names_.end()) return false;
        // Going on behind the one found keeps the order after a gap.
        next_ = static_cast<std::size_t>(found - names_.begin()) + 1;
        return true;
    }

private:
    // Few are gone through, which is quicker than making a set of them.
    static constexpr std::size_t few = 16;

    bool contained_in_many(std::string_view name) {
        if (many_.empty()) many_.insert(names_.begin(), names_.end());
        return many_.contains(name);
    }
    bool contain_escaped(std::string_view name) {
        // Rare: a name with a quote or backslash. All names are escaped once, then compared as they
        // were sent.
        if (escaped_.empty()) {
            for (const std::string_view each : names_) {
                std::string text;
                append_json_escaped(text, each);
                escaped_.insert(std::move(text));
            }
        }
        return escaped_.contains(std::string(name));
    }

    std::span<const std::string_view> names_;
    std::size_t next_ = 0;
    std::unordered_set<std::string_view> many_;
    std::unordered_set<std::string> escaped_;
};

} // namespace

std::vector<std::string> missing_from_echo(const field_set& sent,
                                           std::span<const std::string_view> echo) {
    std::vector<std::string> missing;
    // Nearly all answers repeat the request: then no name is looked up at all.
    if (repeats(echo, sent)) return missing;
    echo_names stored(echo);
    sent.for_each([&](const field& f, std::uint32_t) {
        // What was cleared may be missing, for it is no longer there.
        if (f.kind != field_kind::custom || stored.contain(f.name) || clears(f.value)) return;
        missing.emplace_back(f.name);
    });
    return missing;
}

} // namespace hubspool
