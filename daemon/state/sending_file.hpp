// The small file `sending`: what is on the wire, so that a kill -9 is survived.
//
// Fully allocated at open; written without fsync before the first byte of every request and at its
// answer. It serves, after a crash: the rate window, the objects whose last request may still land,
// and the window of input that was being decoded when a decoder crashed. A torn slot (bad checksum)
// was never followed by a byte and counts as free. Loop thread; the decode mark: intake thread.
#pragma once

#include "base/result.hpp"
#include "core/reading/decode_crash.hpp"
#include "core/words/time.hpp"
#include "os/boot_marks.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hubspool {

struct sending_options {
    std::string directory;
    boot_marks boot;
    milliseconds late{120000}; // a request may still land so long after its end
    milliseconds window{10000};
    milliseconds margin{50};
    std::size_t slots = 4096;
    std::size_t ids_max = 100;           // in one request
    milliseconds request_timeout{60000}; // it has ended so long after it was written
};

// What the run before left behind.
struct sending_leftovers {
    // Release times (boot clock) of answered requests that still fill the rate window, with counts.
    std::vector<std::pair<boot_time, std::uint32_t>> released_at;
    // Requests without a conclusive answer: they count as sent now, and their objects are not sent
    // until `held_until`.
    struct unanswered {
        boot_time written;
        boot_time held_until;
        std::vector<std::uint64_t> id_hashes;
        // It got an answer that left open whether it is applied: its release is among released_at,
        // and it need not count as sent now.
        bool answered = false;
    };
    std::vector<unanswered> requests;
    // All sending waits until then: another boot, or the file missing while `run_before`.
    std::optional<boot_time> hold_all_until;
    // A confirmed crash of the decoder.
    std::optional<decode_crash> decode;
    // Bytes that crashed it too often, as note_undecodable() was told: file and offset.
    std::vector<std::pair<std::uint64_t, std::uint64_t>> undecodable;
};

class sending_file {
public:
    // `run_before`: there was a run on this queue (cur/.run exists), so a missing file is
    // suspicious. A fresh install waits for nothing.
    static result<std::unique_ptr<sending_file>>
    open(const sending_options& options, bool run_before, boot_time now, sending_leftovers& left);
    virtual ~sending_file() = default;

    // Before the first byte. The slot's index, or a failure (EAGAIN: no free slot yet; else the
    // write failed): do not send.
    virtual result<std::size_t> sent(boot_time now,
                                     const std::vector<std::uint64_t>& id_hashes) = 0;
    // At the answer: `release` is when the limiter frees its slot. `conclusive`: nothing of the
    // request can land any more, the slot is free; else it stays until the request cannot land any
    // more.
    virtual result<void> answered(std::size_t slot, boot_time release, bool conclusive) = 0;

    // Around the decoding of a window, on the thread that decodes.
    virtual void decoding(std::uint64_t file, std::uint64_t begin, std::uint64_t end,
                          std::uint32_t crashes_before) = 0;
    virtual void decoded() = 0;
    // The record at `offset` of `file` is not to be decoded by any run: there may be another like
    // it in the file, and each restart begins before both. The newest 168 are kept. Same thread.
    virtual void note_undecodable(std::uint64_t file, std::uint64_t offset) = 0;
    // For the handler of SIGSEGV, SIGBUS, SIGILL, SIGFPE and SIGABRT; async-signal-safe. Does
    // nothing unless called on the thread that is between decoding() and decoded(): the crash of
    // another thread is no record's fault.
    virtual void confirm_decode_crash() noexcept = 0;
};

} // namespace hubspool
