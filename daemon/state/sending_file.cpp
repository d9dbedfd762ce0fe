#include "state/sending_file.hpp"

#include "os/file_io.hpp"
#include "os/owned_descriptor.hpp"
#include "state/sending_format.hpp"
#include "state/state_failure.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <functional>
#include <queue>

namespace hubspool {

namespace {

namespace format = sending_format;

std::int64_t ms_of(boot_time at) {
    return at.time_since_epoch().count();
}
boot_time time_of(std::int64_t ms) {
    return boot_time(milliseconds(ms));
}

template <std::size_t Size>
std::string_view view(const std::array<char, Size>& bytes) {
    return {bytes.data(), bytes.size()};
}

class ring_and_slots final : public sending_file {
public:
    // The sizes are fixed at the opening; all offsets follow from them.
    ring_and_slots(const sending_options& options, std::string path, owned_descriptor file)
        : options_(options), path_(std::move(path)), file_(std::move(file)),
          sizes_{options.slots, options.ids_max, options.window.count(), options.margin.count()},
          buckets_(sizes_.buckets()), slots_(sizes_.slots) {}

    // Once, before anything else.
    result<void> take_over(bool run_before, boot_time now, sending_leftovers& left);

    result<std::size_t> sent(boot_time now, const std::vector<std::uint64_t>& id_hashes) override;
    result<void> answered(std::size_t slot, boot_time release, bool conclusive) override;
    void decoding(std::uint64_t file, std::uint64_t begin, std::uint64_t end,
                  std::uint32_t crashes_before) override;
    void decoded() override;
    void note_undecodable(std::uint64_t file, std::uint64_t offset) override;
    void confirm_decode_crash() noexcept override;

private:
    using reusable = std::pair<std::int64_t, std::size_t>; // from when, slot

    bool read_header(format::header& header, bool& blank) const;
    void read_mark(sending_leftovers& left) const;
    void read_spots(sending_leftovers& left);
    result<void> add_marks(format::header header) const;
    result<void> make_anew(std::int64_t hold_until_ms);
    result<void> read_buckets(std::int64_t now_ms, sending_leftovers& left);
    result<void> read_slots(std::int64_t now_ms, sending_leftovers& left);
    void take_slot(std::size_t index, format::slot found, std::int64_t now_ms,
                   sending_leftovers& left);
    result<void> write(std::string_view bytes, std::uint64_t offset) const;
    result<void> count_release(std::int64_t at_ms);

    sending_options options_;
    std::string path_;
    owned_descriptor file_;
    format::geometry sizes_;

    // Loop thread.
    std::vector<format::bucket> buckets_;
    std::vector<format::slot> slots_; // those on the wire
    std::vector<std::size_t> free_;
    std::priority_queue<reusable, std::vector<reusable>, std::greater<>> waiting_;
    std::int64_t last_now_ms_ = 0;

