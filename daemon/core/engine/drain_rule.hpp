// When waiting for the queue to be dealt with ends, with which exit code and words.
//
// One rule for `drain`, for `drain` beside a daemon and for `submit --wait`. Each tells what it
// knows; what it cannot know keeps the value that stands here. Pure; asked again and again by one
// caller, at least once a second.
#pragma once

#include "core/words/park.hpp"
#include "core/words/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

// What is known at one moment of that which is waited for.
struct drain_facts {
    struct parked {
        park_reason reason = park_reason::paused;
        std::string words; // of the park: what HubSpot said, and what ends it
    };

    bool everything_read = false;    // that could be claimed
    bool everything_settled = false; // it is also read, and nothing of it waits for its commit
    std::string unclaimed = {};      // a sentence: why not all was claimed; empty: it was
    std::vector<parked> parks = {};
    // By an answer of the run that sends. A park of the run before may be over by now.
    bool parks_confirmed = true;
    bool stuck_without_control =
        false; // what is left fails alone, and can be compared with nothing
    // False while everything is read before anything is sent: silence tells nothing then.
    bool may_send = true;
    std::uint64_t delivered = 0; // so far; what counts is that it changes
    // As many requests as may be sent have gone, and what they came to is durable.
    bool requests_spent = false;
    bool stop_asked = false; // by a signal
};

struct drain_end {
    enum class cause : std::uint8_t {
        done,      // all that was waited for is settled
        unclaimed, // all is settled but what could not be claimed
        stopped,   // a signal came before
        parked,    // by what no waiting ends
        stuck,     // what is left needs a person or other records
        too_late,  // the deadline has passed
        spent,     // as many requests were sent as may be
        silent,    // nothing was delivered for too long
        left_over, // all is settled, and a file could not leave cur/
        failed,    // the run failed, whatever it waited for
    } why = cause::done;
    int exit_code = 0;
    std::string words; // for a person; empty: there is nothing to say
};

// How long is waited; nothing: as long as it takes.
struct drain_patience {
    std::optional<milliseconds> deadline; // since the start
    std::optional<milliseconds> silence;  // without a delivery

    // Of `drain`: a deadline that was given stands in for the ten minutes of silence, and for the
    // end when what is left can be compared with nothing.
    static drain_patience until(std::optional<milliseconds> deadline) {
        if (deadline) return {deadline, std::nullopt};
        return {std::nullopt, std::chrono::minutes(10)};
    }
};

class drain_rule {
public:
    drain_rule(drain_patience patience, boot_time started)
        : patience_(patience), started_(started), silent_since_(started) {}

    // Nothing: the wait goes on.
    std::optional<drain_end> look(const drain_facts& facts, boot_time now);

private:
    void listen(const drain_facts& facts, boot_time now);

    drain_patience patience_;
    boot_time started_;
    boot_time silent_since_; // the last delivery, or since when one might have come
    std::optional<std::uint64_t> delivered_;
    bool everything_read_ = false;
};

// What came of that which was waited for.
struct drain_sums {
    std::uint64_t dead_lettered = 0;  // records
    std::uint64_t rejected_files = 0; // not wholly readable
    std::uint64_t files_left = 0;     // settled, and still in cur/
};

// A wait that was done has another exit code when not all went well: 3 for what was not delivered,
// 1 for files that could not be moved.
drain_end sum_up(drain_end end, const drain_sums& sums);

} // namespace hubspool
