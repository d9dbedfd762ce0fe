// The queue directory: layout, arrival order, claims and moves. See README.md, "The queue
// directory".
//
// All access is by descriptor beneath the queue's root, nothing follows a link, and no move
// replaces. A directory listing is the truth; inotify only says when to look
// (spool/arrivals/queue_watcher.hpp). Intake thread, but for settle() and below, which the state
// thread calls: they share no mutable state but the directory descriptors, which are opened once.
#pragma once

#include "base/result.hpp"
#include "core/words/lane.hpp"
#include "core/words/run_mark.hpp"
#include "core/words/time.hpp"
#include "spool/reading/followed_file.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

struct queue_options {
    std::string directory;
    milliseconds quiet_period{2000};
    std::uint64_t subdirectory_files = 10000; // cur/NNNNNN/ is number div this
    // For status and plan beside a daemon: makes nothing, takes no lock, and only what reads may be
    // called: claimed(), claimed_page(), lowest_claimed(), largest_number(), waiting(), look(),
    // open_claimed(), read_run_mark(), free_bytes().
    bool read_only = false;
    std::vector<std::string> ignore = {}; // patterns, see spool/arrivals/left_alone_names.hpp
};

// A file in cur/.
struct claimed_file {
    std::uint64_t number = 0;
    hubspool::lane lane = hubspool::lane::live;
    std::string name;       // the producer's, cut to 200 bytes
    std::uint64_t size = 0; // at the claim
};

// A name that was stepped over in new/ or bulk/, and what to do about it.
struct skipped_name {
    std::string path; // relative to the queue, escaped for a person
    std::string why;
};

struct scan_result {
    std::vector<claimed_file> claimed; // in number order, durable
    std::vector<skipped_name> skipped; // 100 at most,
    std::uint64_t skipped_total = 0;   // of so many
    // Something is there that was not claimed yet: look again after this long (0: at once).
    std::optional<milliseconds> again_after;
    // An error that ended the scan early; `claimed` stands. When making the claims durable failed,
    // `claimed` is empty: they are kept, and a later scan hands them out, first of all, when it
    // could.
    std::optional<failure> error;
};

class queue_directory {
public:
    // Creates what is missing (tmp new bulk 3770 of the producers' group, cur done rejected 0700)
    // and takes the queue's lock. Fails when another process has it (its pid is in the message) or
    // the place cannot be used.
    static result<std::unique_ptr<queue_directory>> open(queue_options options);
    virtual ~queue_directory() = default;

    // What open() found unsafe but possible: wrong modes and owners, each with the remedy.
    virtual std::vector<std::string> open_mode_warnings() const = 0;

    // Names of inotify: `announced(name in new/ or bulk/)` says that its rename was seen. Claims
    // all that is ready, in order of ctime, mtime, name, up to `files_max` (a call again goes on),
    // gives numbers from `next_number`, fsyncs. Numbers are used once even when a rename fails.
    virtual scan_result scan(std::uint64_t& next_number, std::size_t files_max,
                             const std::function<bool(lane, const std::string&)>& announced) = 0;

    // Files above a mebibyte that scans claim from now on get a number above this one.
    virtual void number_large_files_above(std::uint64_t number) = 0;

    // What is in cur/, in number order, durable (a crash may have come before a scan's fsync).
    // Entries that are no claim of ours are in `skipped`, 100 at most.
    virtual result<std::vector<claimed_file>> claimed(std::vector<skipped_name>& skipped) = 0;
    // The same for the first `files_max` with numbers above `after`: bounded memory at any backlog.
    virtual result<std::vector<claimed_file>> claimed_page(std::uint64_t after,
                                                           std::size_t files_max,
                                                           std::vector<skipped_name>& skipped) = 0;
    // The lowest number in cur/; nothing: it is empty. Any thread.
    virtual result<std::optional<std::uint64_t>> lowest_claimed() = 0;
    // The largest number mentioned by a name in cur/, done/ or rejected/.
    virtual result<std::uint64_t> largest_number() = 0;
    // What lies unclaimed, for status, files, check and plan. Works without the lock.
    struct backlog {
        std::uint64_t files = 0, bytes = 0; // in new/ and bulk/: what will be claimed
        // What hubspool may not read or move: it stays until a person changes that.
        std::uint64_t blocked_files = 0, blocked_bytes = 0;
        std::vector<skipped_name> blocked;         // 100 at most
        std::uint64_t left_alone = 0;              // by name
        std::optional<wall_time> left_alone_since; // the oldest of them was last changed
        // In tmp/, unchanged for a day: its producers ended before their rename.
        std::uint64_t unfinished_files = 0, unfinished_bytes = 0;
        std::optional<wall_time> unfinished_since; // the oldest was last written to
    };
    virtual result<backlog> waiting() = 0;

