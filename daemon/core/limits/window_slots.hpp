// Which requests of the window still count after their exchange has ended, and until when.
//
// A slot is free again at the later of two times: send + window + margin, and answer + window - the
// fastest answer seen. For a request arrives somewhere between its send and its answer, and the
// next one no sooner than it is sent. Without an answer it counts from the moment its connection
// was gone.
//
// The fastest answer of all is mostly one to an account check, which is next to no work for the
// server. Its work on a batch comes after the arrival, and leaves no doubt about when that was. So
// while most batches finish within the margin of the fastest batch, what counts for them is that
// batch's time less the margin. The margin covers a batch's longer transfer; large, small or
// refused batches are not used. A slot that still counts follows what is learned after its answer:
// the first exchanges on new connections are slow, which shows beside later ones. Pure; loop
// thread.
#pragma once

#include "core/words/time.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <utility>

namespace hubspool {

enum class exchange_kind : std::uint8_t {
    batch, // as much work as any, and on its way at most the margin longer than a smaller one
    other, // an account check; or a batch that may be less work, or take longer than that
};

// `full`: of as many inputs as a batch may have; `taken`: the answer is a success.
constexpr exchange_kind kind_of_batch(bool full, std::size_t body_bytes, bool taken) {
    // 50 ms at 10 Mbit/s.
    constexpr std::size_t usual_bytes_max = 64U << 10;
    return full && taken && body_bytes <= usual_bytes_max ? exchange_kind::batch
                                                          : exchange_kind::other;
}

class window_slots {
public:
    window_slots(milliseconds window, milliseconds margin) : window_(window), margin_(margin) {}

    // So many that are free again at `release`.
    void add(boot_time release, std::uint32_t count);
    // One that was sent at `sent_at` and answered now. Returns when it is free for those who do not
    // learn what later answers tell, such as the next run: never too early by what is known now.
    boot_time answered(exchange_kind kind, boot_time sent_at, boot_time now);
    // Those that are free again count no more.
    void expire(boot_time now);

    std::uint32_t taken() const { return taken_; }
    // The same without those that are free by now, also when nobody has let them expire.
    std::uint32_t taken(boot_time now) const;
    // When the last of them is free; {}: none is taken.
    boot_time all_free_at() const {
        return releases_.empty() ? boot_time() : releases_.rbegin()->first;
    }
    // When so many of them, one at least, will be free; max(): there are fewer.
    boot_time free_at(std::uint32_t missing) const;

private:
    struct slot {
        exchange_kind kind;
        boot_time sent, answered;
        boot_time release;
    };
    boot_time release_of(const slot& s, milliseconds fastest) const;
    bool is_steady(const slot& s) const;
    void learn_pace(exchange_kind kind, milliseconds took);
    milliseconds fastest_of(exchange_kind kind) const;
    void move_releases(boot_time now);

    milliseconds window_, margin_;
    std::map<boot_time, std::uint32_t> releases_; // requests that still count, by when they stop to
    std::uint32_t taken_ = 0;                     // sum of releases_
    // Those in releases_ that follow the fastest answer, and some before.
    std::deque<slot> answered_;
    std::uint32_t batches_ = 0; // of these
    std::uint32_t steady_ = 0;  // of these batches: not much slower than the fastest
    milliseconds fastest_ = milliseconds::max();
    milliseconds fastest_batch_ = milliseconds::max();
    std::pair<milliseconds, milliseconds> pace_{fastest_, fastest_}; // releases_ follow it
};

} // namespace hubspool
