// Decodes one record for a test to look at.
#pragma once

#include "core/pending/field_set.hpp"
#include "core/records/change_json.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

// One record, decoded: its fields by name (custom ones with a dollar before it), or why it is bad.
struct decoded {
    std::string object_id;
    std::string reference;
    std::map<std::string, std::string> fields;
    std::string reason;
    std::optional<as_of_ms> as_of = {};
};

inline decoded decode(std::string_view text, decode_options options = {}) {
    change_decoder decoder(options);
    decoded_block block;
    decoder.decode(text, 0, 0, 1, block);
    EXPECT_EQ(block.records.size() + block.bad.size(), 1U);
    if (!block.bad.empty()) {
        EXPECT_EQ(block.arena.text(), "");
        EXPECT_NE(block.bad[0].reason, "");
        return {block.bad[0].object_id, block.bad[0].reference, {}, block.bad[0].reason};
    }
    const decoded_record& record = block.records[0];
    decoded d{std::string(block.text(record.object_id)),
              std::string(block.text(record.reference)),
              {},
              "",
              record.as_of};
    EXPECT_EQ(block.with_as_of, record.as_of ? 1U : 0U);
    field_set fields;
    std::vector<numbered_key> keys;
    for (const field_key& key : block.keys) keys.push_back(number(nullptr, key.kind, key.name));
    fields.merge(block.text(record.fields), keys, 0);
    fields.for_each([&](const field& f, std::uint32_t) {
        d.fields[(f.kind == field_kind::custom ? "$" : "") + std::string(f.name)] = f.value;
    });
    return d;
}

// A record with one more field.
inline std::string with(const std::string& fields) {
    return R"({"objectId":"1",)" + fields + "}";
}

} // namespace hubspool
