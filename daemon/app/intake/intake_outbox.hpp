// Gathers what the intake has read, and hands it over in one go: waking the other threads for each
// small file costs more than reading it. Intake thread.
#pragma once

#include "app/settle/settle_messages.hpp"
#include "base/mailbox.hpp"
#include "core/records/decoded_block.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace hubspool {

// What was read since the last time: blocks, then the numbers of files that were read to their end.
struct read_parts {
    std::vector<decoded_block> blocks;
    std::vector<std::uint64_t> ended;
};

class intake_outbox {
public:
    // `settle` is told of files, `read` is given the records; both outlive it.
    intake_outbox(mailbox<settle_message>& settle, std::function<void(read_parts)> read)
        : settle_(settle), read_(std::move(read)) {}

    void tell(settle_message message) { told_.push_back(std::move(message)); }
    // Hands over when much is gathered.
    void put(decoded_block block);
    void put_end(std::uint64_t file) { parts_.ended.push_back(file); }
    void hand_over();

private:
    mailbox<settle_message>& settle_;
    std::function<void(read_parts)> read_;
    std::vector<settle_message> told_;
    read_parts parts_;
    std::size_t bytes_ = 0; // of parts_
};

} // namespace hubspool
