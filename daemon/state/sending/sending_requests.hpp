// The part of `sending` that says what is on the wire: slots, one for each request that is or may
// still land, and the rate window that answered ones still fill. A torn slot (bad checksum) was
// never followed by a byte and counts as free. Loop thread.
#pragma once

#include "os/boot_marks.hpp"
#include "os/owned_descriptor.hpp"
#include "state/sending/request_log.hpp"
#include "state/sending/sending_format.hpp"
#include "state/sending/sending_leftovers.hpp"

#include <functional>
#include <queue>
#include <string>
#include <string_view>
#include <utility>

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

class sending_requests final : public request_log {
public:
    // `file`: `sending`, which has this path; it must outlive this. The sizes are fixed from here
    // on; all offsets follow from them.
    sending_requests(const sending_options& options, std::string path,
                     const owned_descriptor& file);

    // Once, before anything else.
    result<void> take_over(bool run_before, boot_time now, sending_leftovers& left);

    result<std::size_t> sent(boot_time now, const std::vector<std::uint64_t>& id_hashes) override;
    result<void> answered(std::size_t slot, boot_time release, bool conclusive) override;

private:
    using reusable = std::pair<std::int64_t, std::size_t>; // from when, slot

    bool read_header(sending_format::header& header, bool& blank) const;
    result<void> add_marks(sending_format::header header) const;
    result<void> make_anew(std::int64_t hold_until_ms);
    result<void> read_buckets(std::int64_t now_ms, sending_leftovers& left);
    result<void> read_slots(std::int64_t now_ms, sending_leftovers& left);
    void take_slot(std::size_t index, sending_format::slot found, std::int64_t now_ms,
                   sending_leftovers& left);
    result<void> write(std::string_view bytes, std::uint64_t offset) const;
    result<void> count_release(std::int64_t at_ms);

    sending_options options_;
    std::string path_;
    const owned_descriptor& file_;
    sending_format::geometry sizes_;

    std::vector<sending_format::bucket> buckets_;
    std::vector<sending_format::slot> slots_; // those on the wire
    std::vector<std::size_t> free_;
    std::priority_queue<reusable, std::vector<reusable>, std::greater<>> waiting_;
    std::int64_t last_now_ms_ = 0;
};

} // namespace hubspool
