// The requests under way, by batch number. Pure; loop thread.
#pragma once

#include "core/pending/pending_object.hpp"
#include "core/pending/pending_set.hpp"
#include "core/sending/control_inputs.hpp"
#include "core/sending/send_gate.hpp"
#include "core/words/lane.hpp"
#include "core/words/time.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace hubspool {

struct flight {
    std::vector<object_index> objects;    // in the body's order; none when it is a control
    std::optional<control_input> control; // is all that it carries
    send_gate::passage passed;
    std::size_t body_bytes = 0;
    bool of_a_suspect = false; // a probe that the dead-letter brake asks with
    bool alone = false;
    bool full = false;  // as many inputs as a batch may have
    bool fresh = false; // of objects against which nothing is held
    hubspool::lane lane = hubspool::lane::live;
    milliseconds waited{0}; // its oldest change, until it went

    boot_time sent() const { return passed.slot.sent; }
};

class flights {
public:
    // `last_batch`: the number that the run before gave last.
    explicit flights(std::uint64_t last_batch) : last_batch_(last_batch) {}

    std::uint64_t next_batch() { return ++last_batch_; }
    const flight& begin(std::uint64_t batch, flight begun) {
        return under_way_.emplace(batch, std::move(begun)).first->second;
    }
    // It is over, whatever came of it. Its batch must be under way.
    flight end(std::uint64_t batch);
    std::size_t count() const { return under_way_.size(); }
    bool any_fresh() const;

private:
    std::map<std::uint64_t, flight> under_way_;
    std::uint64_t last_batch_;
};

} // namespace hubspool
