// Every key of hubspool.yaml: where it lies in `settings`, what it may hold, and within which
// bounds. Reading, writing and the test of the shipped file all walk this one table. Immutable, any
// thread.
#pragma once

#include "config/settings.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hubspool {

struct text_key {
    std::string& (*at)(settings&);
    // Nothing when the text is fit, else what is wrong with it and what to write.
    std::optional<std::string> (*fault)(const std::string&);
};

struct duration_key {
    milliseconds& (*at)(settings&);
    milliseconds least, most;
};

struct size_key {
    std::uint64_t& (*at)(settings&);
    std::uint64_t least, most;
};

struct count_key {
    std::uint32_t& (*at)(settings&);
    std::uint32_t least, most;
};

// A number, or the word `auto`.
struct auto_count_key {
    std::optional<std::uint32_t>& (*at)(settings&);
    std::uint32_t least, most;
};

struct share_key {
    double& (*at)(settings&);
    double least, most;
};

// One of `words`; the setting holds its index.
struct choice_key {
    std::vector<std::string_view> words;
    std::size_t (*get)(settings&);
    void (*set)(settings&, std::size_t);
};

// A list of texts; as one text, a line each.
struct list_key {
    std::vector<std::string>& (*at)(settings&);
    std::optional<std::string> (*fault)(const std::string&); // of one of them
    std::size_t most;
};

// Texts by name; as one text, a line each, with a tab behind the name.
struct map_key {
    named_texts& (*at)(settings&);
    // Of one of them.
    std::optional<std::string> (*fault)(const std::string& name, const std::string& text);
    std::size_t most;
};

struct setting_key {
    std::string_view path; // "retry.breaker.failures"
    std::variant<text_key, duration_key, size_key, count_key, auto_count_key, share_key, choice_key,
                 list_key, map_key>
        kind;
};

// In the order of the shipped file; the keys of one section stand together.
const std::vector<setting_key>& setting_table();

} // namespace hubspool
