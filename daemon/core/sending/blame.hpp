// Who is held responsible for a failure that names nobody: batch caps, charges, controls.
//
// Every failure halves the batch cap of all who were in the request. An object alone in its request
// is charged, if another input was delivered since its previous failure: that is the control. For
// every other charge it must fail twice in a row, so that it does not always meet the one server of
// several that is broken. When controls failed instead, it is an outage, and a charge is taken
// back. What was charged survives a restart: changes are told in the outcome of the batch. Pure;
// loop thread.
#pragma once

#include "core/books/batch_outcome.hpp"
#include "core/pending/pending_set.hpp"
#include "core/sending/batch_planner.hpp"
#include "core/sending/control_inputs.hpp"
#include "core/words/charge.hpp"
#include "core/words/moment.hpp"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace hubspool {

struct blame_options {
    milliseconds retry_initial{1000};
    milliseconds retry_max{300000};
    std::uint32_t attempts_max = 10;
    bool hurried = false; // drain: attempts with a control come within seconds, or minutes
};

class blame {
public:
    // Both must outlive it.
    blame(blame_options options, const pending_set& pending, batch_planner& planner)
        : options_(options), pending_(pending), planner_(planner) {}

    // Recovery: what was charged to an object before. `last` by the boot clock.
    void restore(const charge& before, boot_time last);
    // Before an object's first request: true when there is something charged to it from before, so
    // that it goes alone.
    bool recall(pending_object& object);

    void set_batch_cap(pending_object& object, std::uint32_t batch_cap);
    void halve_batch_cap(pending_object& object) {
        set_batch_cap(object, (object.batch_cap + 1) / 2);
    }

    // A failure of its request. True when the attempts are spent. `doubtful`: it may as well be an
    // outage.
    bool failed(pending_object& object, bool alone, bool doubtful, const moment& now,
                std::vector<charge>& told);
    // How long it waits after that. `passing`: HubSpot itself says that it is a matter of time.
    milliseconds wait(const pending_object& object, bool alone, bool passing,
                      const moment& now) const;

    // Fates of objects, and of controls.
    // `keep`: it may serve as a control. `sent`: its request.
    void delivered(const pending_object& object, bool keep, boot_time sent, const moment& now,
                   std::vector<charge>& told);
    void died(const pending_object& object, const moment& now, std::vector<charge>& told);
    void control_passed() { ++passed_; }
    void control_failed() { ++failed_; }

    // It failed alone, and nothing was delivered since: to send it again would tell nothing.
    bool lacks_control(const pending_object& object) const;
    // What may be sent for that.
    control_inputs& controls() { return controls_; }
    // It failed alone before.
    static bool is_isolated(const pending_object& object) {
        return object.failures && object.failures->alone() > 0;
    }
    // It failed alone as often as it may, in vain.
    bool is_in_vain(const pending_object& object) const {
        return object.failures && object.failures->uncharged >= options_.attempts_max;
    }

private:
    void forget(const pending_object& object, const moment& now, std::vector<charge>& told);

    struct restored_charge {
        std::uint32_t attempts;
        boot_time last;
    };

    blame_options options_;
    const pending_set& pending_;
    batch_planner& planner_;
    control_inputs controls_;
    std::uint64_t passed_ = 0; // inputs delivered, controls among them
    std::uint64_t failed_ = 0; // controls that were answered like the suspects
    std::unordered_map<std::string, restored_charge> restored_;
};

} // namespace hubspool
