#include "state/sending/sending_requests.hpp"

#include "os/file_io.hpp"
#include "state/state_failure.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace hubspool {

namespace {

namespace format = sending_format;

std::int64_t ms_of(boot_time at) {
    return at.time_since_epoch().count();
}
boot_time time_of(std::int64_t ms) {
    return boot_time(milliseconds(ms));
}

} // namespace

sending_requests::sending_requests(const sending_options& options, std::string path,
                                   const owned_descriptor& file)
    : options_(options), path_(std::move(path)), file_(file),
      sizes_{options.slots, options.ids_max, options.window.count(), options.margin.count()},
      buckets_(sizes_.buckets()), slots_(sizes_.slots) {
}

result<void> sending_requests::write(std::string_view bytes, std::uint64_t offset) const {
    if (write_all_at(file_.get(), bytes, offset)) return {};
    return state_failure("write to", path_, errno);
}

// --- opening

result<void> sending_requests::take_over(bool run_before, boot_time now, sending_leftovers& left) {
    last_now_ms_ = ms_of(now);
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
bool sending_requests::read_header(format::header& header, bool& blank) const {
    struct stat status{};
    blank = ::fstat(file_.get(), &status) == 0 && status.st_size == 0;
    std::array<char, format::header_bytes> bytes{};
    if (blank || !read_all_at(file_.get(), bytes.data(), bytes.size(), format::header_offset)) {
        // An empty file was made just now, and says nothing against sending.
        return false;
    }
    blank = std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0'; });
    if (!format::decode(format::view(bytes), header)) return false;
    // A whole header over a cut file is no whole file.
    const bool whole = static_cast<std::uint64_t>(status.st_size) >= header.sizes.file_bytes();
    return whole;
}

// This run may see marks of the same boot that the one before did not.
result<void> sending_requests::add_marks(format::header header) const {
    const std::string before = encode(header);
    if (!options_.boot.kernel.empty()) header.boot.kernel = options_.boot.kernel;
    // A mark that cannot be had now is kept from before.
    if (!options_.boot.memory.empty()) header.boot.memory = options_.boot.memory;
    const std::string now = encode(header);
    return now == before ? result<void>() : write(now, format::header_offset);
}

// In place, so that it needs no second file's space on a full disk. With a hold, the first header
// keeps that while the rest is not yet whole.
result<void> sending_requests::make_anew(std::int64_t hold_until_ms) {
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

result<void> sending_requests::read_buckets(std::int64_t now_ms, sending_leftovers& left) {
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

result<void> sending_requests::read_slots(std::int64_t now_ms, sending_leftovers& left) {
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

void sending_requests::take_slot(std::size_t index, format::slot found, std::int64_t now_ms,
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

result<std::size_t> sending_requests::sent(boot_time now,
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

result<void> sending_requests::answered(std::size_t slot, boot_time release, bool conclusive) {
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

result<void> sending_requests::count_release(std::int64_t at_ms) {
    // Already over: it fills no window.
    if (at_ms <= last_now_ms_) return {}; // its place is free already
    const std::uint64_t index = static_cast<std::uint64_t>(at_ms) % buckets_.size();
    format::bucket& bucket = buckets_[index];
    // The ring is longer than any release lies ahead; should one lie further, those it meets are
    // released no earlier than it.
    const bool open = bucket.at_ms > last_now_ms_;
    bucket.count = (open ? bucket.count : 0) + 1;
    bucket.at_ms = open ? std::max(bucket.at_ms, at_ms) : at_ms;
    return write(format::view(encode(bucket)), sizes_.bucket_offset(index));
}

} // namespace hubspool
