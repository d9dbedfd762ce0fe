// What of a file was taken otherwise than it stands there. Pure.
#pragma once

#include "core/reading/file_end.hpp"
#include "core/words/claimed_file.hpp"

#include <string>

namespace hubspool {

// Sentences for a person, told once a file; empty: nothing was.
std::string end_remark(const claimed_file& file, const file_end& end);

} // namespace hubspool
