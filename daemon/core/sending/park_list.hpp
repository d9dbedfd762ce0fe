// The reasons for which sending stops as a whole. They stack, and all must end.
//
// Every park but `paused` probes by itself: after a minute, doubling to fifteen; `quota` and
// `migration` from their time on, also when somebody asked before. Pure; loop thread.
#pragma once

#include "core/words/moment.hpp"
#include "core/words/park.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace hubspool {

class park_list {
public:
    // Adds, or renews: a park that is there keeps its `since`, and when its probe's time had come
    // it waits twice as long as before.
    void add(const park_request& request, const moment& now);
    void restore(park p);
    void end(park_reason reason);
    // A probe was judged: what stood in the way has gone; suspect_data only when a suspect was
    // delivered.
    void ended_by_answer(bool suspect_delivered);
    // A probe came back without an answer to the question: every park waits its interval.
    void postpone(const moment& now);
    // What this one waits for has a time of its own, whatever was said meanwhile.
    void wait_until(park_reason reason, boot_time at);
    // Ask now: an operator's word.
    void probe_now(boot_time now);
    // Ask now whether a new credential ends what a credential can: neither a spent quota nor a
    // migration, and a token may be replaced every half hour.
    void probe_credential(boot_time now);

    bool any() const;
    bool has(park_reason reason) const { return parks_[slot(reason)].has_value(); }
    // When all of them allow a probe.
    boot_time probe_at() const;
    boot_time probe_at(park_reason reason) const { return parks_[slot(reason)]->probe_at; }
    std::vector<park> all() const;
    // Counts the calls that changed a park: who knows the number knows whether to look again.
    std::uint64_t changes() const { return changes_; }

private:
    static std::size_t slot(park_reason reason) { return static_cast<std::size_t>(reason); }
    std::array<std::optional<park>, park_reason_count> parks_;
    std::uint64_t changes_ = 0;
};

} // namespace hubspool
