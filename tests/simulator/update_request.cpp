#include "simulator/update_request.hpp"

#include "simulator/wide_numbers.hpp"

#include <algorithm>

namespace hubspool::simulator {

namespace {

namespace dom = simdjson::dom;

const char* custom_properties_problem(dom::object input) {
    dom::array entries;
    if (input["customProperties"].get(entries) != simdjson::SUCCESS)
        return "customProperties is missing or not an array";
    for (dom::element entry : entries) {
        dom::object property;
        std::string_view name;
        dom::element value;
        if (entry.get(property) != simdjson::SUCCESS ||
            property["name"].get(name) != simdjson::SUCCESS ||
            property["value"].get(value) != simdjson::SUCCESS)
            return "a custom property lacks name or value";
    }
    return nullptr;
}

} // namespace

std::string_view canonical_id(std::string_view id) {
    const bool digits =
        std::all_of(id.begin(), id.end(), [](char c) { return c >= '0' && c <= '9'; });
    while (digits && id.size() > 1 && id.front() == '0') id.remove_prefix(1);
    return id;
}

const update_request& update_parser::parse(std::string_view body) {
    request_.problem.clear();
    request_.inputs.clear();
    request_.document.reset();
    dom::element document;
    dom::array inputs;
    if (const auto error = read_document(body, document))
        request_.problem = std::string("not JSON: ") + simdjson::error_message(error);
    else
        request_.document = document;
    if (!request_.document) return request_;
    if (document["inputs"].get(inputs) != simdjson::SUCCESS)
        request_.problem = "inputs is missing or not an array";
    else
        read_inputs(inputs);
    if (request_.problem.empty() && request_.inputs.empty()) request_.problem = "inputs is empty";
    return request_;
}

simdjson::error_code update_parser::read_document(std::string_view body, dom::element& document) {
    const auto error = parser_.parse(body.data(), body.size(), false).get(document);
    if (error == simdjson::SUCCESS) return error;
    // Seldom: so most bodies are read as they came.
    const std::string narrow = quote_wide_numbers(body);
    if (narrow == body) return error;
    return parser_.parse(narrow).get(document);
}

void update_parser::read_inputs(dom::array inputs) {
    for (dom::element element : inputs) {
        dom::object fields;
        std::string_view id;
        if (element.get(fields) != simdjson::SUCCESS) {
            request_.problem = "an input is not an object";
            return;
        }
        if (fields["objectId"].get(id) != simdjson::SUCCESS) {
            request_.problem = "objectId is missing or not a string";
            return;
        }
        if (const char* problem = custom_properties_problem(fields)) {
            request_.problem = problem;
            return;
        }
        request_.inputs.push_back({canonical_id(id), fields});
    }
}

} // namespace hubspool::simulator