    // Opens a claimed file for reading: regular, one link, not followed, not blocked on.
    // `failure.code` EAGAIN: two links, its producer may be about to remove one; ask again within
    // the quiet period. EBUSY: another program holds a lease on it, which asking has begun to
    // break; ask again until the kernel has ended it (fs.lease-break-time). EMFILE, ENFILE, ENOMEM:
    // this process's trouble, not the file's; ask again. Any other failure is a reason to reject
    // it, its message the reason. The caller owns the descriptor.
    virtual result<int> open_claimed(const claimed_file& file) = 0;
    // A claimed file now. Nothing: it is gone. Any thread.
    struct claimed_look {
        std::uint64_t size = 0;
        std::int64_t mtime_ns = 0;
        std::int64_t ctime_ns = 0; // not before the claim
    };
    virtual result<std::optional<claimed_look>> look(const claimed_file& file) = 0;
    // The same before it is moved: whether it grew after it was read. State thread.
    virtual result<std::optional<claimed_look>> look_at_settled(const claimed_file& file) = 0;

    // Moves out of cur/ (state thread). Not there any more is success: a crash came between.
    virtual result<void> move_to_done(const claimed_file& file, wall_time settled) = 0;
    virtual result<void> remove(const claimed_file& file) = 0;
    // To rejected/, with `reason` in a file NAME.reason beside it.
    virtual result<void> reject(const claimed_file& file, const std::string& reason) = 0;
    // A file that move_to_done() moved, as it is now; nothing: it is gone. And from there to
    // rejected/, as reject() does.
    virtual result<std::optional<claimed_look>> look_in_done(const claimed_file& file,
                                                             wall_time settled) = 0;
    virtual result<void> reject_from_done(const claimed_file& file, wall_time settled,
                                          const std::string& reason) = 0;
    // Makes the moves so far durable: before rows of the state are dropped.
    virtual result<void> sync_moves() = 0;
    // Deletes days of done/ that ended more than `retention` ago; 100,000 files a call at most.
    virtual result<void> sweep_done(wall_time now, milliseconds retention) = 0;

    // cur/.run: what a lost or old state database is told by. Written without fsync.
    using run_mark = hubspool::run_mark;
    virtual result<std::optional<run_mark>> read_run_mark() = 0;
    virtual result<void> write_run_mark(const run_mark& mark) = 0;

    virtual std::uint64_t free_bytes() const = 0; // of the file system; 0 when it cannot be told
};

// Puts one file into new/ or bulk/ as a producer must: written under a unique name in tmp/,
// fsynced, renamed, the directory fsynced. Needs no lock. Returns the name; names of one process
// sort.
class queue_writer {
public:
    // `ignore`: that of the queue, so that no name is made which it would leave alone.
    static result<std::unique_ptr<queue_writer>> open(const std::string& directory, lane to,
                                                      std::vector<std::string> ignore = {});
    virtual ~queue_writer() = default;
    virtual result<void> write(std::string_view bytes) = 0;
    // Before finish(): what tells where the file goes. A failure: nothing was queued.
    virtual result<followed_file> follow() = 0;
    // `extension` without its dot ("ndjson"), or empty. Once. A failure's message says whether
    // something was queued. Unfinished, the file is removed.
    virtual result<std::string> finish(const std::string& extension) = 0;
};

} // namespace hubspool
