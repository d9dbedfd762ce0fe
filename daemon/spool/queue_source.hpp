// The record source that is a queue directory.
#pragma once

#include "base/result.hpp"
#include "core/reading/late_share.hpp"
#include "spool/arrivals/queue_watcher.hpp"
#include "spool/claims/claimed_finder.hpp"
#include "spool/queue_directory.hpp"
#include "spool/reading/file_reader.hpp"
#include "spool/record_source.hpp"

#include <memory>

namespace hubspool {

// Why none of a file's records is taken, by its name, for a person; empty: they are.
std::string why_none_is_taken(const file_to_read& next, const order_key& horizon);
// The reader of a claimed file, which takes over the descriptor. Of too many records below the
// horizon it hands nothing on.
std::unique_ptr<file_reader> read_claimed(int descriptor, const file_to_read& next,
                                          const file_reader_options& how, const late_options& late);

class queue_source final : public record_source {
public:
    // `queue` outlives it. What cannot be watched is scanned by the timer alone. A file whose name
    // has an as_of below the horizon is refused as a whole, and so is one of whose records too many
    // have.
    static result<std::unique_ptr<queue_source>>
    open(queue_directory& queue, file_reader_options reading, const late_options& late = {});
    queue_source(queue_directory& queue, file_reader_options reading, const late_options& late,
                 std::unique_ptr<queue_watcher> watcher);

    scan_result scan(next_claim& next, std::uint64_t large_files_above) override;
    result<std::vector<claimed_file>> claimed_above(std::uint64_t number, std::size_t files_max,
                                                    lane which) override;
    opening open(const file_to_read& next, std::function<bool()> keep_on) override;
    void wait(milliseconds at_most) override { watcher_->wait(at_most); }
    void wake() override { watcher_->wake(); }

private:
    failed_opening weigh(const claimed_file& file, const failure& why);

    queue_directory& queue_;
    file_reader_options reading_; // of each file, but for keep_on
    late_options late_;           // with the horizon of the start
    std::unique_ptr<queue_watcher> watcher_;
    claimed_finder finder_;
};

} // namespace hubspool
