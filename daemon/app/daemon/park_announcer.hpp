// Tells the log and the state thread what parks began and ended. Loop thread.
#pragma once

#include "app/settle/settle_loop.hpp"
#include "base/mailbox.hpp"
#include "core/words/moment.hpp"
#include "core/words/park.hpp"

#include <vector>

namespace hubspool {

class park_announcer {
public:
    // `restored`: of the run before; recorded already. Who reads this run's log is to know.
    park_announcer(mailbox<settle_message>& state, std::vector<park> restored);

    // They may have changed.
    void announce(std::vector<park> parks, const moment& now);
    // Some began or ended: not only their words are others.
    bool differ_in_number(const std::vector<park>& parks) const {
        return parks.size() != announced_.size();
    }
    // An answer of this run has asked for a park. Before that, one of the run before may be over.
    void confirm() { confirmed_ = true; }
    bool are_confirmed() const { return confirmed_; }

private:
    mailbox<settle_message>& state_;
    std::vector<park> announced_;
    bool confirmed_ = false;
};

} // namespace hubspool
