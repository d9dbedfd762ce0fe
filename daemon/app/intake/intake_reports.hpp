// What the intake tells the journal of files: those that are stepped over, when they are first seen
// and then once an hour in one line, and those that held nothing. Intake thread.
#pragma once

#include "core/words/time.hpp"
#include "spool/queue_directory.hpp"
#include "spool/reading/file_reader.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace hubspool {

class intake_reports {
public:
    // After each scan.
    void stepped_over(const std::vector<skipped_name>& names, std::uint64_t total, boot_time now);
    // What the last scan stepped over, for a person; empty: nothing.
    const std::string& left_behind() const { return left_behind_; }

    // A file was read to its end.
    static void read(const claimed_file& file, const file_end& end);

private:
    std::set<std::string> told_;
    std::optional<boot_time> repeat_at_;
    std::string left_behind_;
};

} // namespace hubspool
