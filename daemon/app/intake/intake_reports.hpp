// What the intake tells the journal of the queue: why it cannot be scanned, files that are stepped
// over, when they are first seen and then once an hour in one line, and those that held nothing.
// Intake thread.
#pragma once

#include "core/reading/file_end.hpp"
#include "core/words/claimed_file.hpp"
#include "core/words/order_key.hpp"
#include "core/words/time.hpp"
#include "spool/arrivals/scan_result.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace hubspool {

class intake_reports {
public:
    void scanned(const scan_result& found, boot_time now);
    // Says once that the clock was set back, and that it has caught up with the stamps.
    void looked_at_clock(as_of_ms last_stamp, wall_time now);
    // Why the last scan did not claim all that was there, for a person; empty: it did.
    const std::string& left_behind() const {
        return scan_trouble_.empty() ? stepped_over_ : scan_trouble_;
    }

    // A file was read to its end.
    static void read(const claimed_file& file, const file_end& end);

private:
    void look_at_names(const std::vector<claimed_file>& claimed, boot_time now);
    void stepped_over(const std::vector<skipped_name>& names, std::uint64_t total, boot_time now);

    std::set<std::string> told_;
    std::optional<boot_time> repeat_at_;
    std::string stepped_over_; // by the last scan that could be made
    std::string scan_trouble_; // of the last scan; said once
    bool set_back_ = false;    // said
    std::optional<boot_time> misspelt_next_;
};

} // namespace hubspool
