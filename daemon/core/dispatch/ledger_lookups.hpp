// Holds what may be late against what HubSpot acknowledged: a value older than that is not sent.
//
// A change is looked up while nothing of its object is on the wire or undurable, so the ledger can
// learn nothing new of it before it is sent. What joins it later asks for another lookup. One
// question at a time. Pure; loop thread.
#pragma once

#include "core/books/batch_outcome.hpp"
#include "core/books/letter_categories.hpp"
#include "core/dispatch/engine_parts.hpp"
#include "core/dispatch/outcome_writer.hpp"
#include "core/words/ledger_entry.hpp"
#include "core/words/moment.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

inline constexpr std::string_view words_too_late =
    "it is older than all that is still known of what was delivered: HubSpot may have a newer "
    "value. Look there; if this one is wanted, send it with `dead-letters retry --as-newest`";

class ledger_lookups {
public:
    static constexpr std::size_t objects_a_question = 100;

    explicit ledger_lookups(engine_parts& parts) : parts_(parts) {}

    // The objects of the next question; none: nothing waits for one, one is on its way, or `held`.
    std::vector<std::string> ask(bool held);
    // What the answer settles without a request, if anything.
    std::optional<batch_outcome> weigh(const ledger_answer& answer, const moment& now);

private:
    bool may_ask() const;
    void weigh(const ledger_entry& known, const order_key& horizon, const moment& now,
               batch_outcome& outcome);
    void settle(object_index index, batch_outcome& outcome);

    engine_parts& parts_;
    outcome_writer writer_;
    bool under_way_ = false;
};

} // namespace hubspool
