#include "coded_fields.hpp"
#include "core/json/json_text.hpp"
#include "core/sending/batch_json.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

void put(field_set& fields, field_kind kind, std::string_view name, std::string_view value) {
    testing::coded_fields().put(name, value, kind).merge_into(fields, 0);
}

std::string input(std::string_view id, const field_set& fields) {
    std::string body;
    append_input(body, id, fields);
    return body;
}

TEST(batch_json, input_without_fields_still_has_custom_properties) {
    EXPECT_EQ(input("42", field_set()), R"({"objectId":"42","customProperties":[]})");
}

TEST(batch_json, properties_stand_beside_the_id_and_custom_ones_in_their_list) {
    field_set fields;
    put(fields, field_kind::property, "eventName", R"("x")");
    put(fields, field_kind::custom, "size", R"("value":"5"})");
    put(fields, field_kind::property, "eventCancelled", "null");
    put(fields, field_kind::custom, "hall", R"("value":"A"})");
    EXPECT_EQ(input("42", fields), R"({"objectId":"42","eventName":"x","eventCancelled":null,)"
                                   R"("customProperties":[{"name":"size","value":"5"},)"
                                   R"({"name":"hall","value":"A"}]})");
}

TEST(batch_json, scenario_20_id_is_sent_as_a_string) {
    EXPECT_EQ(input("18446744073709551615", field_set()),
              R"({"objectId":"18446744073709551615","customProperties":[]})");
}

TEST(batch_json, id_is_escaped) {
    EXPECT_EQ(input("a\"b\\c\n", field_set()), R"({"objectId":"a\"b\\c\n","customProperties":[]})");
}

TEST(batch_json, size_promised_is_never_less_than_what_is_appended) {
    for (const std::string& id :
         {std::string("1"), std::string(300, '\x01'), std::string("ä\"\\")}) {
        field_set fields;
        for (int i = 0; i < 20; ++i) {
            EXPECT_GE(input_bytes_max(id, fields), input(id, fields).size() + 1) << id << i;
            std::string name;
            append_json_escaped(name, "n\t" + std::to_string(i));
            put(fields, i % 2 == 0 ? field_kind::property : field_kind::custom, name,
                i % 3 == 0 ? "1" : R"({"name":"n","value":[1,2,3]})");
        }
    }
}

} // namespace
} // namespace hubspool
