#include "core/json/json_kernel.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

namespace hubspool {
namespace {

// The wrong API or flag takes the slow one, and nothing else tells.
TEST(json_kernel, is_the_best_that_this_processor_can_run) {
    std::string best;
    for (const simdjson::implementation* each : simdjson::get_available_implementations()) {
        if (best.empty() && each->supported_by_runtime_system()) best = each->name();
    }
    EXPECT_EQ(json_kernel(), best);
}

TEST(json_kernel, is_the_fallback_only_where_there_is_no_other) {
    bool other = false;
    for (const simdjson::implementation* each : simdjson::get_available_implementations()) {
        other = other || (each->supported_by_runtime_system() && each->name() != "fallback");
    }
    EXPECT_EQ(json_kernel() == "fallback", !other);
}

} // namespace
} // namespace hubspool
