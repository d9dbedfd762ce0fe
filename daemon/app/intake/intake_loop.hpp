// The intake thread: scans the queue, claims, reads in strict number order, decodes, hands over.
//
// Everything found is claimed at once; reading comes later and waits while the pending set is full,
// except before the frontier, where it must go on (see recovery.hpp).
#pragma once

#include "app/intake/intake_reports.hpp"
#include "app/settle/settle_messages.hpp"
#include "base/byte_budget.hpp"
#include "base/clocks.hpp"
#include "base/mailbox.hpp"
#include "config/settings.hpp"
#include "core/records/decoded_block.hpp"
#include "core/words/position.hpp"
#include "spool/arrivals/queue_watcher.hpp"
#include "spool/queue_directory.hpp"
#include "spool/reading/file_reader.hpp"
#include "state/sending_file.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace hubspool {

// What is known of claimed files by name; further ones are looked up again in cur/.
inline constexpr std::size_t files_known_max = 50000;

// A claimed file and where reading it begins.
struct file_to_read {
    claimed_file file;
    read_point from;
};

// How far the run before had come with a file.
struct file_begun {
    read_point from;
    bool settled = false;   // it only waits to be moved
    std::uint64_t size = 0; // at the first look
    std::int64_t mtime_ns = 0;
};

// What recovery found for the intake.
struct intake_start {
    std::deque<file_to_read> files;          // in number order, files_known_max at most
    std::optional<std::uint64_t> more_after; // cur/ holds more, with numbers above this one
    std::uint64_t next_number = 1;
    position frontier; // nothing may be sent before reading has passed it
    std::optional<sending_leftovers::decode_crash> crash;
    std::set<std::pair<std::uint64_t, std::uint64_t>> undecodable; // file and offset
    std::map<std::uint64_t, file_begun> begun;                     // by number

    // Why its middle cannot be trusted to be what the run before saw, if so.
    std::optional<std::string> rewritten(std::uint64_t number, std::uint64_t size,
                                         std::int64_t mtime_ns) const;
    // Where to go on with the file. False: there is nothing to read in it any more.
    bool take_up(file_to_read& f) const {
        const auto known = begun.find(f.file.number);
        if (known == begun.end()) return true;
        f.from = known->second.from;
        return !known->second.settled;
    }
};

// What was read since the last time: blocks, then the numbers of files that were read to their end.
struct read_parts {
    std::vector<decoded_block> blocks;
    std::vector<std::uint64_t> ended;
};

// Called on the intake thread.
struct intake_events {
    std::function<void(read_parts)> read;
    std::function<void()> passed_frontier;
    std::function<void(bool)> reading;
    std::function<void()> woke; // from waiting with nothing to read, before it looks for files
    // Drain: once. What kept it from claiming all that was there, or nothing.
    std::function<void(const std::string& trouble)> read_everything;
};

class intake_loop {
public:
    intake_loop(queue_directory& queue, queue_watcher& watcher, sending_file& sending,
                mailbox<settle_message>& settle, byte_budget& budget, const settings& options,
                intake_start start, bool drain, intake_events events);

    void run();
    void stop();

private:
    bool stopped() const { return stop_.load(std::memory_order_relaxed); }
    void scan();
    bool scan_is_due() const;
    bool busy_scan_is_due() const { return boot_now() - scanned_at_ >= busy_scan_wait_; }
    void claim_for_drain();
    void refill();
    void read_next();
    void read_blocks(file_reader& reader, const claimed_file& file,
                     const std::optional<std::string>& rewritten);
    void judge_crash();
    std::optional<decoded_block> next_block(file_reader& reader, std::uint64_t number);
    bool keep_on();
    bool is_near_undecodable(std::uint64_t number, std::uint64_t begin, std::uint64_t end) const;
    result<int> open_patiently(const claimed_file& file);
    milliseconds patience_with(const claimed_file& file, int code);
    void want_frontier(position upto, const file_reader& reader);
    void check_frontier();
    void check_frontier_at(position next_unread);
    void set_reading(bool reading);
    bool wait_for_room();
    void gather(decoded_block block);
    void file_ends(const claimed_file& file, const file_end& end);
    void hand_over();

    queue_directory& queue_;
    queue_watcher& watcher_;
    sending_file& sending_;
    mailbox<settle_message>& settle_;
    byte_budget& budget_;
    const settings& options_;
    intake_events events_;
    const bool drain_;

    intake_start at_;                          // kept up to date: what is claimed and not yet read
    sending_leftovers::decode_crash decoding_; // the window at hand, as `sending` has it
    bool before_frontier_ = true;
    std::uint64_t taken_up_to_ = 0;     // the highest number that was put into at_.files
    position frontier_asked_;           // made durable, or on its way there
    std::uint64_t frontier_ask_at_ = 0; // from this file on for more, though that suffices
    std::optional<boot_time> scan_at_;
    boot_time scanned_at_ = {};
    milliseconds busy_scan_wait_{0};
    std::optional<bool> reading_;
    // Gathered, since waking the other threads for each small file costs more than reading it.
    read_parts read_;
    std::size_t read_bytes_ = 0;
    std::vector<settle_message> told_;
    intake_reports reports_;
    std::string scan_trouble_; // said once
    std::atomic<bool> stop_{false};
};

} // namespace hubspool
