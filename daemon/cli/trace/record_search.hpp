// Finds the records of one object in the bytes of a queue file, as the daemon reads them. Pure.
//
// An id that is written in a way of its own (4.2e1 for 42) is not found: only what has the id's
// characters in it, or an escape, is decoded. One thread.
#pragma once

#include "config/settings.hpp"
#include "core/records/change_json.hpp"
#include "core/rows/piece_feed.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

struct found_record {
    std::uint64_t ordinal = 0, line = 0;
    std::string reference;
    std::vector<std::string> fields;           // names as sent (escaped)
    std::string bad;                           // why it is none; empty: it is one
    std::optional<as_of_ms> as_of = {};        // its own
    std::optional<carried_order> carried = {}; // the order that it brings along
};

class record_search {
public:
    // `name`: of the file, which tells a table. `dialect`: in which the daemon reads it, if it
    // does.
    record_search(const settings& options, std::string object_id, std::string_view name,
                  const table_dialect& dialect = {});

    void take(std::string_view bytes);
    void end(text_end how); // no more bytes

    const std::vector<found_record>& found() const { return found_; }

private:
    void look_at(const piece& one);

    std::string object_id_;
    std::string_view escape_; // how a record may write a sign of the id otherwise
    piece_feed feed_;
    change_decoder decoder_;
    std::uint64_t ordinal_ = 0;
    std::vector<found_record> found_;
};

} // namespace hubspool
