// The name of a table's row for INSTANTIATE_TEST_SUITE_P: what a test's name must not have becomes
// '_'.
#pragma once

#include <string>
#include <string_view>

namespace hubspool::testing {

inline std::string row_name(std::string_view label) {
    std::string name;
    for (const char c : label) {
        const bool allowed =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (allowed || name.empty() || name.back() != '_') name += allowed ? c : '_';
    }
    return name;
}

} // namespace hubspool::testing
