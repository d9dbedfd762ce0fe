// What of one lane is read: the files that wait, the one at hand, and how far its frontier is.
// Intake thread.
#pragma once

#include "core/reading/frontier_lead.hpp"
#include "core/reading/opening_patience.hpp"
#include "core/reading/reading_list.hpp"
#include "core/words/arrival.hpp"
#include "core/words/time.hpp"
#include "spool/reading/file_reader.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace hubspool {

// Taken off the list, and not read to its end.
struct file_at_hand {
    file_to_read what = {};
    std::unique_ptr<file_reader> reader = nullptr; // null: it is not open yet
    std::optional<std::string> rewritten = {};
    opening_patience patience = {};
    boot_time again_at = {}; // when opening it is tried again
};

struct lane_reading {
    reading_list files; // claimed, and not begun
    std::optional<file_at_hand> at_hand;
    std::optional<arrival> frontier; // until reading has passed it
    frontier_lead lead;

    bool empty() const { return !at_hand && files.empty(); }
    // See reading_list.
    bool page_wanted() const { return !at_hand && files.page_wanted(); }
    // Its number; there is one.
    std::uint64_t next_file() const {
        return (at_hand ? at_hand->what : files.files().front()).file.number;
    }
    // See reading_list.
    std::optional<arrival> first_unread(std::uint64_t next_number) const {
        if (!at_hand) return files.first_unread(next_number);
        const read_point& at = at_hand->reader ? at_hand->reader->at() : at_hand->what.from;
        return arrival{at_hand->what.file.number, at.offset};
    }
};

} // namespace hubspool
