// The answers that killed letters: HubSpot's status and correlation id. Letters of one batch mostly
// follow one another, so the last answer is kept. One thread at a time.
#pragma once

#include "cli/commands/commands.hpp"
#include "core/books/batch_outcome.hpp"
#include "state/batch_history.hpp"

#include <optional>

namespace hubspool {

class answer_finder {
public:
    static result<answer_finder> open(const command_context& context);

    // Null: found while reading, or its row is gone. Lives until the next call.
    const batch_outcome* answer_to(const dead_letter& letter);

private:
    explicit answer_finder(batch_history history) : history_(std::move(history)) {}

    batch_history history_;
    std::uint64_t batch_ = 0; // that answer_ is of
    std::optional<batch_outcome> answer_;
};

} // namespace hubspool
