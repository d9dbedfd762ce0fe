#include "state/sending/sending_file.hpp"
#include "state/sending_builders.hpp"

#include <gmock/gmock.h>

#include <cerrno>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST_F(sending_fixture, fresh_install_waits_for_nothing) {
    open(t0, run_before_no);
    EXPECT_EQ(left.hold_all_until, std::nullopt);
    EXPECT_THAT(left.requests, IsEmpty());
    EXPECT_THAT(left.released_at, IsEmpty());
    EXPECT_FALSE(left.decode);
}

TEST_F(sending_fixture, file_that_a_kill_left_empty_on_a_fresh_install_waits_for_nothing) {
    std::ofstream(path).close();
    open(t0, run_before_no);
    EXPECT_EQ(left.hold_all_until, std::nullopt);
}

TEST_F(sending_fixture, file_is_wholly_allocated_at_open_and_for_its_owner_alone) {
    open(t0, run_before_no);
    struct stat status{};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_GE(status.st_blocks * 512, status.st_size);
    EXPECT_GT(status.st_size, 8 * 24);
    EXPECT_EQ(status.st_mode & 07777U, 0600U);
}

TEST_F(sending_fixture, missing_after_a_run_holds_all_and_keeps_that_deadline_over_restarts) {
    open(t0, run_before_yes);
    const boot_time until = t0 + options.late + options.window;
    EXPECT_EQ(left.hold_all_until, until);
    open(t0 + 60s);
    EXPECT_EQ(left.hold_all_until, until);
    open(until - 1ms);
    EXPECT_EQ(left.hold_all_until, until);
    open(until);
    EXPECT_EQ(left.hold_all_until, std::nullopt);
}

TEST_F(sending_fixture, of_another_boot_holds_all_and_forgets_its_times) {
    open(t0, run_before_no);
    EXPECT_TRUE(works(file->requests().sent(t0, {1, 2})));
    options.boot = {"another", "another"};
    open(boot_time(5s));
    EXPECT_EQ(left.hold_all_until, boot_time(5s) + options.late + options.window);
    EXPECT_THAT(left.requests, IsEmpty());
    open(boot_time(6s));
    EXPECT_EQ(left.hold_all_until, boot_time(5s) + options.late + options.window);
    EXPECT_THAT(left.requests, IsEmpty());
}

TEST_F(sending_fixture, scenario_62_of_another_view_of_the_same_boot_waits_for_nothing) {
    open(t0, run_before_no);
    EXPECT_TRUE(works(file->requests().sent(t0, {1, 2})));
    // A shell beside the service in a container, the service again, a successor of the container.
    for (const boot_marks& view : std::vector<boot_marks>{{"boot-of-a-container", "memory-a"},
                                                          {"boot-a", "memory-a"},
                                                          {"boot-a", "memory-b"},
                                                          {"", "memory-b"},
                                                          {"boot-b", "memory-b"},
                                                          {"boot-b", ""}}) {
        SCOPED_TRACE(view.kernel + " " + view.memory);
        options.boot = view;
        open(t0 + 1s);
        EXPECT_EQ(left.hold_all_until, std::nullopt);
        ASSERT_EQ(left.requests.size(), 1U);
        EXPECT_EQ(left.requests[0].written, t0);
    }
}

TEST_F(sending_fixture, scenario_62_after_a_real_reboot_waits_however_the_clocks_stand) {
    for (const boot_time now : {boot_time(5s), t0, t0 + 1h}) {
        options.boot = {"boot-a", "memory-a"};
        std::filesystem::remove(path);
        open(t0, run_before_no);
        EXPECT_TRUE(works(file->requests().sent(t0, {1, 2})));
        options.boot = {"boot-b", "memory-b"};
        open(now);
        EXPECT_EQ(left.hold_all_until, now + options.late + options.window);
        EXPECT_THAT(left.requests, IsEmpty());
    }
}

TEST_F(sending_fixture, scenario_62_of_an_unknown_boot_is_of_another_one) {
    options.boot = {};
    open(t0, run_before_no);
    open(t0 + 1s);
    EXPECT_EQ(left.hold_all_until, t0 + 1s + options.late + options.window);
}

