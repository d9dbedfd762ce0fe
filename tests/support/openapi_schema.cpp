#include "support/openapi_schema.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace hubspool::openapi {

namespace dom = simdjson::dom;

namespace {

std::string text_of(dom::object from, const char* key) {
    std::string_view text;
    return from[key].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

std::set<std::string, std::less<>> texts_of(dom::object from, const char* key) {
    std::set<std::string, std::less<>> texts;
    dom::array list;
    if (from[key].get(list) != simdjson::SUCCESS) return texts;
    for (dom::element text : list) texts.emplace(text.get_string().value());
    return texts;
}

// RFC 3339, by its form alone.
bool is_date_time(std::string_view text) {
    constexpr std::string_view form = "0000-00-00T00:00:00";
    const auto like = [](char c, char pattern) {
        return pattern == '0' ? c >= '0' && c <= '9' : c == pattern;
    };
    if (text.size() <= form.size() || !std::equal(form.begin(), form.end(), text.begin(),
                                                  [&](char p, char c) { return like(c, p); }))
        return false;
    text.remove_prefix(form.size());
    if (text.front() == '.') text.remove_prefix(std::min(text.size(), text.find_first_of("Z+-")));
    constexpr std::string_view zone = "00:00";
    return text == "Z" ||
           (text.size() == 1 + zone.size() && (text.front() == '+' || text.front() == '-') &&
            std::equal(zone.begin(), zone.end(), text.begin() + 1,
                       [&](char p, char c) { return like(c, p); }));
}

std::string string_problem(const openapi_schema& schema, dom::element value) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) return "is no string";
    if (!schema.values.empty() && !schema.values.contains(text)) return "is not in the enum";
    if (schema.format == "date-time" && !is_date_time(text)) return "is no date-time";
    return {};
}

std::string integer_problem(const openapi_schema& schema, dom::element value) {
    std::int64_t number = 0;
    if (!value.is_int64() || value.get(number) != simdjson::SUCCESS) return "is no int64";
    const bool wide = number < std::numeric_limits<std::int32_t>::min() ||
                      number > std::numeric_limits<std::int32_t>::max();
    return schema.format == "int32" && wide ? "is no int32" : "";
}

struct checker {
    std::string path;
    std::string problem;

    bool fail(std::string why) {
        problem = path + (path.empty() ? "" : ": ") + std::move(why);
        return false;
    }

    bool check_at(const std::string& step, const openapi_schema& schema, dom::element value) {
        const std::size_t before = path.size();
        path += step;
        const bool fine = check(schema, value);
        path.resize(before);
        return fine;
    }

    bool check(const openapi_schema& schema, dom::element value) {
        if (value.is_null() || schema.type.empty()) return true;
        if (schema.type == "object") return check_object(schema, value);
        if (schema.type == "array") return check_array(schema, value);
        std::string why;
        if (schema.type == "string") why = string_problem(schema, value);
        if (schema.type == "integer") why = integer_problem(schema, value);
        if (schema.type == "boolean" && !value.is_bool()) why = "is no boolean";
        return why.empty() || fail(why);
    }

    bool check_object(const openapi_schema& schema, dom::element value) {
        dom::object members;
        if (value.get(members) != simdjson::SUCCESS) return fail("is no object");
        for (const std::string& name : schema.required) {
            dom::element ignored;
            if (members[name].get(ignored) != simdjson::SUCCESS) return fail("lacks " + name);
        }
        for (const auto [name, member] : members) {
            const auto known = schema.properties.find(std::string_view(name));
            const openapi_schema* const of =
                known != schema.properties.end() ? known->second : schema.additional;
            const std::string step = (path.empty() ? "" : ".") + std::string(name);
            if (of != nullptr && !check_at(step, *of, member)) return false;
        }
        return true;
    }

    bool check_array(const openapi_schema& schema, dom::element value) {
        dom::array entries;
        if (value.get(entries) != simdjson::SUCCESS) return fail("is no array");
        std::size_t i = 0;
        for (dom::element entry : entries) {
            if (!check_at("[" + std::to_string(i++) + "]", *schema.items, entry)) return false;
        }
        return true;
    }
};

} // namespace

openapi_file::openapi_file(const std::string& path) {
    dom::parser parser;
    dom::object schemas;
    if (parser.load(path)["components"]["schemas"].get(schemas) != simdjson::SUCCESS)
        throw std::runtime_error(path + ": no OpenAPI file with schemas");
    for (const auto [name, schema] : schemas) read_into(named(name), schema.get_object());
}

const openapi_schema& openapi_file::at(std::string_view name) const {
    const auto found = named_.find(name);
    if (found == named_.end()) throw std::runtime_error("no schema " + std::string(name));
    return *found->second;
}

openapi_schema& openapi_file::named(std::string_view name) {
    const auto [at, is_new] = named_.try_emplace(std::string(name), nullptr);
    if (is_new) at->second = &all_.emplace_back();
    return *at->second;
}

const openapi_schema* openapi_file::read(dom::element from) {
    std::string_view reference;
    if (from["$ref"].get(reference) == simdjson::SUCCESS)
        return &named(reference.substr(reference.rfind('/') + 1));
    openapi_schema& schema = all_.emplace_back();
    read_into(schema, from.get_object());
    return &schema;
}

void openapi_file::read_into(openapi_schema& schema, dom::object from) {
    schema.type = text_of(from, "type");
    schema.format = text_of(from, "format");
    schema.values = texts_of(from, "enum");
    schema.required = texts_of(from, "required");
    dom::element inner;
    if (from["items"].get(inner) == simdjson::SUCCESS) schema.items = read(inner);
    if (from["additionalProperties"].get(inner) == simdjson::SUCCESS && inner.is_object())
        schema.additional = read(inner);
    dom::object members;
    if (from["properties"].get(members) != simdjson::SUCCESS) return;
    for (const auto [name, member] : members) schema.properties[std::string(name)] = read(member);
}

std::string schema_problem(const openapi_schema& schema, dom::element value) {
    checker checking;
    checking.check(schema, value);
    return checking.problem;
}

update_schema::update_schema(const std::string& path) : file_(path) {
    any_string_.type = "string";
    openapi_schema& property = file_.change("PropertyValue");
    property.required = {"name", "value"};
    property.properties["source"] = &any_string_;
}

std::string update_schema::problem_of(dom::element body) const {
    return schema_problem(file_.at("BatchInputMarketingEventPublicUpdateRequestFullV2"), body);
}

} // namespace hubspool::openapi
