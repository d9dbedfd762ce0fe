#include "base/out_of_memory.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace hubspool {
namespace {

using ::testing::ExitedWithCode;
using ::testing::KilledBySignal;

[[noreturn]] void run_in_a_thread(void (*what)()) {
    tell_when_out_of_memory();
    std::thread(what).join();
    std::_Exit(0);
}

TEST(out_of_memory, of_operator_new_in_a_thread_is_a_sentence_and_exit_1) {
    EXPECT_EXIT(run_in_a_thread([] { std::get_new_handler()(); }), ExitedWithCode(1),
                "^hubspool: out of memory: .*nothing is lost");
}

TEST(out_of_memory, thrown_by_others_in_a_thread_is_a_sentence_and_exit_1) {
    EXPECT_EXIT(run_in_a_thread([] { throw std::bad_alloc(); }), ExitedWithCode(1),
                "^hubspool: out of memory: .*nothing is lost");
}

TEST(out_of_memory, thread_that_cannot_be_made_is_a_sentence_and_exit_1) {
    const auto refused = [] {
        throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
    };
    EXPECT_EXIT(run_in_a_thread(refused), ExitedWithCode(1), "^hubspool: .*no further thread");
}

TEST(out_of_memory, other_error_still_aborts_with_its_words) {
    EXPECT_EXIT(run_in_a_thread([] { throw std::runtime_error("of another kind"); }),
                KilledBySignal(SIGABRT), "of another kind");
}

} // namespace
} // namespace hubspool
