#include "cli/letters/answer_finder.hpp"

namespace hubspool {

result<answer_finder> answer_finder::open(const command_context& context) {
    auto history = batch_history::open(context.options.state.directory);
    if (!history) return history.error();
    return answer_finder(std::move(*history));
}

const batch_outcome* answer_finder::answer_to(const dead_letter& letter) {
    if (letter.batch != batch_) {
        batch_ = letter.batch;
        auto found = history_.find(batch_);
        // A row that cannot be read is as good as gone: the letter itself is what counts.
        answer_ = found ? std::move(*found) : std::nullopt;
    }
    return answer_ ? &*answer_ : nullptr;
}

} // namespace hubspool
