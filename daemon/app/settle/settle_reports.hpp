// What the state thread tells the journal beside its outcomes, at a bounded rate. State thread.
#pragma once

#include "core/books/file_row.hpp"
#include "core/words/time.hpp"

#include <cstdint>
#include <string>

namespace hubspool {

class settle_reports {
public:
    static constexpr milliseconds overtaken_every = std::chrono::minutes(1);

    // A file of which more than half lost to what was delivered before. The first is named; of more
    // within a minute their number is told, by look().
    void overtaken(const file_row& file, boot_time now);
    // Now and then, and at the end.
    void look(boot_time now, bool last = false);
    // Why what operators asked for cannot be read; empty: it can. Said once.
    void request_trouble(const std::string& why);

private:
    boot_time overtaken_next_ = {};
    std::uint64_t overtaken_files_ = 0, overtaken_records_ = 0; // not told yet
    std::string request_trouble_;                               // said
};

} // namespace hubspool
