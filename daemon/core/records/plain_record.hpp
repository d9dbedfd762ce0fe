// The short way from the text of a record to its fields, for records as producers mostly write
// them.
//
// Its tokens are gone through once (core/json/json_tokens.hpp), and values are copied from the text
// to their place: a third of the time that a tree takes. Whatever is not plain is left to the tree,
// which also finds the words for what is wrong: escapes, nested values, a key that stands twice,
// "$hubspool", ids that are no usual ones.
//
// What is taken here is decoded just as by way of the tree. Pure; one thread.
#pragma once

#include "core/records/decode_options.hpp"
#include "core/records/decoded_block.hpp"
#include "core/records/record_keys.hpp"

#include <simdjson.h>

#include <cstdint>
#include <string_view>

namespace hubspool {

class plain_record {
public:
    plain_record(record_keys& keys, decode_options options) : keys_(keys), options_(options) {}

    // Appends the record's texts to the block, and tells `record` where they are. False, with
    // nothing appended but keys, for what is not plain.
    bool read(std::string_view text, decoded_block& block, decoded_record& record);

private:
    class cursor;

    record_keys& keys_;
    decode_options options_;
    simdjson::dom::parser parser_; // of which only the first stage is used
    std::uint64_t object_ = 0;     // tells objects apart, records and properties alike
};

} // namespace hubspool
