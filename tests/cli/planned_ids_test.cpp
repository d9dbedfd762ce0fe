// Which objects of a plan are kept to be looked up at HubSpot.
#include "cli/plan/planned_ids.hpp"
#include "core/records/change_json.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::testing::ElementsAre;

class planned_ids_test : public ::testing::Test {
protected:
    void read(const std::string& object_id, const std::string& file = "a.ndjson",
              bool is_over = false) {
        decoded_block block;
        ++line_;
        decoder_.decode(R"({"objectId":")" + object_id + R"("})", 0, line_, line_, block);
        ASSERT_EQ(block.records.size(), 1U) << object_id;
        ids_.take(block, file, [is_over](std::uint64_t) { return is_over; });
    }

    planned_ids ids_;

private:
    change_decoder decoder_{decode_options{}};
    std::uint64_t line_ = 0;
};

TEST_F(planned_ids_test, each_object_is_kept_once_with_its_first_place) {
    read("7");
    read("8", "b.ndjson");
    read("7", "b.ndjson");
    EXPECT_THAT(ids_.object_ids(), ElementsAre("7", "8"));
    EXPECT_EQ(ids_.records("7"), 2U);
    EXPECT_EQ(ids_.place("7"), "a.ndjson line 1");
    EXPECT_EQ(ids_.place("8"), "b.ndjson line 2");
    EXPECT_TRUE(ids_.is_whole());
}

TEST_F(planned_ids_test, record_that_is_settled_is_none_of_the_plan) {
    read("7", "a.ndjson", true);
    EXPECT_TRUE(ids_.object_ids().empty());
    EXPECT_TRUE(ids_.is_whole());
}

TEST_F(planned_ids_test, id_as_long_as_none_is_not_kept_and_that_is_told) {
    read(std::string(256, 'x'));
    EXPECT_TRUE(ids_.is_whole());
    read(std::string(257, 'x'));
    EXPECT_EQ(ids_.object_ids().size(), 1U);
    EXPECT_FALSE(ids_.is_whole());
}

TEST_F(planned_ids_test, of_too_many_the_first_are_kept_and_counted_on) {
    for (std::size_t i = 0; i < planned_ids::objects_max; ++i) read(std::to_string(i));
    EXPECT_TRUE(ids_.is_whole());
    read("one-more");
    read("0");
    EXPECT_FALSE(ids_.is_whole());
    EXPECT_EQ(ids_.object_ids().size(), std::size_t{planned_ids::objects_max});
    EXPECT_EQ(ids_.records("0"), 2U);
}

} // namespace
} // namespace hubspool