    // Thread that decodes.
    std::vector<format::spot> spots_;       // by their place in the file; file 0: none
    std::atomic<pid_t> decoding_thread_{0}; // also read by the handler of a crash; 0: nobody is
};

result<void> ring_and_slots::write(std::string_view bytes, std::uint64_t offset) const {
    if (write_all_at(file_.get(), bytes, offset)) return {};
    return state_failure("write to", path_, errno);
}

// --- opening

result<void> ring_and_slots::take_over(bool run_before, boot_time now, sending_leftovers& left) {
    // Read before anything may be made anew: a crash of the decoder must not be forgotten.
    last_now_ms_ = ms_of(now);
    read_mark(left);
    read_spots(left);
    format::header header;
    bool blank = false;
    const bool found = read_header(header, blank);
    // Times of the boot clock mean something only within one boot.
    const bool of_this_boot = found && same_boot(header.boot, options_.boot);

    std::int64_t hold_ms = of_this_boot ? header.hold_all_until_ms : 0;
    // Other sizes put everything elsewhere: what stands there cannot be read any more.
    if (of_this_boot && header.sizes == sizes_) {
        if (auto done = add_marks(header); !done) return done;
        if (auto done = read_buckets(last_now_ms_, left); !done) return done;
        if (auto done = read_slots(last_now_ms_, left); !done) return done;
    } else {
        // What may be on its way cannot be told, unless nothing ever was sent from here.
        if (found || !blank || run_before) {
            hold_ms = std::max(hold_ms, ms_of(now + options_.late + options_.window));
        }
        if (auto done = make_anew(hold_ms); !done) return done;
        // From the highest down, so that slot 0 is taken first.
        for (std::size_t i = slots_.size(); i > 0; --i) free_.push_back(i - 1);
    }
    if (time_of(hold_ms) > now) left.hold_all_until = time_of(hold_ms);
    return {};
}

// False: no whole file is there. `blank`: nothing was ever written to it.
bool ring_and_slots::read_header(format::header& header, bool& blank) const {
    struct stat status{};
    blank = ::fstat(file_.get(), &status) == 0 && status.st_size == 0;
    std::array<char, format::header_bytes> bytes{};
    if (blank || !read_all_at(file_.get(), bytes.data(), bytes.size(), format::header_offset)) {
        // An empty file was made just now, and says nothing against sending.
        return false;
    }
    blank = std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0'; });
    if (!format::decode(view(bytes), header)) return false;
    // A whole header over a cut file is no whole file.
    const bool whole = static_cast<std::uint64_t>(status.st_size) >= header.sizes.file_bytes();
    return whole;
}

// The mark stays as it is until the next window: a kill in between must not forget the crash.
void ring_and_slots::read_mark(sending_leftovers& left) const {
    std::array<char, format::mark_bytes> bytes{};
    if (!read_all_at(file_.get(), bytes.data(), bytes.size(), format::mark_offset)) return;
    format::mark mark;
    // Set but not confirmed: the process was killed, and the record is not to blame.
    if (!format::decode(view(bytes), mark) || !mark.set || !mark.confirmed) return;
    left.decode = decode_crash{mark.file, mark.begin, mark.end, mark.crashes_before + 1};
}

void ring_and_slots::read_spots(sending_leftovers& left) {
    spots_.resize(format::spots_max);
    std::array<char, format::spot_bytes> bytes{};
    for (std::size_t i = 0; i < spots_.size(); ++i) {
        const bool found = read_all_at(file_.get(), bytes.data(), bytes.size(),
                                       format::spots_offset + i * format::spot_bytes) &&
                           format::decode(view(bytes), spots_[i]);
        // A spot that was never written fails its checksum.
        if (!found)
            spots_[i] = {};
        else
            left.undecodable.emplace_back(spots_[i].file, spots_[i].offset);
    }
}

// This run may see marks of the same boot that the one before did not.
result<void> ring_and_slots::add_marks(format::header header) const {
    const std::string before = encode(header);
    if (!options_.boot.kernel.empty()) header.boot.kernel = options_.boot.kernel;
    // A mark that cannot be had now is kept from before.
    if (!options_.boot.memory.empty()) header.boot.memory = options_.boot.memory;
    const std::string now = encode(header);
    return now == before ? result<void>() : write(now, format::header_offset);
}

// In place, so that it needs no second file's space on a full disk. With a hold, the first header
// keeps that while the rest is not yet whole.
result<void> ring_and_slots::make_anew(std::int64_t hold_until_ms) {
    format::header header{{}, options_.boot, hold_until_ms};
    // A crash from here on must not let the next run send at once.
    if (hold_until_ms != 0) {
        if (auto done = write(encode(header), format::header_offset); !done) return done;
    }
    const auto size = static_cast<off_t>(sizes_.file_bytes());
    // Allocated, so that a full disk later cannot keep a request from being noted.
    if (const int code = ::posix_fallocate(file_.get(), 0, size); code != 0) {
        return state_failure("allocate", path_, code);
    }
    const std::string zeros(std::size_t{1} << 16, '\0');
    for (std::uint64_t at = format::buckets_offset; at < sizes_.file_bytes();) {
        const auto part = std::min<std::uint64_t>(zeros.size(), sizes_.file_bytes() - at);
        if (auto done = write({zeros.data(), part}, at); !done) return done;
        at += part;
    }
    if (::ftruncate(file_.get(), size) != 0) return state_failure("cut", path_, errno);
    // The header with its sizes comes last: only then the file counts as whole.
    header.sizes = sizes_;
    return write(encode(header), format::header_offset);
}

result<void> ring_and_slots::read_buckets(std::int64_t now_ms, sending_leftovers& left) {
    std::string bytes(buckets_.size() * format::bucket_bytes, '\0');
    if (!read_all_at(file_.get(), bytes.data(), bytes.size(), sizes_.bucket_offset(0))) {
        return state_failure("read", path_, errno);
    }
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        const auto part =
            std::string_view(bytes).substr(i * format::bucket_bytes, format::bucket_bytes);
        format::bucket found;
        // A torn bucket is of a moment whose request is counted by its slot.
        if (!format::decode(part, found) || found.count == 0) continue;
        buckets_[i] = found;
        if (found.at_ms > now_ms) left.released_at.emplace_back(time_of(found.at_ms), found.count);
    }
    // The limiter takes them in order.
    std::sort(left.released_at.begin(), left.released_at.end());
    return {};
}

result<void> ring_and_slots::read_slots(std::int64_t now_ms, sending_leftovers& left) {
    std::string bytes(sizes_.slot_bytes(), '\0');
    // Backwards, so that the list of free slots ends with the lowest.
    for (std::size_t i = slots_.size(); i > 0; --i) {
        if (!read_all_at(file_.get(), bytes.data(), bytes.size(), sizes_.slot_offset(i - 1))) {
            return state_failure("read", path_, errno);
        }
        take_slot(i - 1, format::decode_slot(bytes), now_ms, left);
    }
    return {};
}

void ring_and_slots::take_slot(std::size_t index, format::slot found, std::int64_t now_ms,
                               sending_leftovers& left) {
    const bool answered = found.state == format::slot_state::answered;
    // Whatever the run before had on the wire ended with it, or at its deadline before.
    const std::int64_t ended_ms =
        std::min(now_ms, found.written_ms + options_.request_timeout.count());
    const std::int64_t lands_until_ms = ended_ms + options_.late.count();
    // Unanswered, it also fills the rate window.
    const std::int64_t fills_until_ms =
        answered ? 0 : found.written_ms + (options_.window + options_.margin).count();
    const std::int64_t until_ms = std::max(lands_until_ms, fills_until_ms);
    if (found.state == format::slot_state::free || until_ms <= now_ms) {
        free_.push_back(index);
        return;
    }
    waiting_.emplace(until_ms, index);
    left.requests.push_back(
        {time_of(found.written_ms), time_of(lands_until_ms), std::move(found.id_hashes), answered});
}

// --- requests

result<std::size_t> ring_and_slots::sent(boot_time now,
                                         const std::vector<std::uint64_t>& id_hashes) {
    last_now_ms_ = ms_of(now);
    // More objects than a slot has room for cannot be held back after a crash.
    if (id_hashes.size() > sizes_.ids) {
        return failure{fmt::format("a request names {} objects, but {} has room for {}",
                                   id_hashes.size(), path_, sizes_.ids),
                       E2BIG};
    }
    // Slots whose time is over come free before a new one is taken.
    for (; !waiting_.empty() && waiting_.top().first <= last_now_ms_; waiting_.pop()) {
        free_.push_back(waiting_.top().second);
    }
    if (free_.empty()) {
        return failure{fmt::format("all {} slots of {} are taken by requests that may still be "
                                   "applied; sending goes on when the oldest is {} s old",
                                   sizes_.slots, path_,
                                   (options_.request_timeout + options_.late).count() / 1000),
                       EAGAIN};
    }
    const std::size_t index = free_.back();
    format::slot taken{format::slot_state::sent, last_now_ms_, id_hashes};
    // Written before the first byte of the request: after kill -9 the next run knows of it.
    if (auto done = write(encode(taken), sizes_.slot_offset(index)); !done) return done.error();
    free_.pop_back();
    slots_[index] = std::move(taken);
    return index;
}

result<void> ring_and_slots::answered(std::size_t slot, boot_time release, bool conclusive) {
    if (slot >= slots_.size() || slots_[slot].state != format::slot_state::sent) {
        return failure{fmt::format("slot {} of {} is not on the wire", slot, path_)};
    }
    // From here on the slot is no request on the wire, whatever comes of the writes.
    format::slot taken = std::exchange(slots_[slot], format::slot{});
    const std::int64_t late_ms =
        taken.written_ms + (options_.request_timeout + options_.late).count();
    // The release first: a crash between the two counts the request twice, never not at all.
    auto done = count_release(ms_of(release));
    if (done) {
        taken.state = conclusive ? format::slot_state::free : format::slot_state::answered;
        if (conclusive) taken.id_hashes.clear();
        done = write(encode(taken, true), sizes_.slot_offset(slot));
    }
    // Conclusive: it can be taken at once. Else its objects may still change until then.
    if (done && conclusive) {
        free_.push_back(slot);
    } else {
        waiting_.emplace(late_ms, slot);
    }
    return done;
}

result<void> ring_and_slots::count_release(std::int64_t at_ms) {
    // Already over: it fills no window.
    if (at_ms <= last_now_ms_) return {}; // its place is free already
    const std::uint64_t index = static_cast<std::uint64_t>(at_ms) % buckets_.size();
    format::bucket& bucket = buckets_[index];
    // The ring is longer than any release lies ahead; should one lie further, those it meets are
    // released no earlier than it.
    const bool open = bucket.at_ms > last_now_ms_;
    bucket.count = (open ? bucket.count : 0) + 1;
    bucket.at_ms = open ? std::max(bucket.at_ms, at_ms) : at_ms;
    return write(view(encode(bucket)), sizes_.bucket_offset(index));
}

// --- the decode mark. A write that fails is not told: a crash is then not counted, no more.

void ring_and_slots::decoding(std::uint64_t file, std::uint64_t begin, std::uint64_t end,
                              std::uint32_t crashes_before) {
    // Two writes of one page each: a mark is whole or fails its checksum.
    const auto bytes = encode(format::mark{file, begin, end, crashes_before, true, false});
    (void)write_all_at(file_.get(), view(bytes), format::mark_offset);
    // The handler runs in the thread that crashed; any other thread's crash is not the decoder's.
    decoding_thread_ = ::gettid();
}

// The mark stays: it counts only once the handler has confirmed it, which it does for this thread
// alone, and only in between. Taking it back would cost small files as much as setting it.
void ring_and_slots::decoded() {
    decoding_thread_ = 0;
}

void ring_and_slots::note_undecodable(std::uint64_t file, std::uint64_t offset) {
    // Files leave in the order of their numbers: the lowest is the least likely to be met again.
    const auto place = std::min_element(spots_.begin(), spots_.end());
    *place = {file, offset};
    const auto index = static_cast<std::uint64_t>(place - spots_.begin());
    (void)write_all_at(file_.get(), view(encode(*place)),
                       format::spots_offset + index * format::spot_bytes);
}

void ring_and_slots::confirm_decode_crash() noexcept {
    // In a handler of a signal: nothing but an atomic load and one system call.
    if (decoding_thread_.load() != ::gettid()) return;
    (void)!::pwrite(file_.get(), format::confirmed_bytes.data(), format::confirmed_bytes.size(),
                    static_cast<off_t>(format::confirmed_offset));
}

result<void> check(const sending_options& options) {
    // A bucket for each millisecond of window and margin, and a second more.
    const std::int64_t buckets = options.window.count() + options.margin.count() + 1001;
    if (options.slots == 0 || options.slots > format::slots_max || options.ids_max == 0 ||
        options.ids_max > format::ids_max || options.window.count() < 0 ||
        options.margin.count() < 0 || options.late.count() < 0 ||
        options.request_timeout.count() < 0 ||
        buckets > static_cast<std::int64_t>(format::buckets_max)) {
        return failure{fmt::format("the file `sending` cannot hold {} slots of {} objects and a "
                                   "rate window of {} ms: set rate_limit.window to at most {} s",
                                   options.slots, options.ids_max, options.window.count(),
                                   format::buckets_max / 1000 - 10),
                       EINVAL};
    }
    return {};
}

} // namespace

result<std::unique_ptr<sending_file>> sending_file::open(const sending_options& options,
                                                         bool run_before, boot_time now,
                                                         sending_leftovers& left) {
    if (auto fine = check(options); !fine) return fine.error();
    std::string path = options.directory + "/sending";
    owned_descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) return state_failure("open", path, errno);
    auto made = std::make_unique<ring_and_slots>(options, std::move(path), std::move(file));
    // What a run before has left is told once, to the caller.
    left = {};
    if (auto done = made->take_over(run_before, now, left); !done) return done.error();
    return std::unique_ptr<sending_file>(std::move(made));
}

} // namespace hubspool
