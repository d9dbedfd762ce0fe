#include "app/metrics/own_process.hpp"
#include "base/clocks.hpp"

#include <gtest/gtest.h>

#include <sys/resource.h>
#include <unistd.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

double processor_time() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

TEST(own_process_test, kernel_s_figures_are_this_process_s) {
    const double used_before = processor_time();
    const auto found = look_at_own_process();
    ASSERT_TRUE(found);
    EXPECT_GE(found->cpu_seconds, used_before - 0.05);
    EXPECT_LE(found->cpu_seconds, processor_time() + 0.05);
    EXPECT_GT(found->resident_bytes, 1U << 20);
    EXPECT_LE(found->started, wall_now() + 1s);
    EXPECT_GT(found->started, wall_now() - 24h);
}

TEST(own_process_test, process_has_started_once) {
    const auto first = look_at_own_process();
    ASSERT_TRUE(first);
    for (int look = 0; look < 500; ++look)
        ASSERT_EQ(look_at_own_process()->started, first->started);
}

TEST(own_process_test, descriptor_that_is_opened_counts) {
    const auto before = look_at_own_process();
    const int opened = ::dup(STDERR_FILENO);
    const auto with_it = look_at_own_process();
    ::close(opened);
    ASSERT_TRUE(before && with_it);
    EXPECT_EQ(with_it->open_descriptors, before->open_descriptors + 1);
}

} // namespace
} // namespace hubspool