TEST_F(sending_fixture, scenario_62_of_a_time_namespace_is_of_another_boot) {
    options.boot = {"boot-a", "memory-a"};
    open(t0, run_before_no);
    options.boot = {"boot-a@-864000.0", "memory-a@-864000.0"};
    open(t0 + 1s);
    EXPECT_EQ(left.hold_all_until, t0 + 1s + options.late + options.window);
}

TEST_F(sending_fixture, of_version_2_holds_all_once) {
    open(t0, run_before_no);
    file.reset();
    // "SENDING2", and what it had behind it.
    std::fstream(path, std::ios::in | std::ios::out | std::ios::binary)
        << "SENDING2" << std::string(120, '\1');
    open(t0 + 1s);
    const boot_time until = t0 + 1s + options.late + options.window;
    EXPECT_EQ(left.hold_all_until, until);
    open(t0 + 2s);
    EXPECT_EQ(left.hold_all_until, until);
    open(until);
    EXPECT_EQ(left.hold_all_until, std::nullopt);
}

TEST_F(sending_fixture, of_another_geometry_holds_all) {
    open(t0, run_before_no);
    for (const auto& change : std::vector<std::function<void()>>{
             [&] { options.slots = 16; }, [&] { options.slots = 4; }, [&] { options.ids_max = 20; },
             [&] { options.window = 20s; }, [&] { options.margin = 80ms; }}) {
        change();
        open(t0 + 1s);
        EXPECT_EQ(left.hold_all_until, t0 + 1s + options.late + options.window);
        EXPECT_TRUE(works(file->requests().sent(t0 + 1s, {1})));
    }
}

TEST_F(sending_fixture, unanswered_request_is_left_with_its_ids_until_late_after_its_end) {
    open(t0, run_before_no);
    EXPECT_TRUE(works(file->requests().sent(t0, {11, 12, 13})));
    open(t0 + 30s);
    ASSERT_EQ(left.requests.size(), 1U);
    EXPECT_EQ(left.requests[0].written, t0);
    EXPECT_EQ(left.requests[0].held_until, t0 + 30s + options.late) << "it ended with its run";
    EXPECT_THAT(left.requests[0].id_hashes, ElementsAre(11, 12, 13));
    EXPECT_FALSE(left.requests[0].answered);
    EXPECT_EQ(left.hold_all_until, std::nullopt);
    // Scenario 9: a second kill changes nothing of it.
    open(t0 + options.request_timeout + options.late - 1ms);
    ASSERT_EQ(left.requests.size(), 1U);
    EXPECT_EQ(left.requests[0].held_until, t0 + options.request_timeout + options.late)
        << "it ended at its deadline";
    open(t0 + options.request_timeout + options.late);
    EXPECT_THAT(left.requests, IsEmpty());
}

TEST_F(sending_fixture, scenario_10_answered_requests_leave_their_release_times) {
    open(t0, run_before_no);
    for (int i = 0; i < 3; ++i) answer(send(t0, {1}), t0 + 10s, true);
    answer(send(t0, {1}), t0 + 9s, true);
    open(t0 + 1s);
    EXPECT_THAT(left.released_at, ElementsAre(Pair(t0 + 9s, 1), Pair(t0 + 10s, 3)));
    EXPECT_THAT(left.requests, IsEmpty());
    open(t0 + 9s);
    EXPECT_THAT(left.released_at, ElementsAre(Pair(t0 + 10s, 3)));
}

TEST_F(sending_fixture, release_times_stay_right_while_the_ring_goes_round) {
    open(t0, run_before_no);
    boot_time now = t0;
    for (int i = 0; i < 5000; ++i, now += 7ms) answer(send(now, {1}), now + 10050ms, true);
    open(now);
    std::uint64_t count = 0;
    for (const auto& [at, requests] : left.released_at) {
        EXPECT_GT(at, now);
        EXPECT_LE(at, now + 10050ms);
        count += requests;
    }
    EXPECT_EQ(count, 10050U / 7);
}

TEST_F(sending_fixture, release_far_ahead_of_the_ring_loses_none_that_it_meets) {
    open(t0, run_before_no);
    const auto ring = options.window + options.margin + 1001ms;
    answer(send(t0, {1}), t0 + 5s, true);
    answer(send(t0, {1}), t0 + 5s + ring, true);
    open(t0 + 1s);
    EXPECT_THAT(left.released_at, ElementsAre(Pair(t0 + 5s + ring, 2)));
}

