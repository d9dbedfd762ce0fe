// Reads hubspool.yaml. The only user of yaml-cpp.
#pragma once

#include "config/settings.hpp"

#include <string>
#include <vector>

namespace hubspool {

struct settings_error {
    std::string message; // "FILE:LINE:COLUMN: batch.linger: ..." and what to write instead
};

// Every problem found is in `errors`; the settings are usable only when there are none. Unknown
// keys, wrong types, values out of range and a value without its unit are errors with line and
// column. Durations: 500ms, 10s, 5m, 12h, 7d, or 0. Sizes: 512B, 64KiB, 256MiB, 1GiB.
struct loaded_settings {
    settings values;
    std::vector<settings_error> errors;
};
loaded_settings load_settings(const std::string& path);
loaded_settings parse_settings(const std::string& yaml, const std::string& name);

// The effective settings as YAML that load_settings reads back, every key written out.
std::string to_yaml(const settings& values);

} // namespace hubspool
