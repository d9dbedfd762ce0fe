#include "app/intake/intake_loop.hpp"

#include "base/clocks.hpp"
#include "base/log.hpp"

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
      events_(std::move(events)), files_(std::move(start.files)),
      next_{start.next_number, start.last_stamp}, frontier_(start.frontier),
      hunt_(start.crash, std::move(start.undecodable), usual_block_bytes, options.record_bytes_max),
      pace_(options.scan_interval), outbox_(to.settle, events_.read) {
}

void intake_loop::stop() {
    stop_ = true;
    // A thread that waits for room, or for arrivals, must notice the stop.
    budget_.close();
    source_.wake();
}

void intake_loop::run() {
    // For the runs that follow: this one may end in the same crash elsewhere.
    if (const auto culprit = hunt_.newly_given_up())
        mark_.note_undecodable(culprit->first, culprit->second);
    // The frontier may be passed already, when nothing is left to read before it.
    look_at_frontier();
    if (options_.drain) claim_for_drain();
    while (!stopped()) {
        // A drain has claimed what it will read: what comes later is another drain's.
        if (!options_.drain && pace_.is_due(!files_.empty(), boot_now())) scan();
        if (files_.page_wanted()) {
            refill();
        } else if (!files_.empty()) {
            set_reading(true);
            read_next();
            // Nothing more is gathered now, so what there is must not wait.
            if (files_.empty()) outbox_.hand_over();
            look_at_frontier();
        } else if (const auto more = options_.drain ? source_.bring_more() : brought::nothing;
                   more != brought::nothing) {
            if (more == brought::files) claim_for_drain();
        } else if (options_.drain) {
            set_reading(false);
            return events_.read_everything(reports_.left_behind());
        } else {
            rest();
        }
    }
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
    if (!files_.empty()) source_.wait(milliseconds(0)); // takes in what was announced meanwhile
    const boot_time began = boot_now();
    std::optional<milliseconds> again_after;
    // A scan takes in a bounded number: on to the next, until nothing is left.
    while (!stopped()) {
        scan_result found = source_.scan(next_, lead_.large_files_above());
        const bool may_be_more = found.claimed.size() >= record_source::files_a_scan;
        files_.take_claims(std::move(found.claimed));
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

// While there is something to read. A drain claims before it reads, and no more.
void intake_loop::scan_if_due() {
    if (!options_.drain && pace_.is_due(true, boot_now())) scan();
}

void intake_loop::refill() {
    result<std::vector<claimed_file>> page =
        source_.claimed_above(*files_.page_wanted(), files_known_max);
    if (page) return files_.take_page(std::move(*page));
    // Said each time: it is rare, and nothing else works until it ends.
    log::error("cur/ cannot be read: " + page.error().message);
    source_.wait(options_.scan_interval);
}

// Nothing is left to read.
void intake_loop::rest() {
    set_reading(false);
    // Wakes for arrivals, a stop, or the next scan.
    if (const auto wait = pace_.wait(boot_now()); wait > milliseconds(0)) source_.wait(wait);
    events_.woke();
    pace_.woke(boot_now());
}

void intake_loop::read_next() {
    // Taken out before it is opened: a file that cannot be opened must not be tried for ever.
    const file_to_read next = files_.take_first();
    outbox_.tell(file_started{row_of(next.file)});
    const opening opened = open_patiently(next);
    if (stopped()) return;
    if (const auto* const failed = std::get_if<failed_opening>(&opened)) {
        // As a file that ended at once: its books close, and its reason stands in its row.
        file_end end;
        end.keep_because = failed->why;
        end.size = next.file.size;
        return file_ends(next.file, end);
    }
    file_reader& reader = *std::get<std::unique_ptr<file_reader>>(opened);
    read_blocks(reader, next.file,
                files_.rewritten(next.file.number, reader.size(), reader.mtime_ns()));
}

opening intake_loop::open_patiently(const file_to_read& next) {
    opening_patience patience;
    while (true) {
        // The reader asks once a window whether to go on, also where no record comes for long.
        opening opened = source_.open(next, [this] { return keep_on(); });
        const auto* const failed = std::get_if<failed_opening>(&opened);
        if (!failed || stopped() || !patience.allows_another(*failed, boot_now())) return opened;
        // While it waits, the others have what was read.
        outbox_.hand_over();
        source_.wait(options_.quiet_period / 10 + milliseconds(1));
        scan_if_due();
    }
}

void intake_loop::read_blocks(file_reader& reader, const claimed_file& file,
                              const std::optional<std::string>& rewritten) {
    while (true) {
        // Before each block: the frontier may lie within the file.
        look_at_frontier({file.number, reader.at().offset});
        if (!wait_for_room()) return;
        std::optional<decoded_block> block = next_block(reader, file.number);
        if (stopped()) return; // what was read is read again at the next start
        if (!block) break;
        // Asked ahead, so that by the time of sending it is durable.
        const arrival upto{file.number, block->to.offset};
        if (const auto wanted = lead_.ask(upto, reader.size(), files_))
            outbox_.tell(frontier_wanted{*wanted});
        const auto& kept = reader.end().keep_because;
        // Before the block itself: the state must know the file when its first outcome comes.
        outbox_.tell(block_read{file.number, block->from, reader.size(), reader.mtime_ns(),
                                kept ? kept : rewritten, block->oldest()});
        outbox_.put(std::move(*block));
        scan_if_due();
    }
    file_end end = reader.end();
    // What the reader found comes first: it is about the bytes themselves.
    if (!end.keep_because) end.keep_because = rewritten;
    if (!end.remark.empty()) log::warning(end.remark, {{"file", file.name}});
    file_ends(file, end);
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

bool intake_loop::wait_for_room() {
    const bool before_frontier = frontier_.has_value(); // where it must go on
    // Most of the time there is room, and nothing is handed over early.
    if (budget_.wait_for_room(milliseconds(0), before_frontier)) return !stopped();
    outbox_.hand_over();
    // What arrives meanwhile is claimed all the same: its number is its place in the order.
    while (!budget_.wait_for_room(options_.scan_interval, before_frontier)) {
        if (stopped()) return false;
        if (!options_.drain) scan();
    }
    return !stopped();
}

void intake_loop::file_ends(const claimed_file& file, const file_end& end) {
    intake_reports::read(file, end);
    outbox_.tell(file_read{file.number, end});
    outbox_.put_end(file.number);
}

void intake_loop::look_at_frontier() {
    if (const auto next_unread = files_.first_unread(next_.number)) look_at_frontier(*next_unread);
}

// Only once: after it the frontier is behind, and stays there.
void intake_loop::look_at_frontier(arrival next_unread) {
    if (!frontier_ || next_unread <= *frontier_) return;
    frontier_.reset();
    // First what was read before the frontier, then the word that it is passed.
    outbox_.hand_over();
    events_.passed_frontier();
}

void intake_loop::set_reading(bool reading) {
    if (std::exchange(reading_, reading) != reading) events_.reading(reading);
}

} // namespace hubspool