TEST_F(sending_fixture, inconclusive_answer_leaves_the_ids_held_and_the_release_counted) {
    open(t0, run_before_no);
    answer(send(t0, {7}), t0 + 11s, false);
    open(t0 + 1s);
    ASSERT_EQ(left.requests.size(), 1U);
    EXPECT_TRUE(left.requests[0].answered);
    EXPECT_THAT(left.requests[0].id_hashes, ElementsAre(7));
    EXPECT_EQ(left.requests[0].held_until, t0 + 1s + options.late);
    EXPECT_THAT(left.released_at, ElementsAre(Pair(t0 + 11s, 1)));
}

TEST_F(sending_fixture, without_a_free_slot_nothing_is_sent) {
    open(t0, run_before_no);
    for (std::size_t i = 0; i < options.slots; ++i) send(t0, {i});
    const auto refused = file->requests().sent(t0 + 1s, {99});
    ASSERT_FALSE(static_cast<bool>(refused));
    EXPECT_EQ(refused.error().code, EAGAIN);
    EXPECT_THAT(refused.error().message, HasSubstr("all 8 slots"));
}

TEST_F(sending_fixture, slot_is_used_again_after_a_conclusive_answer) {
    open(t0, run_before_no);
    std::vector<std::size_t> slots;
    for (std::size_t i = 0; i < options.slots; ++i) slots.push_back(send(t0, {i}));
    answer(slots[3], t0 + 10s, true);
    EXPECT_EQ(send(t0 + 1s, {99}), slots[3]);
}

TEST_F(sending_fixture, slot_of_an_inconclusive_answer_is_used_again_when_late_is_over) {
    open(t0, run_before_no);
    for (std::size_t i = 0; i < options.slots; ++i) answer(send(t0, {i}), t0 + 10s, false);
    const boot_time over = t0 + options.request_timeout + options.late;
    EXPECT_FALSE(static_cast<bool>(file->requests().sent(over - 1ms, {99})));
    EXPECT_TRUE(works(file->requests().sent(over, {99})));
}

TEST_F(sending_fixture, slot_on_the_wire_is_not_used_again_however_late_it_is) {
    open(t0, run_before_no);
    for (std::size_t i = 0; i < options.slots; ++i) send(t0, {i});
    EXPECT_FALSE(static_cast<bool>(file->requests().sent(t0 + options.late + 1h, {99})));
}

TEST_F(sending_fixture, slots_that_the_run_before_left_are_used_again_when_late_is_over) {
    open(t0, run_before_no);
    for (std::size_t i = 0; i < options.slots; ++i) send(t0, {i});
    open(t0 + 1s);
    EXPECT_FALSE(static_cast<bool>(file->requests().sent(t0 + options.late, {99})));
    EXPECT_TRUE(works(file->requests().sent(t0 + 1s + options.late, {99})));
}

TEST_F(sending_fixture, request_with_more_ids_than_fit_is_refused) {
    open(t0, run_before_no);
    EXPECT_EQ(file->requests().sent(t0, std::vector<std::uint64_t>(11)).error().code, E2BIG);
    EXPECT_TRUE(works(file->requests().sent(t0, std::vector<std::uint64_t>(10))));
}

TEST_F(sending_fixture, answer_for_a_slot_not_on_the_wire_is_refused) {
    open(t0, run_before_no);
    const std::size_t slot = send(t0, {1});
    answer(slot, t0 + 1s, true);
    EXPECT_FALSE(static_cast<bool>(file->requests().answered(slot, t0 + 1s, true)));
    EXPECT_FALSE(static_cast<bool>(file->requests().answered(1000, t0 + 1s, true)));
}

TEST_F(sending_fixture, window_too_long_for_the_ring_is_refused) {
    options.window = 24h;
    sending_leftovers ignored;
    const auto refused = sending_file::open(options, false, t0, ignored);
    ASSERT_FALSE(static_cast<bool>(refused));
    EXPECT_THAT(refused.error().message, HasSubstr("rate_limit.window"));
}

} // namespace
} // namespace hubspool
