#include "config/setting_value.hpp"

#include "config/units.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

namespace hubspool {
namespace {

using fault_words = std::optional<std::string>;

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
    Number number{};
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (ec != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

bool all_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Texts of the file come back in messages: cut, so that a pasted page does not fill the terminal.
std::string shown(const std::string& text) {
    return text.size() > 60 ? "'" + text.substr(0, 60) + "...'" : "'" + text + "'";
}

fault_words set(const text_key& key, const std::string& text, settings& values) {
    // Not shown: somebody may have written the token or a password here.
    if (auto wrong = key.fault(text)) return wrong;
    key.at(values) = text;
    return std::nullopt;
}

fault_words set(const duration_key& key, const std::string& text, settings& values) {
    const auto value = parse_duration(text);
    // The usual mistake has words of its own: a number without its unit.
    if (!value && all_digits(text))
        return fmt::format("{} has no unit: add ms, s, m, h or d, as in 500ms or 10s", shown(text));
    if (!value)
        return fmt::format("{} is no duration: write a whole number and ms, s, m, h or d, such as "
                           "500ms or 10s",
                           shown(text));
    if (*value < key.least || *value > key.most)
        return fmt::format("{} is out of range: write {} to {}", shown(text),
                           exact_duration(key.least), exact_duration(key.most));
    key.at(values) = *value;
    return std::nullopt;
}

fault_words set(const size_key& key, const std::string& text, settings& values) {
    const auto value = parse_size(text);
    if (!value && all_digits(text))
        return fmt::format("{} has no unit: add B, KiB, MiB, GiB or TiB, as in 256MiB",
                           shown(text));
    if (!value)
        return fmt::format(
            "{} is no size: write a whole number and B, KiB, MiB, GiB or TiB, such as "
            "256MiB",
            shown(text));
    if (*value < key.least || *value > key.most)
        return fmt::format("{} is out of range: write {} to {}", shown(text), exact_size(key.least),
                           exact_size(key.most));
    key.at(values) = *value;
    return std::nullopt;
}

template <class Key>
fault_words set_count(const Key& key, const std::string& text, settings& values,
                      std::string_view otherwise) {
    const auto value = parse_number<std::uint64_t>(text);
    // Digits that do not fit 64 bits are too large, and not "no number".
    if (!value && !all_digits(text))
        return fmt::format("{} is no whole number: write {}{} to {}", shown(text), otherwise,
                           key.least, key.most);
    if (!value || *value < key.least || *value > key.most)
        return fmt::format("{} is out of range: write {}{} to {}", shown(text), otherwise,
                           key.least, key.most);
    key.at(values) = static_cast<std::uint32_t>(*value);
    return std::nullopt;
}

fault_words set(const count_key& key, const std::string& text, settings& values) {
    return set_count(key, text, values, "");
}

fault_words set(const auto_count_key& key, const std::string& text, settings& values) {
    if (text != "auto") return set_count(key, text, values, "auto, or ");
    key.at(values).reset();
    return std::nullopt;
}

fault_words set(const share_key& key, const std::string& text, settings& values) {
    const auto value = parse_number<double>(text);
    if (!value)
        return fmt::format("{} is no number: write {} to {}, such as 0.5", shown(text), key.least,
                           key.most);
    // Written so that a NaN, which compares with nothing, is out of range too.
    if (!(*value >= key.least && *value <= key.most))
        return fmt::format("{} is out of range: write {} to {}", shown(text), key.least, key.most);
    key.at(values) = *value;
    return std::nullopt;
}

fault_words set(const choice_key& key, const std::string& text, settings& values) {
    const auto found = std::find(key.words.begin(), key.words.end(), text);
    if (found == key.words.end())
        return fmt::format("{} is not one of: {}", shown(text), fmt::join(key.words, ", "));
    key.set(values, static_cast<std::size_t>(found - key.words.begin()));
    return std::nullopt;
}

fault_words set(const list_key& key, const std::string& text, settings& values) {
    std::vector<std::string> items;
    // The list comes as one text, a line an entry.
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        items.push_back(text.substr(begin, end - begin));
        if (auto wrong = key.fault(items.back())) return wrong;
        begin = end + 1;
    }
    if (items.size() > key.most)
        return fmt::format("has {} entries: write {} at most", items.size(), key.most);
    key.at(values) = std::move(items);
    return std::nullopt;
}

fault_words set(const map_key& key, const std::string& text, settings& values) {
    named_texts entries;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string line = text.substr(begin, end - begin);
        const std::size_t tab = std::min(line.find('\t'), line.size());
        entries.emplace_back(line.substr(0, tab), line.substr(std::min(tab + 1, line.size())));
        if (auto wrong = key.fault(entries.back().first, entries.back().second)) return wrong;
        begin = end + 1;
    }
    if (entries.size() > key.most)
        return fmt::format("has {} entries: write {} at most", entries.size(), key.most);
    key.at(values) = std::move(entries);
    return std::nullopt;
}

std::string text_of(const text_key& key, settings& values) {
    return key.at(values);
}
std::string text_of(const duration_key& key, settings& values) {
    return exact_duration(key.at(values));
}
std::string text_of(const size_key& key, settings& values) {
    return exact_size(key.at(values));
}
std::string text_of(const count_key& key, settings& values) {
    return fmt::format("{}", key.at(values));
}
std::string text_of(const auto_count_key& key, settings& values) {
    const auto& value = key.at(values);
    return value ? fmt::format("{}", *value) : "auto";
}
std::string text_of(const share_key& key, settings& values) {
    return fmt::format("{}", key.at(values));
}
std::string text_of(const choice_key& key, settings& values) {
    return std::string(key.words.at(key.get(values)));
}

std::string text_of(const list_key& key, settings& values) {
    return fmt::format("{}", fmt::join(key.at(values), "\n"));
}

std::string text_of(const map_key& key, settings& values) {
    std::string text;
    for (const auto& [name, value] : key.at(values))
        text += (text.empty() ? "" : "\n") + name + '\t' + value;
    return text;
}

} // namespace

std::optional<std::string> set_value(const setting_key& key, const std::string& text,
                                     settings& values) {
    // Which reader it takes follows from the key's kind.
    return std::visit([&](const auto& kind) { return set(kind, text, values); }, key.kind);
}

std::string value_text(const setting_key& key, const settings& values) {
    settings copy = values; // the table's accessors serve writing, too
    return std::visit([&](const auto& kind) { return text_of(kind, copy); }, key.kind);
}

} // namespace hubspool
