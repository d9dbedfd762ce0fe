// Reads a file from its beginning, and hands nothing of it on when too many of its first records
// are too late (core/reading/late_share.hpp): it ends at once then, with the reason.
// Until so many are read, their blocks wait, some megabytes at most.
#pragma once

#include "core/reading/late_share.hpp"
#include "spool/reading/file_reader.hpp"

#include <memory>

namespace hubspool {

std::unique_ptr<file_reader> make_wary(std::unique_ptr<file_reader> reader,
                                       const late_options& options);

} // namespace hubspool
