// What HubSpot took a short while ago, to be sent once more as it was: the control that tells a
// record's fault from an outage. It changes nothing, as long as nothing newer of its object is
// known: then it is dropped.
//
// Somebody may have edited the event since, and that edit would be undone. So one is kept for five
// minutes only, unless it is sent again, which renews it: `run` waits for up to that long between
// two attempts. And for half an hour at most: so long take ten attempts, if the server is silent
// for a minute at each. Of another account none is kept. Pure; loop thread.
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
    std::string json;         // as an element of `inputs`
    boot_time delivered = {}; // the last time
    boot_time first_delivered = {};
};

class control_inputs {
public:
    // This was just delivered, and nothing of it can land any more. What is large is not kept, nor
    // what was sent to another account.
    void add(std::string_view object_id, const field_set& fields, boot_time sent, boot_time now);
    // It was sent once more, and delivered.
    void renew(std::string_view object_id, boot_time now);
    // Something else than what is kept of this object was delivered, died, or may have landed.
    void drop(std::string_view object_id);
    // From now on it is, or may be, another account that is sent to.
    void drop_all(boot_time now);
    // One whose object has nothing pending, or null.
    const control_input* find(const pending_set& pending, boot_time now) const;

    // After that it is too old, unless it is sent again before.
    static boot_time lasts_until(const control_input& control);

private:
    std::vector<control_input> newest_first_;
    boot_time account_since_ = {};
};

} // namespace hubspool
