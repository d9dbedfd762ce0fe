#include "app/intake/intake_loop.hpp"

#include "base/clocks.hpp"
#include "base/log.hpp"

#include <algorithm>
#include <utility>

namespace hubspool {

namespace {

file_row row_of(const claimed_file& file) {
    file_row row;
    row.number = file.number;
    row.lane = file.lane;
    row.name = file.name;
    row.stamp = file.order.stamp;
    row.size = file.size;
    row.claimed = wall_now();
    return row;
}

} // namespace

intake_loop::intake_loop(const intake_links& to, const intake_options& options, intake_start start,
                         intake_events events)
    : source_(to.source), mark_(to.mark), budget_(to.budget), options_(options),
      events_(std::move(events)), turns_(options.drain, options.only),
      next_{start.next_number, start.last_stamp},
      hunt_(start.crash, std::move(start.undecodable), usual_block_bytes, options.record_bytes_max),
      pace_(options.scan_interval), outbox_(to.settle, events_.read) {
    for (const lane which : both_lanes) {
        lanes_[which].files = std::move(start.files[which]);
        lanes_[which].frontier = start.read_to[which];
    }
}

void intake_loop::stop() {
    stop_ = true;
    // A thread that waits for room, or for arrivals, must notice the stop.
    source_.wake();
}

void intake_loop::run() {
    // For the runs that follow: this one may end in the same crash elsewhere.
    if (const auto culprit = hunt_.newly_given_up())
        mark_.note_undecodable(culprit->first, culprit->second);
    look_at_frontiers(); // passed already, when nothing is left to read before them
    if (options_.drain) claim_for_drain();
    while (!stopped()) {
        scan_if_due();
        for (const lane which : both_lanes) refill(which);
        look_at_frontiers();
        if (const auto which = turns_.next({look_at(lane::live), look_at(lane::bulk)})) {
            set_reading(true);
            read_of(lanes_[*which]);
        } else if (page_wanted()) {
            // It could not be had, or held only what is settled: more may lie behind it.
        } else if (!is_empty()) {
            wait_for_a_turn();
        } else if (const auto more = bring_more(); more != brought::nothing) {
            outbox_.hand_over();
            if (more == brought::files) claim_for_drain();
        } else if (options_.drain) {
            outbox_.hand_over();
            set_reading(false);
            const std::string& left = reports_.left_behind();
            return events_.read_everything(
                left.empty() && !is_left_alone(lane::bulk) ? source_.not_brought() : left);
        } else {
            rest();
        }
    }
}

// By its place in the order alone: what was read of it before must be read again.
bool intake_loop::is_left_alone(lane which) const {
    return !turns_.reads(which, lanes_[which].frontier.has_value());
}

bool intake_loop::is_empty() const {
    return std::all_of(both_lanes.begin(), both_lanes.end(),
                       [&](lane which) { return lanes_[which].empty() || is_left_alone(which); });
}

bool intake_loop::page_wanted() const {
    return std::any_of(both_lanes.begin(), both_lanes.end(), [&](lane which) {
        return lanes_[which].page_wanted() && !is_left_alone(which);
    });
}

// More of the bulk lane.
brought intake_loop::bring_more() {
    return options_.drain && !is_left_alone(lane::bulk) ? source_.bring_more() : brought::nothing;
}

void intake_loop::claim_for_drain() {
    const drain_claims claims(boot_now(), options_.quiet_period);
    while (!stopped()) {
        const boot_time began = boot_now();
        // Until what was still being written at the call has become ready too.
        scan();
        const auto wait = claims.wait_for_another(began, boot_now(), pace_.again_at());
        if (!wait) return;
        if (*wait > milliseconds(0)) source_.wait(*wait);
    }
}

void intake_loop::scan() {
    // A scan can take long; the others work on meanwhile.
    outbox_.hand_over();
    if (!is_empty()) source_.wait(milliseconds(0)); // takes in what was announced meanwhile
    const boot_time began = boot_now();
    std::optional<milliseconds> again_after;
    // A scan takes in a bounded number: on to the next, until nothing is left.
    while (!stopped()) {
        scan_result found = source_.scan(next_, std::max(lanes_.live.lead.large_files_above(),
                                                         lanes_.bulk.lead.large_files_above()));
        const bool may_be_more = found.claimed.size() >= record_source::files_a_scan;
        per_lane<std::vector<claimed_file>> claims;
        for (claimed_file& file : found.claimed) claims[file.lane].push_back(std::move(file));
        for (const lane which : both_lanes)
            lanes_[which].files.take_claims(std::move(claims[which]));
        reports_.scanned(found, boot_now());
        // The last word counts: it is that of what is still not ready.
        if (found.again_after) again_after = found.again_after;
        // A directory that cannot be read now may be readable later.
        if (found.error) again_after = options_.scan_interval;
        if (found.error || !may_be_more) break;
    }
    reports_.looked_at_clock(next_.stamp, wall_now());
    pace_.scanned(began, boot_now(), again_after);
}

// A drain has claimed what it will read: what comes later is another drain's.
void intake_loop::scan_if_due() {
    if (!options_.drain && pace_.is_due(!is_empty(), boot_now())) scan();
}

void intake_loop::refill(lane which) {
    if (!lanes_[which].page_wanted() || is_left_alone(which)) return;
    reading_list& files = lanes_[which].files;
    result<std::vector<claimed_file>> page =
        source_.claimed_above(*files.page_wanted(), files_known_max, which);
    if (page) return files.take_page(std::move(*page));
    // Said each time: it is rare, and nothing else works until it ends.
    log::error("cur/ cannot be read: " + page.error().message);
    outbox_.hand_over();
    if (!stopped()) source_.wait(options_.scan_interval);
}

// Nothing is left to read.
void intake_loop::rest() {
    outbox_.hand_over();
    set_reading(false);
    // Wakes for arrivals, a stop, or the next scan.
    if (const auto wait = pace_.wait(boot_now()); wait > milliseconds(0)) source_.wait(wait);
    events_.woke();
    pace_.woke(boot_now());
}

lane_turns::place intake_loop::look_at(lane which) {
    const lane_reading& reading = lanes_[which];
    if (reading.empty() || is_left_alone(which)) return {};
    const bool before_frontier = reading.frontier.has_value(); // where it must go on
    // Opening one takes no memory, but may have to wait.
    const bool is_ready = reading.at_hand && reading.at_hand->reader
                              ? budget_.has_room(which, before_frontier)
                              : !reading.at_hand || reading.at_hand->again_at <= boot_now();
    return {is_ready, before_frontier, reading.next_file()};
}

// For room, for a file that cannot be opened yet, or for what arrives: it is claimed meanwhile, its
// number is its place in the order.
void intake_loop::wait_for_a_turn() {
    set_reading(true);
    outbox_.hand_over();
    const boot_time now = boot_now();
    milliseconds wait = options_.drain ? options_.scan_interval : pace_.wait_while_reading(now);
    for (const lane which : both_lanes) {
        const std::optional<file_at_hand>& file = lanes_[which].at_hand;
        if (file && !file->reader) wait = std::min(wait, file->again_at - now);
    }
    // A scan may have taken in the wake of a stop.
    if (wait > milliseconds(0) && !stopped()) source_.wait(wait);
    pace_.woke(boot_now());
}

void intake_loop::read_of(lane_reading& reading) {
    if (!reading.at_hand) {
        // Taken out before it is opened: a file that cannot be opened must not be tried for ever.
        reading.at_hand = file_at_hand{reading.files.take_first()};
        outbox_.tell(
            file_started{row_of(reading.at_hand->what.file),
                         std::min(lanes_.live.files.first_file(), lanes_.bulk.files.first_file())});
    }
    reading.at_hand->reader ? read_window(reading) : open(reading);
}

void intake_loop::open(lane_reading& reading) {
    file_at_hand& file = *reading.at_hand;
    // The reader asks once a window whether to go on, also where no record comes for long.
    opening opened = source_.open(file.what, [this] { return keep_on(); });
    if (stopped()) return;
    if (const auto* const failed = std::get_if<failed_opening>(&opened)) {
        if (file.patience.allows_another(*failed, boot_now())) {
            file.again_at = boot_now() + options_.quiet_period / 10 + milliseconds(1);
            return;
        }
        // As a file that ended at once: its books close, and its reason stands in its row.
        file_end end;
        end.keep_because = failed->why;
        end.size = file.what.file.size;
        return file_ends(reading, std::move(end));
    }
    file.reader = std::move(std::get<std::unique_ptr<file_reader>>(opened));
    file.rewritten = reading.files.rewritten(file.what.file.number, file.reader->size(),
                                             file.reader->mtime_ns());
    // Before the first block: a reader may look ahead to judge the file.
    if (hunt_.is_of(file.what.file.number)) file.reader->set_block_bytes(1);
}

void intake_loop::read_window(lane_reading& reading) {
    const file_at_hand& at_hand = *reading.at_hand;
    file_reader& reader = *at_hand.reader;
    const claimed_file& file = at_hand.what.file;
    std::optional<decoded_block> block = next_block(reader, file.number);
    if (stopped()) return; // what was read is read again at the next start
    if (!block) {
        file_end end = reader.end();
        // What the reader found comes first: it is about the bytes themselves.
        if (!end.keep_because) end.keep_because = at_hand.rewritten;
        if (!end.remark.empty()) log::warning(end.remark, {{"file", file.name}});
        return file_ends(reading, std::move(end));
    }
    // Asked ahead, so that by the time of sending it is durable.
    const arrival upto{file.number, block->to.offset};
    if (const auto wanted = reading.lead.ask(upto, reader.text_size(), reading.files))
        outbox_.tell(frontier_wanted{file.lane, *wanted});
    const auto& kept = reader.end().keep_because;
    // Before the block itself: the state must know the file when its first outcome comes.
    outbox_.tell(block_read{file.number, block->from, reader.size(), reader.mtime_ns(),
                            kept ? kept : at_hand.rewritten, block->oldest()});
    outbox_.put(std::move(*block));
}

std::optional<decoded_block> intake_loop::next_block(file_reader& reader, std::uint64_t number) {
    const crash_hunt::step& how = hunt_.next(number, reader.at().offset);
    // After a crash one record a block: then the window that crashes again is one record.
    reader.set_block_bytes(how.one_by_one ? 1 : usual_block_bytes);
    if (how.undecoded) {
        log::error("a record that crashed the decoder again and again becomes a dead letter",
                   {{"file", number}, {"offset", how.window.begin}});
        return reader.next_undecoded("decoding it crashed the program three times");
    }
    // Noted before, and taken back after: what is noted when a crash comes was being decoded.
    note_window();
    std::optional<decoded_block> block = reader.next();
    mark_.decoded();
    return block;
}

void intake_loop::note_window() {
    if (hunt_.at_hand().undecoded) return;
    const decode_crash& window = hunt_.at_hand().window;
    mark_.decoding(window.file, window.begin, window.end, window.times);
}

// Once a window: a record that is never closed may be as long as its file.
bool intake_loop::keep_on() {
    if (!options_.drain && !stopped() && pace_.is_due(true, boot_now())) {
        mark_.decoded(); // a crash in there is no record's fault
        scan();
        note_window();
    }
    return !stopped();
}

void intake_loop::file_ends(lane_reading& reading, file_end end) {
    const claimed_file& file = reading.at_hand->what.file;
    intake_reports::read(file, end);
    outbox_.put_end(file.number);
    outbox_.tell(file_read{file.number, std::move(end)});
    reading.at_hand.reset();
}

// Only once: after them the frontiers are behind, and stay there.
void intake_loop::look_at_frontiers() {
    if (passed_) return;
    for (const lane which : both_lanes) {
        lane_reading& reading = lanes_[which];
        const auto unread = reading.first_unread(next_.number);
        if (reading.frontier && unread && *reading.frontier < *unread) reading.frontier.reset();
    }
    if (lanes_.live.frontier || lanes_.bulk.frontier) return;
    passed_ = true;
    // First what was read before them, then the word that they are passed.
    outbox_.hand_over();
    events_.passed_frontiers();
}

void intake_loop::set_reading(bool reading) {
    if (std::exchange(reading_, reading) != reading) events_.reading(reading);
}

} // namespace hubspool
