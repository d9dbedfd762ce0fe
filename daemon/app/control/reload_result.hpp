// What came of reading the configuration again. A value.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hubspool {

struct reload_result {
    enum class outcome : std::uint8_t {
        refused,   // the file cannot be used, for this reason: that of before stays in force
        unchanged, // nothing is to be taken in
        taken,     // these keys, as it goes
        renews,    // these keys: the run ends in order, and another begins with them
        too_late,  // the run ends already, or it is none that reads its configuration again
    };
    outcome what = outcome::too_late;
    std::string why = {};
    std::vector<std::string> keys = {};
};

} // namespace hubspool
