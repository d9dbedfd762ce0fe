// How often a test with random input goes round.
#pragma once

namespace hubspool::testing {

// Sanitized a quarter: it is up to ten times slower, and looks for other things than the plain
// build, which runs them all.
constexpr int random_rounds(int count) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return count / 4;
#else
    return count;
#endif
}

} // namespace hubspool::testing
