#include "app/settle/late_growth.hpp"
#include "base/log.hpp"
#include "spool/queue_fixture.hpp"
#include "state/state_store.hpp"
#include "support/start_time.hpp"
#include "support/system_calls.hpp"

#include <gmock/gmock.h>

#include <cerrno>

namespace hubspool {

namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class late_growth_test : public ::hubspool::testing::queue_fixture {
protected:
    // Settled, and in done/.
    file_row settle(const std::string& name) {
        const claimed_file file = claim_one(*queue_, name, "{\"objectId\":1}");
        file_row row;
        row.number = file.number;
        row.name = file.name;
        row.stamp = file.order.stamp;
        row.size = file.size;
        row.records_in = 1;
        row.settled = wall_now();
        EXPECT_TRUE(static_cast<bool>(queue_->moves().to_done(file, *row.settled)));
        return row;
    }
    void append_to(const file_row& row, const std::string& bytes) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(at("done")))
            if (entry.path().filename().string().ends_with("-live-" + row.name))
                std::ofstream(entry.path(), std::ios::app) << bytes;
    }
    std::string reason_of(const file_row& row) const {
        for (const auto& entry : std::filesystem::directory_iterator(at("rejected")))
            if (entry.path().filename().string().ends_with("-live-" + row.name + ".reason"))
                return ::hubspool::testing::content_of(entry.path());
        return {};
    }

    std::unique_ptr<queue_directory> queue_ = open();
    late_growth watched_;
};

} // namespace

TEST_F(late_growth_test, scenario_61_file_that_grew_in_done_goes_to_rejected_and_its_row_says_why) {
    const file_row a = settle("a"), b = settle("b");
    watched_.watch(a, start);
    watched_.watch(b, start);
    append_to(a, "{\"objectId\":2}");
    ASSERT_TRUE(watched_.next_look());
    const auto grown = watched_.look(queue_->moves(), *watched_.next_look());
    ASSERT_THAT(grown, SizeIs(1));
    EXPECT_EQ(grown[0].number, a.number);
    EXPECT_THAT(grown[0].keep_because.value_or(""), HasSubstr("14 bytes were written to it after"));
    EXPECT_THAT(reason_of(a), HasSubstr("it grew from 14 to 28 bytes"));
    EXPECT_EQ(reason_of(b), "");
    EXPECT_THAT(watched_.look(queue_->moves(), start + 10s), IsEmpty()) << "told once";
}

TEST_F(late_growth_test, file_is_looked_at_while_it_is_young_and_no_longer) {
    watched_.watch(settle("a"), start);
    boot_time last = start;
    int looks = 0;
    while (const auto next = watched_.next_look()) {
        EXPECT_GE(*next, last + 2s);
        last = *next;
        EXPECT_THAT(watched_.look(queue_->moves(), last), IsEmpty());
        ASSERT_LT(++looks, 12) << "pauses double";
    }
    EXPECT_GE(last, start + late_growth::young_for);
}

TEST_F(late_growth_test, pauses_double_and_begin_anew_with_the_next_file) {
    watched_.watch(settle("a"), start);
    boot_time last = start;
    for (const milliseconds pause : {2s, 4s, 8s, 16s}) {
        ASSERT_EQ(watched_.next_look(), last + pause);
        last += pause;
        watched_.look(queue_->moves(), last);
    }
    watched_.watch(settle("b"), last);
    EXPECT_EQ(watched_.next_look(), last + 2s) << "a new file is looked at soon";
}

TEST_F(late_growth_test, file_that_shrank_or_was_touched_has_not_grown) {
    const file_row a = settle("a"), b = settle("b");
    watched_.watch(a, start);
    watched_.watch(b, start);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(at("done"))) {
        const std::string name = entry.path().filename().string();
        if (name.ends_with("-live-a")) std::filesystem::resize_file(entry.path(), 3);
        if (name.ends_with("-live-b"))
            std::filesystem::last_write_time(entry.path(),
                                             std::filesystem::file_time_type::clock::now() + 1h);
    }
    EXPECT_THAT(watched_.look(queue_->moves(), start + 2s), IsEmpty());
}

TEST_F(late_growth_test, one_byte_is_growth) {
    const file_row a = settle("a");
    watched_.watch(a, start);
    append_to(a, "\n");
    EXPECT_THAT(watched_.look(queue_->moves(), start + 2s), SizeIs(1));
}

TEST_F(late_growth_test, file_that_cannot_be_kept_is_said_and_looked_at_again) {
    const file_row a = settle("a");
    watched_.watch(a, start);
    append_to(a, "x");
    {
        ::hubspool::testing::system_calls calls(root());
        calls.refuse("fsync rejected/", ENOSPC);
        EXPECT_THAT(watched_.look(queue_->moves(), start + 2s), IsEmpty());
    }
    ASSERT_TRUE(watched_.next_look());
    EXPECT_THAT(watched_.look(queue_->moves(), *watched_.next_look()), SizeIs(1))
        << "there is room again";
}

TEST_F(late_growth_test, files_beyond_the_most_are_given_up_oldest_first) {
    const file_row first = settle("a");
    watched_.watch(first, start);
    file_row other = settle("b");
    for (std::uint64_t i = 0; i < late_growth::files_max; ++i) watched_.watch(other, start);
    append_to(first, "x");
    EXPECT_THAT(watched_.look(queue_->moves(), start + 2s), IsEmpty());
}

TEST_F(late_growth_test, file_that_was_removed_is_none_of_its_business) {
    const file_row a = settle("a");
    watched_.watch(a, start);
    std::filesystem::remove_all(at("done"));
    std::filesystem::create_directory(at("done"));
    EXPECT_THAT(watched_.look(queue_->moves(), start + 2s), IsEmpty());
}

TEST_F(late_growth_test, scenario_61_young_file_of_the_run_before_is_looked_at_once_at_the_start) {
    auto store = state_store::open(dir_.file("state"), state_store::access::read_write);
    ASSERT_TRUE(static_cast<bool>(store));
    file_row young = settle("young");
    file_row old = settle("old");
    old.settled = *old.settled - late_growth::young_for_a_start - 1h;
    commit_unit unit;
    file_row unsettled;
    unsettled.number = 99;
    unit.files = {young, old, unsettled};
    ASSERT_TRUE(static_cast<bool>((*store)->commit(unit)));
    append_to(young, "x");
    watched_.watch_files_of_before(**store, wall_now(), start);
    EXPECT_EQ(watched_.next_look(), start);
    const auto grown = watched_.look(queue_->moves(), start);
    ASSERT_THAT(grown, SizeIs(1));
    EXPECT_EQ(grown[0].name, "young");
    EXPECT_FALSE(watched_.next_look()) << "nothing is left to look at";
}

} // namespace hubspool
