// What the engine is made of: each part has one duty and a header of its own.
//
// The parts only keep and answer; the rules that act on several of them take all of this by
// reference (record_intake, request_maker, answer_weigher and what these use). Pure; loop thread.
#pragma once

#include "core/dispatch/engine_options.hpp"
#include "core/dispatch/flights.hpp"
#include "core/dispatch/uncommitted_outcomes.hpp"
#include "core/limits/request_slots.hpp"
#include "core/limits/send_share.hpp"
#include "core/pending/pending_set.hpp"
#include "core/sending/batch_planner.hpp"
#include "core/sending/blame.hpp"
#include "core/sending/circuit_breaker.hpp"
#include "core/sending/common_hold.hpp"
#include "core/sending/dead_letter_gate.hpp"
#include "core/sending/landing_holds.hpp"
#include "core/sending/park_list.hpp"
#include "core/sending/send_gate.hpp"

#include <cstdint>

namespace hubspool {

struct engine_parts {
    engine_parts(engine_options chosen, std::uint64_t last_batch);
    engine_parts(const engine_parts&) = delete;
    engine_parts& operator=(const engine_parts&) = delete;

    const engine_options options;

    // What is to be sent, and in which order.
    pending_set pending;
    send_share bulk_share; // of batches that go for bulk's sake
    batch_planner planner;
    landing_holds landings;

    // Whether anything may go.
    request_slots slots;
    circuit_breaker breaker;
    park_list parks;
    common_hold hold;
    send_gate gate;
    bool account_is_unknown = false; // HubSpot did not tell whose the credential in use is

    // Who is held responsible for a failure.
    hubspool::blame blame;
    dead_letter_gate dead_letters;

    // What went, and what came of it.
    hubspool::flights flights;
    uncommitted_outcomes uncommitted;
};

} // namespace hubspool
