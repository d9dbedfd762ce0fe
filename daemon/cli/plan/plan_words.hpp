// A plan in words and as JSON.
#pragma once

#include "base/json_writer.hpp"
#include "cli/plan/plan_making.hpp"

#include <string>

namespace hubspool {

// `window`: of the rate limit.
std::string plan_text(const drain_plan& plan, milliseconds window);
// As members of an object that the caller has begun.
void put_plan(json_writer& json, const drain_plan& plan, milliseconds window);

} // namespace hubspool
