// Schemas of an OpenAPI 3.0 file, as far as HubSpot's use them: type, format, enum, required,
// properties, items, additionalProperties and $ref. One thread.
#pragma once

#include <simdjson.h>

#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hubspool::openapi {

struct openapi_schema {
    std::string type; // "object", "array", "string", "integer", "boolean"; empty: any
    std::string format;
    std::set<std::string, std::less<>> values; // of an enum; empty: any
    std::map<std::string, const openapi_schema*, std::less<>> properties;
    std::set<std::string, std::less<>> required;
    const openapi_schema* items = nullptr;
    const openapi_schema* additional = nullptr; // of a map
};

class openapi_file {
public:
    // Throws std::runtime_error when the file is not there, or not what it should be.
    explicit openapi_file(const std::string& path);
    openapi_file(const openapi_file&) = delete;
    openapi_file& operator=(const openapi_file&) = delete;

    const openapi_schema& at(std::string_view name) const;
    openapi_schema& change(std::string_view name) { return named(name); }

private:
    openapi_schema& named(std::string_view name);
    const openapi_schema* read(simdjson::dom::element from);
    void read_into(openapi_schema& schema, simdjson::dom::object from);

    std::deque<openapi_schema> all_;
    std::map<std::string, openapi_schema*, std::less<>> named_;
};

// What of the schema the value breaks, with its place ("inputs[3].startDateTime: is no date-time");
// empty: nothing. Members that the schema does not name may hold anything, as HubSpot adds some.
std::string schema_problem(const openapi_schema& schema, simdjson::dom::element value);

// The body of a batch update. More lenient than HubSpot's file in three ways: a custom property
// needs only name and value (the file wants all 20 attributes, HubSpot's guide and what was seen to
// work have these two); its source may be any string (the enum has grown again and again); null may
// stand for any value (a producer's way to clear a field; what HubSpot makes of it is not
// documented).
class update_schema {
public:
    explicit update_schema(const std::string& path);
    std::string problem_of(simdjson::dom::element body) const;

private:
    openapi_file file_;
    openapi_schema any_string_;
};

} // namespace hubspool::openapi
