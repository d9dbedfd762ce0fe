#include "spool/reading/file_bytes.hpp"

#include "base/clocks.hpp"

#include <fmt/format.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

namespace hubspool {

namespace {

constexpr int read_tries = 4;
constexpr milliseconds first_retry{50}; // doubled at each failure
constexpr int looks_per_quiet_period = 8;

} // namespace

file_bytes::file_bytes(int descriptor, std::uint64_t offset, milliseconds quiet_period)
    : descriptor_(descriptor), quiet_period_(quiet_period), offset_(offset) {
    first_ = last_ = look_now();
}

file_bytes::look file_bytes::look_now() {
    struct stat status{};
    if (::fstat(descriptor_.get(), &status) != 0) {
        end_with(fmt::format("its size cannot be told: {}", std::strerror(errno)));
        return {};
    }
    return {static_cast<std::uint64_t>(status.st_size),
            std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec};
}

void file_bytes::seek(std::uint64_t offset) {
    offset_ = offset;
    ended_ = false;
}

std::uint64_t file_bytes::skip_hole() {
    // lseek(2), SEEK_DATA: where the next byte stands that is no hole.
    const off_t data = ::lseek(descriptor_.get(), static_cast<off_t>(offset_), SEEK_DATA);
    std::uint64_t to = offset_;
    if (data >= 0) {
        to = static_cast<std::uint64_t>(data);
    } else if (errno == ENXIO) { // no data up to the end
        to = std::max(offset_, look_now().size);
    }
    return to - std::exchange(offset_, to);
}

std::size_t file_bytes::read(char* into, std::size_t room) {
    while (!ended_) {
        // It grew once, and its time is over.
        if (offset_ > first_.size && quiet_period_is_over()) {
            end_with(
                "it was still growing a quiet period after its end was first reached: producers "
                "must write in tmp/ and rename the finished file");
            return 0;
        }
        const ssize_t got = ::pread(descriptor_.get(), into, room, static_cast<off_t>(offset_));
        if (got > 0) {
            offset_ += static_cast<std::uint64_t>(got);
            failures_ = 0;
            return static_cast<std::size_t>(got);
        }
        if (got == 0) {
            // Nothing more at this moment; whether that is the end is another question.
            judge_end();
        } else if (errno != EINTR && read_failed(errno)) {
            // A signal is no failure of the disk.
            return 0;
        }
    }
    return 0;
}

// True when it failed too often.
bool file_bytes::read_failed(int error) {
    if (++failures_ == read_tries) {
        end_with(fmt::format("it cannot be read beyond byte {}: {}; look for errors of the disk in "
                             "the kernel's log",
                             offset_, std::strerror(error)));
        return true;
    }
    // A disk may come back: the waits are 50, 100 and 200 ms.
    std::this_thread::sleep_for(first_retry * (1 << (failures_ - 1)));
    return false;
}

// Nothing is left to read: is this the end, or does the file still change?
void file_bytes::judge_end() {
    const look now = look_now();
    if (ended_) return;
    // Shorter than what was read: the bytes were not those of one file.
    if (now.size < std::max(first_.size, offset_)) {
        end_with(fmt::format("it shrank from {} to {} bytes while it was read: its producer wrote "
                             "it again in place",
                             std::max(first_.size, offset_), now.size));
        return;
    }
    const look before = std::exchange(last_, now);
    if (now.size > offset_) return; // it grew since the read
    // Two equal looks at the end: it is finished.
    if (now == before) {
        ended_ = true;
        if (now.size == first_.size && now.mtime_ns != first_.mtime_ns)
            trouble_ = "it was changed while it was read, without growing: its producer wrote it "
                       "again in place";
        return;
    }
    // The contract is broken; what was read stays read, and the file is kept.
    if (quiet_period_is_over()) {
        end_with("it still changed a quiet period after its end was first reached: producers must "
                 "write in tmp/ and rename the finished file");
        return;
    }
    const auto left = *growth_deadline_ - boot_now();
    // Some looks within the quiet period, so that a slow writer has time and reading goes on soon.
    std::this_thread::sleep_for(std::clamp(quiet_period_ / looks_per_quiet_period, milliseconds(1),
                                           std::max(left, milliseconds(1))));
}

bool file_bytes::quiet_period_is_over() {
    const boot_time now = boot_now();
    // The clock runs from the first time that the end was reached.
    if (!growth_deadline_) growth_deadline_ = now + quiet_period_;
    return now >= *growth_deadline_;
}

void file_bytes::end_with(std::string trouble) {
    ended_ = true;
    is_cut_ = true;
    trouble_ = std::move(trouble);
}

} // namespace hubspool
