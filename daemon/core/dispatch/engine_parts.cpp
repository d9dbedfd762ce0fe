#include "core/dispatch/engine_parts.hpp"

#include <utility>

namespace hubspool {

namespace {
// A change stops merging at this part of a request's size, so that several fit one request.
constexpr std::size_t changes_a_body = 4;

planner_options with_share(planner_options options, const send_share& bulk) {
    options.bulk_share = &bulk;
    return options;
}
} // namespace

engine_parts::engine_parts(engine_options chosen, std::uint64_t last_batch)
    : options(std::move(chosen)), pending(options.planner.body_bytes_max / changes_a_body,
                                          options.memory, options.skips_unchanged),
      bulk_share(options.limiter.window), planner(pending, with_share(options.planner, bulk_share)),
      slots(options.limiter, options.daily), breaker(options.breaker),
      gate(slots, breaker, parks, hold,
           {options.retry_initial, options.retry_max, options.requests_max}),
      blame({options.retry_initial, options.retry_max, options.attempts_max, options.drain},
            pending, planner),
      dead_letters(options.brake), flights(last_batch),
      uncommitted(options.uncommitted_max, options.uncommitted_records_max) {
}

} // namespace hubspool
