// The files of the queue, from the two places that know of them: the state's rows and the names in
// cur/.
#pragma once

#include "base/result.hpp"
#include "config/settings.hpp"
#include "spool/queue_survey.hpp"
#include "state/state_store.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

enum class file_place : std::uint8_t {
    cur,      // not settled, or not moved yet
    done,     // settled; deleted when queue.retention is over
    rejected, // kept with its reason
};
std::string_view to_string(file_place place);

struct queue_file {
    file_row row;       // of a file without one: number, lane, name and size only
    bool known = false; // has a row: something of it was recorded
    file_place place = file_place::cur;
    bool is_plain = true; // see text_form; looked at only where unread_bytes() is wanted

    // Records that were read and have no fate yet; nothing while it is not read to its end.
    std::optional<std::uint64_t> pending() const;
    // Nothing contradicts: a settled file's fates add up, and no other has more than were read.
    bool balanced() const;
    // What a restart would read again, at most: of a file that is not plain all.
    std::uint64_t unread_bytes() const;
};

// Opens the queue for looking, beside a daemon or not.
result<std::unique_ptr<queue_survey>> look_into_queue(const queue_settings& options);

// Calls back with each file in cur/, in number order. Holds one page at a time.
result<void> each_claimed(const queue_survey& queue,
                          const std::function<void(const claimed_file&)>& visit);

// Whether a file of cur/ is plain; also when it cannot be read, or is gone.
bool is_plain(const queue_survey& queue, const claimed_file& file);

// In order of number: all rows, and the files in cur/ that have none.
result<std::vector<queue_file>> merge_files(const queue_survey& queue, std::vector<file_row> rows);

} // namespace hubspool
