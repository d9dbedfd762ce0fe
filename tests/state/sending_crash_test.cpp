#include "state/sending/sending_format.hpp"
#include "state/sending_builders.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <thread>

namespace hubspool {
namespace {

using ::testing::IsEmpty;

struct sending_crash_test : sending_fixture {
    sending_format::geometry sizes{options.slots, options.ids_max, options.window.count(),
                                   options.margin.count()};

    // Runs `steps` in a process of its own, which then is gone without tidying up.
    void in_child(const std::function<void()>& steps) {
        const pid_t child = ::fork();
        if (child == 0) {
            steps();
            ::kill(::getpid(), SIGKILL);
        }
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status));
    }
};

TEST_F(sending_crash_test, scenario_9_killed_with_requests_on_the_wire_leaves_them) {
    open(t0, run_before_no);
    in_child([&] {
        open(t0);
        send(t0, {1});
        answer(send(t0 + 1s, {2}), t0 + 11s, true);
        send(t0 + 2s, {3});
    });
    open(t0 + 3s);
    ASSERT_EQ(left.requests.size(), 2U);
    EXPECT_EQ(left.requests[0].id_hashes.size(), 1U);
    ASSERT_EQ(left.released_at.size(), 1U);
    EXPECT_EQ(left.released_at[0].first, t0 + 11s);
}

TEST_F(sending_crash_test, torn_slot_counts_as_free_wherever_it_is_torn) {
    const std::uint64_t slot_bytes = sending_format::slot_head_bytes + 8 * sizes.ids;
    for (std::uint64_t byte = 0; byte < slot_bytes; ++byte) {
        std::filesystem::remove(path);
        open(t0, run_before_no);
        const std::size_t torn = send(t0, std::vector<std::uint64_t>(options.ids_max, 5));
        const std::size_t whole = send(t0, {6});
        file.reset();
        flip_byte(sizes.slot_offset(torn) + byte);
        open(t0 + 1s);
        ASSERT_EQ(left.requests.size(), 1U) << byte;
        EXPECT_EQ(left.requests[0].id_hashes[0], 6U);
        EXPECT_NE(torn, whole);
    }
}

TEST_F(sending_crash_test, head_of_a_slot_is_never_written_in_two_pages) {
    constexpr std::uint64_t page = 4096;
    for (sizes.ids = 1; sizes.ids < 200; ++sizes.ids) {
        for (std::uint64_t slot = 0; slot < 500; ++slot) {
            const std::uint64_t begin = sizes.slot_offset(slot);
            ASSERT_EQ(begin / page, (begin + sending_format::slot_head_bytes - 1) / page);
            ASSERT_LE(begin + sending_format::slot_head_bytes + 8 * sizes.ids,
                      sizes.slot_offset(slot + 1));
        }
    }
}

TEST_F(sending_crash_test, damaged_header_holds_all) {
    for (const std::uint64_t byte : {0U, 9U, 50U, 127U}) {
        std::filesystem::remove(path);
        open(t0, run_before_no);
        file.reset();
        flip_byte(byte);
        open(t0 + 1s, run_before_no);
        EXPECT_EQ(left.hold_all_until, t0 + 1s + options.late + options.window) << byte;
    }
}

TEST_F(sending_crash_test, cut_file_holds_all_and_is_whole_again) {
    open(t0, run_before_no);
    const auto size = std::filesystem::file_size(path);
    for (const std::uintmax_t cut : {std::uintmax_t{64}, std::uintmax_t{5000}, size - 1}) {
        file.reset();
        std::filesystem::resize_file(path, cut);
        open(t0 + 1s, run_before_no);
        EXPECT_EQ(left.hold_all_until, t0 + 1s + options.late + options.window) << cut;
        EXPECT_EQ(std::filesystem::file_size(path), size);
    }
}

TEST_F(sending_crash_test, killed_while_it_was_made_anew_holds_all) {
    open(t0, run_before_no);
    file.reset();
    // The first step of making anew: a header with the hold alone.
    const auto step = sending_format::encode(sending_format::header{{}, options.boot, 5});
    std::fstream(path, std::ios::in | std::ios::out | std::ios::binary) << step;
    open(t0 + 1s);
    EXPECT_EQ(left.hold_all_until, t0 + 1s + options.late + options.window);
}

TEST_F(sending_crash_test, scenario_30_confirmed_crash_of_the_decoder_is_counted) {
    for (std::uint32_t crashes = 0; crashes < 3; ++crashes) {
        in_child([&] {
            open(t0, run_before_no);
            file->mark().decoding(4, 1000, 2000, crashes);
            file->mark().confirm_crash();
        });
        open(t0, run_before_no);
        ASSERT_TRUE(left.decode);
        EXPECT_EQ(left.decode->file, 4U);
        EXPECT_EQ(left.decode->begin, 1000U);
        EXPECT_EQ(left.decode->end, 2000U);
        EXPECT_EQ(left.decode->times, crashes + 1);
    }
}

TEST_F(sending_crash_test, confirmation_from_a_signal_handler_is_counted) {
    static sending_file* crashing = nullptr;
    open(t0, run_before_no);
    in_child([&] {
        crashing = file.get();
        ::signal(SIGSEGV, [](int) {
            crashing->mark().confirm_crash();
            ::kill(::getpid(), SIGKILL);
        });
        file->mark().decoding(4, 1000, 2000, 0);
        ::raise(SIGSEGV);
    });
    open(t0);
    EXPECT_TRUE(left.decode);
}

