// How long sending what waits will take, once it goes on. Pure.
#pragma once

#include "config/settings.hpp"
#include "core/engine/daemon_status.hpp"
#include "core/words/time.hpp"

#include <cstdint>
#include <optional>

namespace hubspool {

// What limits sending.
struct send_pace {
    std::uint64_t limit = 90; // requests in a window
    milliseconds window{10000};
    milliseconds an_answer{0}; // from the first byte of a request to the end of its answer
    std::uint64_t connections = 4;
    double inputs_a_request = 100;
    // The day's budget of requests, when there is one.
    struct day {
        std::uint64_t left = 0, allowed = 1;
        milliseconds ends_in{0};
    };
    std::optional<day> today;
};

// Of this run, as far as it has told something to go by; else as the settings have it.
send_pace pace_of(const settings& options, const daemon_status& told, wall_time now);

// For so many inputs; sending begins now.
milliseconds time_to_send(std::uint64_t inputs, const send_pace& pace);

// For what is pending and `unread_records` more, which merge as those of this run did.
milliseconds time_to_send_all(const settings& options, const daemon_status& told,
                              std::uint64_t unread_records, wall_time now);

} // namespace hubspool
