// What lies in a queue, for who only looks: the commands beside a daemon, and the start of one.
//
// Changes nothing but to make durable what it lists, and that only in the process that works on the
// queue. Any thread.
#pragma once

#include "base/result.hpp"
#include "core/words/claimed_file.hpp"
#include "core/words/time.hpp"
#include "spool/arrivals/skipped_name.hpp"
#include "spool/arrivals/waiting_files.hpp"
#include "spool/arrivals/waiting_survey.hpp"
#include "spool/claims/claimed_look.hpp"
#include "spool/claims/done_files.hpp"
#include "spool/claims/kept_file.hpp"
#include "spool/claims/last_given.hpp"
#include "spool/queue_layout.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

class queue_survey {
public:
    // Makes nothing and takes no lock; works beside a daemon.
    static result<std::unique_ptr<queue_survey>> open(const queue_options& options);
    // Of a queue that this process has opened.
    explicit queue_survey(std::shared_ptr<const queue_layout> layout)
        : layout_(std::move(layout)) {}

    // What opening found unsafe but possible: wrong modes and owners, each with the remedy.
    const std::vector<std::string>& mode_warnings() const { return layout_->warnings; }

    // What is in cur/, in number order. The process that works on the queue makes it durable: a
    // crash may have come before a scan's fsync. Entries that are no claim of ours are in
    // `skipped`, 100 at most.
    result<std::vector<claimed_file>> claimed(std::vector<skipped_name>& skipped) const;
    // The same for the first `files_max` with numbers above `after`, of all or of one lane: bounded
    // memory at any backlog.
    result<std::vector<claimed_file>> claimed_page(std::uint64_t after, std::size_t files_max,
                                                   std::vector<skipped_name>& skipped,
                                                   std::optional<lane> only = {}) const;
    // The lowest number in cur/; nothing: it is empty.
    result<std::optional<std::uint64_t>> lowest_claimed() const;
    // The largest number and stamp mentioned by a name in cur/, done/ or rejected/.
    result<last_given> given() const;
    // A claimed file now; nothing: it is gone.
    result<std::optional<claimed_look>> look(const claimed_file& file) const;

    // See spool/claims/kept_file.hpp.
    result<std::optional<kept_file>> open_kept(const claimed_file& file,
                                               std::optional<wall_time> settled) const;

    // See spool/claims/done_files.hpp.
    result<void>
    visit_done(const std::function<bool(const claimed_file&, const std::string& day)>& wanted,
               const std::function<void(done_file)>& visit) const {
        return hubspool::visit_done(*layout_, wanted, visit);
    }

    // See spool/arrivals/waiting_files.hpp.
    result<waiting_skipped> visit_waiting(
        const next_claim& next,
        const std::function<result<void>(const claimed_file&, owned_descriptor)>& visit) const {
        return hubspool::visit_waiting(*layout_, next, visit);
    }
    // What lies unclaimed.
    result<queue_backlog> waiting() const;
    // Files in new/ and bulk/ that came up to `at` and will be claimed or stepped over. What cannot
    // be listed counts as none, like what producers take away meanwhile.
    std::uint64_t waiting_since(wall_time at) const;
    // Files in rejected/, each of which has its reason beside it; 0 when it cannot be listed.
    std::uint64_t rejected() const;
    std::uint64_t free_bytes() const; // of the file system; 0 when it cannot be told

private:
    std::shared_ptr<const queue_layout> layout_;
};

} // namespace hubspool
