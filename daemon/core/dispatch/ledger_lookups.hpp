// Holds what may be late against what HubSpot acknowledged: a value older than that is not sent.
// Where what is unchanged is skipped, each change is held against it: what HubSpot has already is
// not sent either, and counts as acknowledged from then on.
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
#include <cstdint>
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
    std::vector<std::string> ask(bool held, boot_time now);
    // Where each change is asked about: a batch that is not full waits for the answer, but no
    // longer than until then. {}: for nothing.
    boot_time company_until() const;
    // What the answer settles without a request, if anything.
    std::optional<batch_outcome> weigh(ledger_answer answer, const moment& now);

private:
    bool may_ask() const;
    void weigh(ledger_entry& known, const order_key& horizon, const moment& now,
               batch_outcome& outcome);
    bool may_skip(const pending_object& object) const;
    void settle(object_index index, batch_outcome& outcome);

    engine_parts& parts_;
    outcome_writer writer_{parts_.options.notes_values};
    bool under_way_ = false;
    boot_time asked_ = {};
};

} // namespace hubspool
