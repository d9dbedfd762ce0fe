#include "state/ledger/history_passes.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hubspool {
namespace {

// Goes over `objects` in passes of at most `held_max`, and says how often each was taken in whole.
struct walk {
    std::vector<int> taken;
    std::size_t passes = 0, most_held = 0;
};
walk walked(std::size_t objects, std::size_t held_max) {
    walk seen{std::vector<int>(objects), 0, 0};
    history_passes passes(0, 1);
    while (true) {
        std::vector<std::size_t> held;
        const auto collect = [&] {
            held.clear();
            for (std::size_t i = 0; i < objects && held.size() <= held_max; ++i)
                if (passes.takes(std::to_string(10'000'000 + i))) held.push_back(i);
        };
        collect();
        while (held.size() > held_max && passes.narrow()) collect();
        for (const std::size_t i : held) ++seen.taken[i];
        ++seen.passes;
        seen.most_held = std::max(seen.most_held, held.size());
        if (passes.is_last()) return seen;
        passes.begin_next(held.size(), held_max);
    }
}

TEST(history_passes_test, each_object_is_of_one_pass) {
    for (const std::size_t objects : {0U, 1U, 100U, 5000U}) {
        const walk seen = walked(objects, 300);
        EXPECT_EQ(seen.taken, std::vector<int>(objects, 1)) << objects;
        EXPECT_LE(seen.most_held, 300U) << objects;
    }
}

TEST(history_passes_test, what_memory_holds_takes_one_pass) {
    EXPECT_EQ(walked(300, 300).passes, 1U);
}

TEST(history_passes_test, passes_are_about_as_many_as_memory_needs) {
    // 20 of 300 hold 6,000; the first is up to half empty, the others to a tenth. Of slices this
    // small some turn out too full, and are halved.
    const std::size_t passes = walked(6000, 300).passes;
    EXPECT_GE(passes, 20U);
    EXPECT_LE(passes, 30U);
}

TEST(history_passes_test, one_place_is_never_made_narrower) {
    history_passes passes(3, 9);
    while (passes.narrow()) {
    }
    EXPECT_FALSE(passes.is_last());
    passes.begin_next(0, 1);
    EXPECT_EQ(passes.after(), 3U);
    EXPECT_EQ(passes.upto(), 9U);
}

} // namespace
} // namespace hubspool
