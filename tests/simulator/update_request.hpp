// The body of a batch/update as the stand-in reads it.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool::simulator {

// HubSpot's ids are numbers sent as strings: all-digit ids lose their leading zeros ("000" is "0"),
// so that "0123" and "123" are one object.
std::string_view canonical_id(std::string_view id);

struct update_input {
    std::string_view id; // canonical; lives as long as the parser's document
    simdjson::dom::object fields;
};

struct update_request {
    std::string problem; // what of the schema is violated; empty: well-formed
    std::vector<update_input> inputs;
    std::optional<simdjson::dom::element> document; // nothing: it is no JSON
};

// Holds the document that its last request points into. One request at a time.
class update_parser {
public:
    // `body` must be followed by simdjson::SIMDJSON_PADDING readable bytes and stay alive.
    const update_request& parse(std::string_view body);

private:
    simdjson::error_code read_document(std::string_view body, simdjson::dom::element& document);
    void read_inputs(simdjson::dom::array inputs);

    simdjson::dom::parser parser_;
    update_request request_;
};

} // namespace hubspool::simulator
