// Writes lines to a descriptor that may stand still: a pipe that nobody reads, a socket, a terminal
// that was stopped with Ctrl-S.
//
// Who has something to say never waits: a thread of its own writes. What finds no room is dropped
// and counted, and the count is written in its place once there is room again. Lines go out in the
// order they came, each whole also beside other writers of the same pipe. The descriptor's mode is
// left alone, since other processes share it. Any thread.
#pragma once

#include "core/words/time.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace hubspool {

class line_writer {
public:
    // The line, with its newline, that stands for dropped ones. error: of the last write that
    // failed; 0: nobody read them.
    using notice = std::function<std::string(std::uint64_t dropped, int error)>;

    // Is given a line that begins with `record_mark`, without its newline; may wait. What is to be
    // written in its stead; empty: it was taken.
    using record_taker = std::function<std::string(std::string_view record)>;
    static constexpr char record_mark = '\x1f';

    // The descriptor stays open as long as the process lives.
    line_writer(int descriptor, notice of_dropped, record_taker take_record = {});
    // What is not written by then may still be, or never; a write that stands still is left behind.
    ~line_writer();
    line_writer(const line_writer&) = delete;
    line_writer& operator=(const line_writer&) = delete;

    // A line with its newline, or several that belong together.
    void write(std::string_view line);
    // A last line without newline that stays below all others, for a terminal: each replaces the
    // one before, of which nothing may have been written. Empty: none any more.
    void show(std::string_view status);
    // Waits until all is written that was told before. False: given up, since nothing was written
    // for `standing_still_max`, or since it took ten times as long; from then on it waits no more
    // until something is written again.
    bool flush(milliseconds standing_still_max);
    // The same for a handler of signals: waits a fifth of a second at most, takes no lock.
    void flush_in_signal_handler() const;

    // What waits at most, and once more what is being written.
    static constexpr std::size_t bytes_max = 1U << 20;

private:
    struct shared;
    const std::shared_ptr<shared> shared_; // with the thread, which may outlive this
};

} // namespace hubspool
