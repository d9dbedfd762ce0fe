#include "core/dispatch/engine_parts.hpp"

#include <utility>

namespace hubspool {

namespace {
// A change stops merging at this part of a request's size, so that several fit one request.
constexpr std::size_t changes_a_body = 4;
} // namespace

engine_parts::engine_parts(engine_options chosen, std::uint64_t last_batch)
    : options(std::move(chosen)),
      pending(options.planner.body_bytes_max / changes_a_body, options.memory),
      planner(pending, options.planner), slots(options.limiter, options.daily),
      breaker(options.breaker),
      gate(slots, breaker, parks, hold, {options.retry_initial, options.retry_max}),
      blame({options.retry_initial, options.retry_max, options.attempts_max, options.drain},
            pending, planner),
      dead_letters(options.brake), flights(last_batch),
      uncommitted(options.uncommitted_max, options.uncommitted_records_max) {
}

} // namespace hubspool
