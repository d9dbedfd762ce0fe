// How often a test with random input goes round.
#pragma once

namespace hubspool::testing {

// Sanitized a quarter: it is up to ten times slower, and looks for other things than the plain
// build, which runs them all.
template <class Count>
constexpr Count random_rounds(Count count) {
#ifdef HUBSPOOL_SANITIZED
    return count / 4;
#else
    return count;
#endif
}

} // namespace hubspool::testing
