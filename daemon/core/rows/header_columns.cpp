#include "core/rows/header_columns.hpp"

#include "core/words/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace hubspool {

namespace {

constexpr std::size_t named_most = 5;
constexpr std::size_t name_bytes_shown = 60;

std::string in_quotes(std::string_view name) {
    const bool is_long = name.size() > name_bytes_shown;
    return fmt::format("\"{}{}\"", printable(std::string(name.substr(0, name_bytes_shown))),
                       is_long ? "..." : "");
}

std::optional<cell_target> target_of(const std::string& name, const csv_options& options) {
    if (name.empty()) return cell_target{};
    for (const auto& [column, target] : options.columns)
        if (column == name) return cell_target_of(target);
    return cell_target_of(name);
}

std::string about_unknown(const std::vector<std::string>& unknown, std::size_t columns) {
    std::string list;
    for (std::size_t i = 0; i < std::min(unknown.size(), named_most); ++i)
        list += (i == 0 ? "" : ", ") + in_quotes(unknown[i]);
    if (unknown.size() > named_most)
        list += fmt::format(" and {} more", unknown.size() - named_most);
    return fmt::format(
        "is a table of {} column{}, and what goes where is not told of {}: write in csv.columns "
        "what each of them is, such as {{{}: eventName}} (custom:NAME for a custom property, "
        "ignore for none); if there are no such columns, csv.delimiter or csv.quote is wrong",
        columns, columns == 1 ? "" : "s", list, in_quotes(unknown.front()));
}

// Of the columns and the constants: each target once, and an objectId.
std::string target_fault(const header_columns& header, const csv_options& options) {
    std::map<std::string, std::string> from;
    for (const auto& [target, value] : options.constants) from[target] = "csv.constants";
    for (std::size_t i = 0; i < header.targets.size(); ++i) {
        if (header.targets[i].kind == target_kind::ignored) continue;
        const std::string target = to_string(header.targets[i]);
        const auto [first, is_new] = from.emplace(target, in_quotes(header.names[i]));
        if (!is_new)
            return fmt::format("is a table in which both {} and {} are {}: take one of them out of "
                               "the file, or set a column to ignore in csv.columns",
                               first->second, in_quotes(header.names[i]), target);
    }
    if (from.contains("objectId")) return {};
    return fmt::format("is a table without an objectId: name the column that holds it objectId, or "
                       "write in csv.columns which it is, such as {{{}: objectId}}",
                       in_quotes(header.names.empty() ? "id" : header.names.front()));
}

} // namespace

header_columns read_header(std::vector<std::string> names, const csv_options& options) {
    header_columns header;
    header.names = std::move(names);
    if (header.names.size() > columns_max) {
        header.fault = fmt::format("is a table of more than {} columns: take out those that are "
                                   "not sent",
                                   columns_max);
        return header;
    }
    std::vector<std::string> unknown;
    for (const std::string& name : header.names) {
        const auto target = target_of(name, options);
        if (!target) unknown.push_back(name);
        header.targets.push_back(target.value_or(cell_target{}));
    }
    header.fault = unknown.empty() ? target_fault(header, options)
                                   : about_unknown(unknown, header.names.size());
    return header;
}

std::size_t known_names(const std::vector<std::string>& names, const csv_options& options) {
    return static_cast<std::size_t>(std::ranges::count_if(names, [&](const std::string& name) {
        return !name.empty() && target_of(name, options).has_value();
    }));
}

} // namespace hubspool
