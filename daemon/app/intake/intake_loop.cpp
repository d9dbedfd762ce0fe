#include "app/intake/intake_loop.hpp"

#include "base/clocks.hpp"
#include "base/log.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <limits>
#include <utility>

namespace hubspool {

namespace {
constexpr std::size_t files_a_scan = 10000;
// While there is something to read, looking for more may wait this long.
constexpr milliseconds busy_scan_every{20};
// How far the durable frontier runs ahead of reading: one commit serves that much.
constexpr std::uint64_t frontier_ahead_bytes = 64ULL << 20;
constexpr std::size_t frontier_ahead_files = 1000;
constexpr std::uint64_t frontier_numbers_ahead = 64;
constexpr std::uint32_t decode_crashes_max = 3;

// How long the kernel lets the holder of a lease go on when another wants the file.
milliseconds lease_break_time() {
    constexpr int kernels_default = 45;
    int seconds = kernels_default;
    if (!(std::ifstream("/proc/sys/fs/lease-break-time") >> seconds)) seconds = kernels_default;
    return std::chrono::seconds(seconds);
}
// So much is gathered before it is handed over, while there is more to read.
constexpr std::size_t gathered_bytes = std::size_t{256} << 10;
constexpr std::size_t gathered_blocks = 64;
} // namespace

intake_loop::intake_loop(queue_directory& queue, queue_watcher& watcher, sending_file& sending,
                         mailbox<settle_message>& settle, byte_budget& budget,
                         const settings& options, intake_start start, bool drain,
                         intake_events events)
    : queue_(queue), watcher_(watcher), sending_(sending), settle_(settle), budget_(budget),
      options_(options), events_(std::move(events)), drain_(drain), at_(std::move(start)) {
    if (!at_.files.empty()) taken_up_to_ = at_.files.back().file.number;
}

std::optional<std::string> intake_start::rewritten(std::uint64_t number, std::uint64_t size,
                                                   std::int64_t mtime_ns) const {
    const auto known = begun.find(number);
    if (known == begun.end() || known->second.from.offset == 0 || known->second.mtime_ns == 0)
        return std::nullopt;
    const bool same = size > known->second.size ||
                      (size == known->second.size && mtime_ns == known->second.mtime_ns);
    if (same) return std::nullopt;
    return "it was rewritten while hubspool was not running, after a part of it had been read";
}

void intake_loop::stop() {
    stop_ = true;
    budget_.close();
    watcher_.wake();
}

void intake_loop::run() {
    judge_crash();
    check_frontier();
    if (drain_) claim_for_drain();
    while (!stopped()) {
        if (!drain_ && scan_is_due()) scan();
        if (at_.files.empty() && at_.more_after) {
            refill();
            continue;
        }
        if (!at_.files.empty()) {
            set_reading(true);
            read_next();
            if (at_.files.empty()) hand_over();
            check_frontier();
            continue;
        }
        set_reading(false);
        if (drain_) {
            events_.read_everything(scan_trouble_.empty() ? reports_.left_behind() : scan_trouble_);
            return;
        }
        const boot_time now = boot_now();
        const boot_time next = scan_at_.value_or(now + options_.queue.scan_interval);
        if (next > now) watcher_.wait(next - now);
        events_.woke();
        scan_at_ = boot_now();
    }
}

void intake_loop::claim_for_drain() {
    // Everything that is there now, or becomes ready within one quiet period; what producers add
    // meanwhile must not make it endless.
    const boot_time until = boot_now() + options_.queue.quiet_period + std::chrono::seconds(1);
    while (!stopped()) {
        const boot_time began = boot_now();
        scan();
        const boot_time now = boot_now();
        if (!scan_at_) return;
        if (*scan_at_ <= now) continue; // more than one scan takes in was there
        // What was not ready in a scan that began now has come, or was written to, since the call.
        if (began >= until) return;
        if (now < until) watcher_.wait(std::min(*scan_at_, until) - now);
    }
}

bool intake_loop::scan_is_due() const {
    if (!at_.files.empty()) return busy_scan_is_due();
    return !scan_at_ || *scan_at_ <= boot_now();
}

void intake_loop::scan() {
    hand_over();
    if (!at_.files.empty()) watcher_.wait(milliseconds(0)); // takes in what was announced meanwhile
    scan_at_.reset();
    const boot_time began = boot_now();
    while (!stopped()) {
        scan_result found =
            queue_.scan(at_.next_number, files_a_scan, [this](lane in, const std::string& name) {
                return watcher_.announced(in, name);
            });
        for (claimed_file& file : found.claimed) {
            watcher_.forget(file.lane, file.name);
            // A claim whose fsync failed is handed out again, and may have been listed meanwhile.
            if (at_.more_after || file.number <= taken_up_to_) continue;
            if (at_.files.size() >= files_known_max) {
                at_.more_after = at_.files.back().file.number;
                continue;
            }
            taken_up_to_ = file.number;
            at_.files.push_back({std::move(file), {}});
        }
        if (!found.error) reports_.stepped_over(found.skipped, found.skipped_total, boot_now());
        if (found.error) {
            if (scan_trouble_ != found.error->message)
                log::error("the queue cannot be scanned: " + found.error->message);
            scan_trouble_ = found.error->message;
            scan_at_ = boot_now() + options_.queue.scan_interval;
            break;
        }
        scan_trouble_.clear();
        if (found.again_after) scan_at_ = boot_now() + *found.again_after;
        if (found.claimed.size() < files_a_scan) break;
    }
    // Looking must not take most of the time where very many names wait.
    const milliseconds took = boot_now() - began;
    busy_scan_wait_ = std::max(busy_scan_every, 10 * took);
    scanned_at_ = boot_now();
}

void intake_loop::refill() {
    std::vector<skipped_name> skipped;
    result<std::vector<claimed_file>> more =
        queue_.claimed_page(*at_.more_after, files_known_max, skipped);
    if (!more) {
        log::error("cur/ cannot be read: " + more.error().message);
        watcher_.wait(options_.queue.scan_interval);
        return;
    }
    at_.more_after.reset();
    if (more->size() == files_known_max) at_.more_after = more->back().number;
    for (claimed_file& file : *more) {
        taken_up_to_ = std::max(taken_up_to_, file.number);
        file_to_read next{std::move(file), {}};
        if (at_.take_up(next)) at_.files.push_back(std::move(next));
    }
}

result<int> intake_loop::open_patiently(const claimed_file& file) {
    std::optional<boot_time> until;
    while (true) {
        result<int> opened = queue_.open_claimed(file);
        if (opened || stopped()) return opened;
        const int code = opened.error().code;
        const bool ours =
            code == EMFILE || code == ENFILE || code == ENOMEM; // not the file's fault
        if (!ours && code != EAGAIN && code != EBUSY) return opened;
        if (!until) until = boot_now() + patience_with(file, code);
        if (!ours && boot_now() >= *until) return opened;
        hand_over();
        watcher_.wait(options_.queue.quiet_period / 10 + milliseconds(1));
        if (!drain_ && busy_scan_is_due()) scan();
    }
}

milliseconds intake_loop::patience_with(const claimed_file& file, int code) {
    if (code == EBUSY) return lease_break_time() + std::chrono::seconds(1);
    // A second link may be one that its producer is about to remove: a quiet period after the last
    // change of its links, of which the claim is one. So many such files wait no longer than one.
    const milliseconds quiet = options_.queue.quiet_period;
    const auto look = queue_.look(file);
    if (!look || !*look) return quiet;
    const wall_time changed(
        std::chrono::floor<milliseconds>(std::chrono::nanoseconds((*look)->ctime_ns)));
    return std::clamp(changed + quiet - wall_now(), milliseconds(0), quiet);
}

void intake_loop::read_next() {
    const file_to_read next = at_.files.front();
    at_.files.pop_front();
    file_row row;
    row.number = next.file.number;
    row.lane = next.file.lane;
    row.name = next.file.name;
    row.size = next.file.size;
    row.claimed = wall_now();
    told_.emplace_back(file_started{row});

    const result<int> opened = open_patiently(next.file);
    if (stopped()) {
        if (opened) ::close(*opened);
        return;
    }
    if (!opened) {
        file_end end;
        end.keep_because = opened.error().message;
        end.size = next.file.size;
        return file_ends(next.file, end);
    }
    file_reader_options how;
    how.record_bytes_max = options_.queue.max_record_bytes;
    how.quiet_period = options_.queue.quiet_period;
    how.decode = {options_.records.refuse_unknown_fields, options_.records.name_value_only};
    how.keep_on = [this] { return keep_on(); };
    const auto reader =
        file_reader::make(*opened, next.file.number, next.file.lane, next.from, how);
    read_blocks(*reader, next.file,
                at_.rewritten(next.file.number, reader->size(), reader->mtime_ns()));
}

void intake_loop::read_blocks(file_reader& reader, const claimed_file& file,
                              const std::optional<std::string>& rewritten) {
    while (true) {
        check_frontier_at({file.number, reader.at().offset});
        if (!wait_for_room()) return;
        if (stopped()) return;
        std::optional<decoded_block> block = next_block(reader, file.number);
        if (stopped()) return; // what was read is read again at the next start
        if (!block) break;
        want_frontier({file.number, block->to.offset}, reader);
        const auto& kept = reader.end().keep_because;
        told_.emplace_back(block_read{file.number, block->from, reader.size(), reader.mtime_ns(),
                                      kept ? kept : rewritten});
        gather(std::move(*block));
        if (!drain_ && busy_scan_is_due()) scan();
    }
    file_end end = reader.end();
    if (!end.keep_because) end.keep_because = rewritten;
    if (!end.remark.empty()) log::warning(end.remark, {{"file", file.name}});
    file_ends(file, end);
}

void intake_loop::file_ends(const claimed_file& file, const file_end& end) {
    intake_reports::read(file, end);
    told_.emplace_back(file_read{file.number, end});
    read_.ended.push_back(file.number);
}

void intake_loop::gather(decoded_block block) {
    read_bytes_ += block.bytes();
    read_.blocks.push_back(std::move(block));
    if (read_bytes_ >= gathered_bytes || read_.blocks.size() >= gathered_blocks) hand_over();
}

// The state thread hears of a file before any outcome of it can come.
void intake_loop::hand_over() {
    if (!told_.empty()) settle_.post_all(told_);
    if (read_.blocks.empty() && read_.ended.empty()) return;
    events_.read(std::exchange(read_, {}));
    read_bytes_ = 0;
}

bool intake_loop::wait_for_room() {
    if (budget_.wait_for_room(milliseconds(0), before_frontier_)) return !stopped();
    hand_over();
    // What arrives meanwhile is claimed all the same: its number is its place in the order.
    while (!budget_.wait_for_room(options_.queue.scan_interval, before_frontier_)) {
        if (stopped()) return false;
        if (!drain_) scan();
    }
    return !stopped();
}

// What crashed the decoder again and again, each time read by itself, is not decoded any more.
void intake_loop::judge_crash() {
    if (!at_.crash || at_.crash->times < decode_crashes_max) return;
    if (at_.undecodable.emplace(at_.crash->file, at_.crash->begin).second)
        sending_.note_undecodable(at_.crash->file, at_.crash->begin);
    at_.crash.reset();
}

bool intake_loop::is_near_undecodable(std::uint64_t number, std::uint64_t begin,
                                      std::uint64_t end) const {
    return at_.undecodable.lower_bound({number, begin}) !=
           at_.undecodable.lower_bound({number, end});
}

std::optional<decoded_block> intake_loop::next_block(file_reader& reader, std::uint64_t number) {
    const std::uint64_t begin = reader.at().offset;
    // A block may run on past its size to the end of a record.
    const std::uint64_t reach = file_reader_options{}.block_bytes + options_.queue.max_record_bytes;
    const bool suspect = at_.crash && at_.crash->file == number && begin < at_.crash->end &&
                         begin + reach > at_.crash->begin;
    // Record by record, so that what crashes is found and nothing else is given up with it.
    const bool one_by_one = suspect || is_near_undecodable(number, begin, begin + reach);
    reader.set_block_bytes(one_by_one ? 1 : file_reader_options{}.block_bytes);
    if (at_.undecodable.contains({number, begin})) {
        log::error("a record that crashed the decoder again and again becomes a dead letter",
                   {{"file", number}, {"offset", begin}});
        return reader.next_undecoded("decoding it crashed the program three times");
    }
    // Only the crashes of this very record are its own; the first may have been that of any in a
    // large block.
    std::uint32_t crashes = 0;
    if (suspect) crashes = at_.crash->begin == begin ? at_.crash->times : 1;
    decoding_ = {number, begin, begin + (one_by_one ? options_.queue.max_record_bytes : reach),
                 crashes};
    sending_.decoding(decoding_.file, decoding_.begin, decoding_.end, decoding_.times);
    std::optional<decoded_block> block = reader.next();
    sending_.decoded();
    return block;
}

// Once a window: a record that is never closed may be as long as its file.
bool intake_loop::keep_on() {
    if (!drain_ && !stopped() && busy_scan_is_due()) {
        sending_.decoded(); // a crash in there is no record's fault
        scan();
        sending_.decoding(decoding_.file, decoding_.begin, decoding_.end, decoding_.times);
    }
    return !stopped();
}

void intake_loop::want_frontier(position upto, const file_reader& reader) {
    if (upto <= frontier_asked_ && upto.file < frontier_ask_at_) return;
    frontier_ask_at_ = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t ahead = reader.size() > upto.place ? reader.size() - upto.place : 0;
    position wanted = end_of_file(upto.file);
    if (ahead > frontier_ahead_bytes) {
        wanted = {upto.file, upto.place + frontier_ahead_bytes};
    } else {
        std::size_t files = 0;
        bool all = !at_.more_after.has_value();
        for (const file_to_read& next : at_.files) {
            ahead += next.file.size;
            if (ahead > frontier_ahead_bytes || ++files > frontier_ahead_files) {
                all = false;
                break;
            }
            wanted = end_of_file(next.file.number);
        }
        // Also some numbers that are not given yet, asked for anew when half of them are: an object
        // that gets a record in file after file would else always wait for the next commit. Large
        // files are numbered above them, since a restart reads up to the frontier whatever the
        // memory limit says.
        if (all) {
            frontier_ask_at_ = wanted.file + frontier_numbers_ahead / 2;
            wanted = end_of_file(wanted.file + frontier_numbers_ahead);
        }
        queue_.number_large_files_above(std::max(wanted, frontier_asked_).file);
    }
    if (wanted <= frontier_asked_) return;
    frontier_asked_ = wanted;
    told_.emplace_back(frontier_wanted{wanted});
}

void intake_loop::check_frontier() {
    if (at_.files.empty()) {
        if (!at_.more_after) check_frontier_at(end_of_file(at_.next_number));
    } else {
        check_frontier_at({at_.files.front().file.number, at_.files.front().from.offset});
    }
}

void intake_loop::check_frontier_at(position next_unread) {
    if (!before_frontier_ || next_unread <= at_.frontier) return;
    before_frontier_ = false;
    hand_over();
    events_.passed_frontier();
}

void intake_loop::set_reading(bool reading) {
    if (reading_ == reading) return;
    reading_ = reading;
    events_.reading(reading);
}

} // namespace hubspool
