#include "base/line_writer.hpp"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <limits.h>
#include <mutex>
#include <thread>
#include <time.h>
#include <utility>

namespace hubspool {

namespace {

constexpr std::string_view wipe = "\r\033[K";

std::uint64_t lines_in(std::string_view text) {
    return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

// Waits as long as it takes. The error when it failed, else 0.
int write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EAGAIN) { // another process has made it so
            pollfd room{descriptor, POLLOUT, 0};
            (void)::poll(&room, 1, -1);
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

// As many whole lines as a pipe takes in one piece; at least one. A record is one by itself.
std::string_view next_piece(std::string_view lines) {
    constexpr std::array next_record{'\n', line_writer::record_mark};
    const bool is_record = lines.front() == line_writer::record_mark;
    const std::size_t border =
        lines.find(next_record.data(), 0, is_record ? 1 : next_record.size());
    lines = lines.substr(0, border == std::string_view::npos ? border : border + 1);
    // pipe(7): up to PIPE_BUF bytes are written in one piece, so lines of several writers do not
    // mix.
    if (lines.size() <= PIPE_BUF) return lines;
    const std::size_t last = lines.rfind('\n', PIPE_BUF - 1);
    const std::size_t end = last != std::string_view::npos ? last : lines.find('\n');
    return lines.substr(0, end == std::string_view::npos ? end : end + 1);
}

} // namespace

struct line_writer::shared {
    shared(int to, notice words, record_taker taker)
        : descriptor(to), of_dropped(std::move(words)), take_record(std::move(taker)) {}

    const int descriptor;
    const notice of_dropped;
    const record_taker take_record;
    std::atomic<std::uint64_t> told{0}, done{0}; // calls; done as far as they were dealt with
    std::atomic<std::uint64_t> pieces{0};        // written

    std::mutex mutex;
    std::condition_variable filled, written;
    std::string lines; // guarded by mutex, like all below
    std::string status;
    bool status_changed = false;
    std::uint64_t dropped = 0; // behind `lines`
    bool started = false, ended = false;
    bool stands_still = false; // a flush() has given up

    // The writing thread's own.
    std::uint64_t lost = 0; // lines whose write failed, or that were dropped, and not yet told
    int error = 0;          // why
    bool status_shown = false;

    void run();
    int write_piece(std::string_view piece) const;
    void put(std::string_view text);
    void put_lines(std::string_view text);
    void put_status(const std::string& text);
    void tell_lost();
};

void line_writer::shared::run() {
    // The lock is held only while texts change hands: whoever speaks never waits for the write.
    std::unique_lock lock(mutex);
    while (true) {
        filled.wait(lock,
                    [this] { return !lines.empty() || dropped > 0 || status_changed || ended; });
        if (lines.empty() && dropped == 0 && !status_changed) return;
        // Remembered with what is taken: flush() is told how far that is.
        const std::uint64_t upto = told;
        const std::string taken = std::exchange(lines, {});
        const std::uint64_t dropped_behind = std::exchange(dropped, 0);
        const std::string below = status;
        status_changed = false;
        lock.unlock();
        // The status line must not end up in the middle of the log's lines.
        if (status_shown) put(wipe);
        status_shown = false;
        // What was lost before stands before what comes now.
        tell_lost();
        put_lines(taken);
        // What found no room came after the lines taken.
        lost += dropped_behind;
        tell_lost();
        if (!below.empty()) put_status(below);
        // Told when it is on its way out, not when it was taken.
        lock.lock();
        done = upto;
        stands_still = false;
        written.notify_all();
    }
}

int line_writer::shared::write_piece(std::string_view piece) const {
    if (!take_record || piece.front() != record_mark) return write_all(descriptor, piece);
    return write_all(descriptor, take_record(piece.substr(0, piece.size() - 1)));
}

void line_writer::shared::put(std::string_view text) {
    (void)write_all(descriptor, text);
    ++pieces;
}

void line_writer::shared::put_lines(std::string_view text) {
    while (!text.empty()) {
        const std::string_view piece = next_piece(text);
        // Nobody can be told now; the count is told when writing works again.
        if (const int failed = write_piece(piece); failed != 0) {
            error = failed;
            lost += lines_in(piece);
        }
        ++pieces;
        text.remove_prefix(piece.size());
    }
}

void line_writer::shared::put_status(const std::string& text) {
    put(text);
    status_shown = true;
}

void line_writer::shared::tell_lost() {
    // If this fails as well the count stays for the next time.
    if (lost == 0 || write_piece(of_dropped(lost, error)) != 0) return;
    lost = 0;
    error = 0;
}

line_writer::line_writer(int descriptor, notice of_dropped, record_taker take_record)
    : shared_(std::make_shared<shared>(descriptor, std::move(of_dropped), std::move(take_record))) {
}

line_writer::~line_writer() {
    // The thread may stand in a write for ever: it is told, and not waited for.
    const std::lock_guard lock(shared_->mutex);
    shared_->ended = true;
    shared_->filled.notify_one();
}

namespace {

// A thread that no signal comes to: EPIPE is enough, and handlers run where they always did.
template <class Body>
void start_thread(Body body) {
    sigset_t all, before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread(std::move(body)).detach();
    // The calling thread gets its own mask back.
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

} // namespace

void line_writer::write(std::string_view line) {
    const std::lock_guard lock(shared_->mutex);
    // Started with the first line: a process that says nothing has no such thread.
    if (!std::exchange(shared_->started, true)) start_thread([keep = shared_] { keep->run(); });
    ++shared_->told;
    // Behind a dropped line all are, so that the count stands where they are missing.
    if (shared_->dropped > 0 || shared_->lines.size() + line.size() > bytes_max) {
        shared_->dropped += lines_in(line);
    } else {
        shared_->lines += line;
    }
    shared_->filled.notify_one();
}

void line_writer::show(std::string_view status) {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->status == status) return;
    if (!std::exchange(shared_->started, true)) start_thread([keep = shared_] { keep->run(); });
    ++shared_->told;
    shared_->status = status;
    shared_->status_changed = true;
    shared_->filled.notify_one();
}

bool line_writer::flush(milliseconds standing_still_max) {
    constexpr int turns_max = 10;
    std::unique_lock lock(shared_->mutex);
    const std::uint64_t upto = shared_->told;
    const auto is_done = [&] { return shared_->done >= upto; };
    // As long as something gets written there is hope, up to ten times the patience.
    for (int turn = 0; turn < turns_max && !shared_->stands_still; ++turn) {
        const std::uint64_t before = shared_->pieces;
        if (shared_->written.wait_for(lock, standing_still_max, is_done)) return true;
        // Not one piece in all that time: nobody reads.
        if (shared_->pieces == before) break;
    }
    if (is_done()) return true;
    shared_->stands_still = true;
    return false;
}

void line_writer::flush_in_signal_handler() const {
    constexpr timespec a_moment{0, 10'000'000};
    constexpr int moments_max = 20;
    // No lock in a handler: the counters are atomic, and a short sleep lets the writer get on.
    for (int i = 0; i < moments_max && shared_->done < shared_->told; ++i)
        (void)::nanosleep(&a_moment, nullptr);
}

} // namespace hubspool
