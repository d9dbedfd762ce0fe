// Holds what was written to the portal against what should have been.
#pragma once

#include "base/result.hpp"
#include "simulator/portal.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace hubspool::simulator {

// The file has one line an object, {"1000017":{"eventName":"...","custom":{"seats":"..."}}}, as
// hubspool-generate writes it and as /_simulator/objects shows it. Expected objects for whose
// id `refused` says true are skipped, and counted. Gives JSON:
// {"objects":N,"expected":N,"refused":N,"differences":N,"first":["1000017.eventName: ..."]}
result<std::string> compare(const portal& objects, const std::string& expected_file,
                            const std::function<bool(std::string_view)>& refused);

} // namespace hubspool::simulator
