// The answers of faults that do not let a request through.
#pragma once

#include "simulator/fault_plan.hpp"
#include "simulator/hubspot_answers.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace hubspool::simulator {

// Nothing: the fault has no answer of its own (it cuts, or spoils HubSpot's).
std::optional<reply_text> fault_reply(const fault& what, std::string_view correlation_id,
                                      std::uint64_t request_number);

} // namespace hubspool::simulator
