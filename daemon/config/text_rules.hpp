// What the textual settings must look like. Each returns what is wrong and what to write, or
// nothing. Pure, but for time_zone_fault, which looks into the system's time zone database.
#pragma once

#include <optional>
#include <string>

namespace hubspool {

std::optional<std::string> path_fault(const std::string& text);           // an absolute path
std::optional<std::string> optional_path_fault(const std::string& text);  // or nothing
std::optional<std::string> directory_fault(const std::string& text);      // and not the root
std::optional<std::string> name_pattern_fault(const std::string& text);   // of file names: *.bak
std::optional<std::string> url_fault(const std::string& text);            // https://host[:port]
std::optional<std::string> proxy_fault(const std::string& text);          // http://host:port
std::optional<std::string> no_proxy_fault(const std::string& text);       // a.example, 10.0.0.0/8
std::optional<std::string> version_fault(const std::string& text);        // v3 or YYYY-MM
std::optional<std::string> portal_id_fault(const std::string& text);      // a number, or nothing
std::optional<std::string> time_zone_fault(const std::string& text);      // auto, UTC, ...
std::optional<std::string> listen_fault(const std::string& text);         // see listen_address.hpp
std::optional<std::string> control_socket_fault(const std::string& text); // a path, off, or nothing
std::optional<std::string> executable_fault(const std::string& text);     // /a/path, or nothing
std::optional<std::string> webhook_fault(const std::string& text);        // https://HOST/PATH

// A column of a table and where its cells go; where it goes and a constant.
std::optional<std::string> csv_column_fault(const std::string& column, const std::string& target);
std::optional<std::string> csv_constant_fault(const std::string& target, const std::string& value);
std::optional<std::string> csv_date_fault(const std::string& form); // %d.%m.%Y
std::optional<std::string> csv_zone_fault(const std::string& text); // UTC, ..., or nothing

} // namespace hubspool
