// Which of simdjson's kernels parses, as it was chosen for this processor when first asked:
// "icelake", "haswell", "westmere", "arm64", or "fallback", which is several times slower. Pure.
#pragma once

#include <string_view>

namespace hubspool {

std::string_view json_kernel();

} // namespace hubspool
