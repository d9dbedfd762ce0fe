// When the daemon rests: while there is nothing to do no thread wakes, but the intake for its
// scans.
//
// The loop thread ticks, and asks at each tick what is due. It rests after two ticks between which
// nothing came: the first has looked at everything and told the status, and what other processes
// change after the first is noticed by the intake. Pure; loop thread.
#pragma once

#include "core/words/time.hpp"

#include <cstdint>

namespace hubspool {

class rest_rule {
public:
    // What the first of the two ticks finds. All false but the first: there is nothing to do.
    struct facts {
        bool engine_at_rest = false;
        bool request_unread = false;     // the operator's, asked for and not yet answered
        bool outcomes_undurable = false; // that wait for their commit
    };
    enum class turn : std::uint8_t {
        look,          // at everything that changes by time, or that others change
        note_and_look, // before that, what the files of others are like: the next tick may rest
        rest,          // no tick until something comes; the intake is given what was noted
        rouse,         // a rest has lasted long enough: as if something had come
    };
    enum class arrival : std::uint8_t {
        goes_on,    // there was something to do anyway
        look_first, // nothing is sent before everything was looked at
        end_rest,   // nor here; and ticks begin anew
    };

    // A drain never rests: it ends.
    explicit rest_rule(bool is_drain) : is_drain_(is_drain) {}

    // How long until the next tick. `day_ends`: of the quota.
    milliseconds wait(boot_time now, boot_time day_ends) const;
    // The wait is over.
    turn ticked(const facts& found);
    // Something came. `must_look`: not only where it ends a rest.
    arrival came(bool must_look);
    // The last tick found nothing to do, and nothing came since.
    bool is_quiet() const { return phase_ == phase::quiet; }
    bool is_resting() const { return phase_ == phase::resting; }

private:
    enum class phase : std::uint8_t {
        working, // something is to be done, or came since the last tick
        quiet,   // the last tick found nothing to do
        resting, // there are no ticks
    };

    bool is_drain_;
    phase phase_ = phase::working;
};

} // namespace hubspool
