// The pieces of a file whose text comes bit by bit, told and cut as the daemon does it. Holds a
// window, not the file. One thread.
#pragma once

#include "core/rows/piece_scanner.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

class piece_feed {
public:
    using piece_taker = std::function<void(const piece&)>;

    // `name`: of the file, which tells a table.
    piece_feed(std::size_t record_bytes_max, csv_options csv, std::string_view name);

    // Gives the pieces that are whole with `bytes`. With a form() nothing more comes.
    void take(std::string_view bytes, const piece_taker& to) { take(bytes, text_end::open, to); }
    void end(const piece_taker& to, text_end how = text_end::whole) { take({}, how, to); }

    // Of the text at hand.
    file_format format() const { return scanner_.format(); }
    // Set when it cannot be read: what it is, as core/records/foreign_form and row_scanner tell.
    const std::string& form() const { return form_; }

private:
    void take(std::string_view bytes, text_end end, const piece_taker& to);
    void tell(bool last);

    csv_options csv_;
    std::optional<char> table_;
    piece_scanner scanner_;
    bool is_told_ = false;
    std::string form_;
    std::string window_;
};

} // namespace hubspool
