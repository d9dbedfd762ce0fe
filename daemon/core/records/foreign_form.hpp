// What a file is that holds neither JSON nor a table, told by its beginning, so that it is refused
// as a whole in one sentence and not line by line. All forms stand in one table. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hubspool {

// More of a file is not looked at.
inline constexpr std::size_t form_bytes_max = 16 * 1024;

// A sentence without its subject and its full stop: "is compressed with gzip; hubspool reads JSON
// only, so uncompress it first (gzip -d)". Empty for what may hold a JSON object or array in any of
// its lines, for nothing but white space and NUL, and as long as that cannot be told. `whole`: the
// file ends behind `beginning`.
std::string foreign_form(std::string_view beginning, bool whole);

// The same of what is named as a table (CSV, TSV), and is no text.
std::string foreign_table(std::string_view beginning);

// Whether it begins as an object or an array does.
bool begins_as_json(std::string_view beginning);

} // namespace hubspool
