#include "app/intake/intake_outbox.hpp"

#include <utility>

namespace hubspool {

namespace {
// So much is gathered before it is handed over, while there is more to read.
constexpr std::size_t gathered_bytes = std::size_t{256} << 10;
constexpr std::size_t gathered_blocks = 64;
} // namespace

void intake_outbox::put(decoded_block block) {
    bytes_ += block.bytes();
    parts_.blocks.push_back(std::move(block));
    // Few large ones or many small ones: either is worth a turn of the loop thread.
    if (bytes_ >= gathered_bytes || parts_.blocks.size() >= gathered_blocks) hand_over();
}

void intake_outbox::hand_over() {
    // The state thread hears of a file before any outcome of it can come.
    if (!told_.empty()) settle_.post_all(told_);
    if (parts_.blocks.empty() && parts_.ended.empty()) return;
    read_(std::exchange(parts_, {}));
    bytes_ = 0;
}

} // namespace hubspool
