// What HubSpot took a short while ago, to be sent once more as it was: the control that tells a
// record's fault from an outage. It changes nothing, as long as nothing newer of its object is
// known: then it is dropped.
//
// Kept for half an hour only: somebody may have edited the event since. Pure; loop thread.
#pragma once

#include "core/pending/field_set.hpp"
#include "core/pending/pending_set.hpp"
#include "core/words/time.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

struct control_input {
    std::string object_id;
    std::string json; // as an element of `inputs`
    boot_time delivered = {};
};

class control_inputs {
public:
    // This was just delivered, and nothing of it can land any more. What is large is not kept.
    void add(std::string_view object_id, const field_set& fields, boot_time now);
    // Something else than what is kept of this object was delivered, died, or may have landed.
    void drop(std::string_view object_id);
    // One whose object has nothing pending, or null.
    const control_input* find(const pending_set& pending, boot_time now) const;

private:
    std::vector<control_input> newest_first_;
};

} // namespace hubspool