TEST_F(sending_crash_test, kill_while_decoding_is_no_crash_of_the_decoder) {
    in_child([&] {
        open(t0, run_before_no);
        file->mark().decoding(4, 1000, 2000, 1);
    });
    open(t0);
    EXPECT_FALSE(left.decode);
}

TEST_F(sending_crash_test, crash_outside_of_decoding_is_no_crash_of_the_decoder) {
    in_child([&] {
        open(t0, run_before_no);
        file->mark().decoding(4, 1000, 2000, 0);
        file->mark().decoded();
        file->mark().confirm_crash();
    });
    open(t0);
    EXPECT_FALSE(left.decode);
}

TEST_F(sending_crash_test, scenario_30_crash_of_another_thread_is_no_crash_of_the_decoder) {
    open(t0, run_before_no);
    file->mark().decoding(4, 1000, 2000, 0);
    std::thread([&] { file->mark().confirm_crash(); }).join();
    open(t0);
    EXPECT_FALSE(left.decode);
    file->mark().decoding(4, 1000, 2000, 0);
    file->mark().confirm_crash();
    open(t0);
    EXPECT_TRUE(left.decode);
}

TEST_F(sending_crash_test, scenario_30_what_is_not_to_be_decoded_is_known_from_then_on) {
    using spots = std::vector<std::pair<std::uint64_t, std::uint64_t>>;
    in_child([&] {
        open(t0, run_before_no);
        file->mark().note_undecodable(4, 0);
        file->mark().note_undecodable(3, 700);
    });
    options.boot = {"another", "another"};
    for (int i = 0; i < 2; ++i) {
        open(t0);
        EXPECT_THAT(left.undecodable,
                    ::testing::UnorderedElementsAreArray(spots{{4, 0}, {3, 700}}));
        file->mark().decoding(5, 0, 10, 0);
        file->mark().decoded();
    }
}

TEST_F(sending_crash_test, more_not_to_be_decoded_than_fit_forgets_the_oldest_files) {
    open(t0, run_before_no);
    for (std::uint64_t i = 1; i <= sending_format::spots_max + 2; ++i)
        file->mark().note_undecodable(i, 5);
    send(t0, {1});
    open(t0);
    EXPECT_EQ(left.requests.size(), 1U);
    ASSERT_EQ(left.undecodable.size(), sending_format::spots_max);
    EXPECT_EQ(std::min_element(left.undecodable.begin(), left.undecodable.end())->first, 3U);
}

TEST_F(sending_crash_test, crash_is_remembered_until_the_next_window_and_its_confirmation) {
    in_child([&] {
        open(t0, run_before_no);
        file->mark().decoding(4, 1000, 2000, 1);
        file->mark().confirm_crash();
    });
    open(t0);
    open(t0); // killed before it came to decoding
    ASSERT_TRUE(left.decode);
    EXPECT_EQ(left.decode->times, 2U);
    file->mark().decoding(5, 0, 10, 0); // and killed in another window
    open(t0);
    EXPECT_FALSE(left.decode);
}

TEST_F(sending_crash_test, crash_of_the_decoder_is_known_after_a_reboot) {
    open(t0, run_before_no);
    file->mark().decoding(4, 1000, 2000, 0);
    file->mark().confirm_crash();
    options.boot = {"another", "another"};
    open(boot_time(5s));
    EXPECT_TRUE(left.decode);
    open(boot_time(5s));
    EXPECT_TRUE(left.decode);
}

TEST_F(sending_crash_test, marks_and_slots_are_written_by_two_threads_beside_each_other) {
    options.slots = 64;
    open(t0, run_before_no);
    std::thread intake([&] {
        for (std::uint64_t i = 0; i < 2000; ++i) {
            file->mark().decoding(1, i, i + 1, 0);
            file->mark().decoded();
        }
        file->mark().decoding(1, 7, 8, 0);
        file->mark().confirm_crash();
    });
    boot_time now = t0;
    for (int i = 0; i < 2000; ++i, now += 1ms) answer(send(now, {1}), now + 10s, true);
    intake.join();
    open(now);
    EXPECT_THAT(left.requests, IsEmpty());
    EXPECT_EQ(left.released_at.size(), 2000U);
    ASSERT_TRUE(left.decode);
    EXPECT_EQ(left.decode->begin, 7U);
}

TEST_F(sending_crash_test, mark_needs_no_slots_and_leaves_them_as_they_are) {
    open(t0, run_before_no);
    send(t0, {1, 2});
    const owned_descriptor same(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    decode_mark mark(same);
    sending_leftovers seen;
    mark.take_over(seen);
    EXPECT_FALSE(seen.decode);
    mark.decoding(4, 1000, 2000, 2);
    mark.confirm_crash();
    mark.note_undecodable(4, 1000);
    open(t0 + 1s);
    ASSERT_TRUE(left.decode);
    EXPECT_EQ(left.decode->times, 3U);
    EXPECT_EQ(left.undecodable.size(), 1U);
    ASSERT_EQ(left.requests.size(), 1U);
    EXPECT_EQ(left.requests[0].id_hashes.size(), 2U);
}

} // namespace
} // namespace hubspool
