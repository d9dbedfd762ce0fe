// The part of `sending` that says what is being decoded, so that a record which crashes the decoder
// is found. A write that fails is not told: a crash is then not counted, no more. Thread that
// decodes, but for the handler of a crash.
#pragma once

#include "os/owned_descriptor.hpp"
#include "state/sending/sending_format.hpp"
#include "state/sending/sending_leftovers.hpp"

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <vector>

namespace hubspool {

class decode_mark {
public:
    // `file`: `sending`; it must outlive the mark.
    explicit decode_mark(const owned_descriptor& file) : file_(file) {}

    // Once, before anything else. The mark stays as it is until the next window: a kill in between
    // must not forget the crash.
    void take_over(sending_leftovers& left);

    // Around the decoding of a window.
    void decoding(std::uint64_t file, std::uint64_t begin, std::uint64_t end,
                  std::uint32_t crashes_before);
    // The mark stays: it counts only once the handler has confirmed it, which it does for this
    // thread alone, and only in between. Taking it back would cost small files as much as setting
    // it.
    void decoded() { decoding_thread_ = 0; }
    // The record at `offset` of `file` is not to be decoded by any run: there may be another like
    // it in the file, and each restart begins before both. The newest 168 are kept.
    void note_undecodable(std::uint64_t file, std::uint64_t offset);
    // For the handler of SIGSEGV, SIGBUS, SIGILL, SIGFPE and SIGABRT; async-signal-safe. Does
    // nothing unless called on the thread that is between decoding() and decoded(): the crash of
    // another thread is no record's fault.
    void confirm_crash() noexcept;

private:
    void read_mark(sending_leftovers& left) const;
    void read_spots(sending_leftovers& left);

    const owned_descriptor& file_;
    std::vector<sending_format::spot> spots_; // by their place in the file; file 0: none
    std::atomic<pid_t> decoding_thread_{0};   // also read by the handler of a crash; 0: nobody is
};

} // namespace hubspool
