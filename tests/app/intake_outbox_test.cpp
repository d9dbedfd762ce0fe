#include "app/intake/intake_outbox.hpp"

#include <gmock/gmock.h>

namespace hubspool {

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class intake_outbox_test : public ::testing::Test {
protected:
    // What it says is in order: `file` for a message of a file, `read` for records.
    mailbox<settle_message> box_{100};
    std::vector<read_parts> read_;
    std::vector<std::size_t> told_before_; // messages in the box, at each handing over
    intake_outbox out_{box_, [this](read_parts parts) {
                           told_before_.push_back(box_.take_all(milliseconds(0)).size());
                           read_.push_back(std::move(parts));
                       }};
};

decoded_block block_of(std::size_t bytes) {
    decoded_block block;
    block.bad.emplace_back().content.assign(bytes, 'x');
    return block;
}

} // namespace

TEST_F(intake_outbox_test, gathers_until_it_is_told_to_hand_over) {
    out_.put(block_of(10));
    out_.put_end(1);
    out_.put_end(2);
    EXPECT_THAT(read_, IsEmpty());
    out_.hand_over();
    ASSERT_THAT(read_, SizeIs(1));
    EXPECT_THAT(read_[0].blocks, SizeIs(1));
    EXPECT_THAT(read_[0].ended, ElementsAre(1, 2));
    out_.hand_over();
    EXPECT_THAT(read_, SizeIs(1)) << "nothing is left";
}

TEST_F(intake_outbox_test, hands_over_by_itself_when_much_is_gathered) {
    out_.put(block_of(std::size_t{300} << 10));
    EXPECT_THAT(read_, SizeIs(1));
    for (int i = 0; i < 64; ++i) out_.put(block_of(1));
    EXPECT_THAT(read_, SizeIs(2)) << "many small blocks, too";
}

TEST_F(intake_outbox_test, state_thread_hears_of_a_file_before_its_records_can_have_outcomes) {
    out_.tell(file_started{});
    out_.put(block_of(10));
    out_.hand_over();
    EXPECT_THAT(told_before_, ElementsAre(1));
}

TEST_F(intake_outbox_test, what_the_state_thread_is_told_needs_no_records) {
    out_.tell(file_started{});
    out_.hand_over();
    EXPECT_THAT(box_.take_all(milliseconds(0)), SizeIs(1));
    EXPECT_THAT(read_, IsEmpty());
}

} // namespace hubspool
