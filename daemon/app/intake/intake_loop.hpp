// The intake thread: scans the queue, claims, reads both lanes, decodes, hands over.
//
// Everything found is claimed at once. The lanes are read side by side, window by window, each in
// number order: a lane that waits for memory, or for a file that cannot be opened yet, does not
// hold up the other. Before its frontier a lane does not wait for memory (see recovery.hpp). What
// it decides is in core/reading; what it touches lies behind spool/record_source.hpp.
#pragma once

#include "app/intake/intake_options.hpp"
#include "app/intake/intake_outbox.hpp"
#include "app/intake/intake_reports.hpp"
#include "app/intake/lane_reading.hpp"
#include "app/settle/settle_messages.hpp"
#include "base/byte_budget.hpp"
#include "base/mailbox.hpp"
#include "core/reading/crash_hunt.hpp"
#include "core/reading/lane_turns.hpp"
#include "core/reading/reading_list.hpp"
#include "core/reading/scan_pace.hpp"
#include "core/words/arrival.hpp"
#include "spool/record_source.hpp"
#include "state/sending/decode_mark.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>

namespace hubspool {

// What it works with; they outlive it.
struct intake_links {
    record_source& source;
    decode_mark& mark;
    mailbox<settle_message>& settle;
    byte_budget& budget;
};

// What recovery found for the intake.
struct intake_start {
    per_lane<reading_list> files;
    std::uint64_t next_number = 1;
    as_of_ms last_stamp = 0; // the next one is not below it
    frontiers read_to;       // nothing may be sent before reading has passed both
    std::optional<decode_crash> crash;
    std::set<crash_hunt::record_place> undecodable;
};

// Called on the intake thread.
struct intake_events {
    std::function<void(read_parts)> read;
    std::function<void()> passed_frontiers; // of both lanes, once
    std::function<void(bool)> reading;
    std::function<void()> woke; // from waiting with nothing to read, before it looks for files
    // Drain: once. What kept it from claiming all that was there, or nothing.
    std::function<void(const std::string& trouble)> read_everything;
};

class intake_loop {
public:
    intake_loop(const intake_links& to, const intake_options& options, intake_start start,
                intake_events events);

    void run();
    void stop(); // any thread

private:
    bool stopped() const { return stop_.load(std::memory_order_relaxed); }
    void claim_for_drain();
    void scan();
    void scan_if_due();
    void refill(lane which);
    void rest();
    bool is_left_alone(lane which) const;
    // Nothing is left that is to be read.
    bool is_empty() const;
    bool page_wanted() const;
    brought bring_more();
    lane_turns::place look_at(lane which);
    void wait_for_a_turn();
    void read_of(lane_reading& reading);
    void open(lane_reading& reading);
    void read_window(lane_reading& reading);
    std::optional<decoded_block> next_block(file_reader& reader, std::uint64_t number);
    void note_window();
    bool keep_on();
    void file_ends(lane_reading& reading, file_end end);
    void look_at_frontiers();
    void set_reading(bool reading);

    record_source& source_;
    decode_mark& mark_;
    byte_budget& budget_;
    const intake_options options_;
    intake_events events_;

    per_lane<lane_reading> lanes_;
    lane_turns turns_;
    next_claim next_;
    bool passed_ = false; // the frontiers
    crash_hunt hunt_;
    scan_pace pace_;
    intake_outbox outbox_;
    intake_reports reports_;
    std::optional<bool> reading_; // as last told
    std::atomic<bool> stop_{false};
};

} // namespace hubspool
