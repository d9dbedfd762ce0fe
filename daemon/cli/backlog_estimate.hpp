// How long sending what waits will take, once it goes on. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace hubspool {

using std::chrono::milliseconds;

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

// For so many inputs; sending begins now.
milliseconds time_to_send(std::uint64_t inputs, const send_pace& pace);

} // namespace hubspool
