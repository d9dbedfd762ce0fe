// What the engine wants done: each value says what its caller does. Nothing is left to decide.
#pragma once

#include "core/books/batch_outcome.hpp"
#include "core/dispatch/outgoing_request.hpp"
#include "core/sending/account_check.hpp"
#include "core/sending/daily_budget.hpp"
#include "core/words/park.hpp"
#include "core/words/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace hubspool::action {

// Note the request in `sending`, write it on the connection that is ready, and tell answer_came; or
// not_noted, and write nothing.
struct send_request {
    outgoing_request request;
};
// The same with the account check, which carries the credential that was offered last; then tell
// account_answered, or not_noted.
struct ask_account {};
// Make one more connection; tell connection_made or connection_failed.
struct connect {};
// Note the end of the request (0: the account check): its slot is free again at `slot_release`, and
// its objects may be forgotten if the end is `conclusive`. Close its connection if it says so.
struct end_request {
    std::uint64_t batch = 0;
    boot_time slot_release = {};
    bool conclusive = true; // nothing of it can land any more
    bool close_connection = false;
};
// Use the credential that was asked with, or drop it, or go on waiting; and say so.
struct judge_credential {
    account_effect effect;
};
// Make the outcome durable, in this order; then tell outcome_stored, if it has a batch.
struct persist_outcome {
    batch_outcome outcome;
};
// Make the count durable; then tell day_count_stored.
struct persist_day_count {
    day_count count;
};
// Make the parks durable in the place of those before, and say what changed.
struct persist_parks {
    std::vector<park> before, now;
};
// Log a warning, about this batch if it names one.
struct log_warning {
    std::optional<std::uint64_t> batch;
    std::string words;
};
// Do nothing until then, or until an event was handled.
struct wait_until {
    boot_time at = boot_time::max();
    bool at_rest = false; // nothing is to be done at all; so no missed event is to be feared
};
// It was told to stop, and nothing is under way: ask no more.
struct finished {};

using any =
    std::variant<send_request, ask_account, connect, end_request, judge_credential, persist_outcome,
                 persist_day_count, persist_parks, log_warning, wait_until, finished>;

} // namespace hubspool::action
