#include "app/intake/answering_source.hpp"
#include "app/memory_source.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

class answering_source_test : public ::testing::Test {
protected:
    void ask() {
        source_.ask([this] { ++answers_; });
    }

    answering_source source_{std::make_unique<memory_source>()};
    int answers_ = 0;
};

TEST_F(answering_source_test, who_waits_for_arrivals_answers) {
    ask();
    EXPECT_EQ(answers_, 0) << "by its own thread alone";
    source_.wait(0ms);
    EXPECT_EQ(answers_, 1);
    source_.wait(0ms);
    EXPECT_EQ(answers_, 1) << "once";
}

TEST_F(answering_source_test, who_scans_or_looks_for_claims_answers) {
    next_claim next;
    ask();
    source_.scan(next, 0);
    EXPECT_EQ(answers_, 1);
    ask();
    EXPECT_TRUE(static_cast<bool>(source_.claimed_above(0, 1, lane::live)));
    EXPECT_EQ(answers_, 2);
    ask();
    source_.bring_more();
    EXPECT_EQ(answers_, 3);
}

TEST_F(answering_source_test, thread_whose_work_is_over_leaves_nobody_waiting) {
    ask();
    source_.over();
    EXPECT_EQ(answers_, 1) << "who had asked before";
    ask();
    EXPECT_EQ(answers_, 2);
}

TEST_F(answering_source_test, who_reads_answers_with_the_next_window) {
    opening opened = source_.open({}, [] { return true; });
    auto* const reader = std::get_if<std::unique_ptr<file_reader>>(&opened);
    ASSERT_NE(reader, nullptr);
    ask();
    (*reader)->next();
    EXPECT_EQ(answers_, 1);
}

} // namespace
} // namespace hubspool
