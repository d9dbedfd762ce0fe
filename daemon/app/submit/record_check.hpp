// Reads records as the daemon will, and says which of them it would refuse. Holds a window, not the
// file.
#pragma once

#include "config/settings.hpp"
#include "core/records/change_json.hpp"
#include "core/rows/piece_feed.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

inline constexpr std::size_t bad_records_listed_max = 20;
inline constexpr std::size_t unknown_fields_listed_max = 20;

class record_check {
public:
    // `name`: of the file, which tells a table.
    record_check(const settings& options, std::string_view name);

    void take(std::string_view bytes);
    void end(); // no more bytes

    std::uint64_t records() const { return ordinal_; } // good and bad
    std::uint64_t bad() const { return bad_; }
    // The first ones, without their content.
    const std::vector<bad_record>& listed() const { return listed_; }
    // Of the first record: what it stood in.
    file_format format() const { return format_; }
    // Set when it cannot be read: what it is; nothing more is looked at. See core/rows/piece_feed.
    const std::string& form() const { return feed_.form(); }
    std::uint64_t lone_surrogates() const { return lone_surrogates_; }
    // Records with an as_of later than now.
    std::uint64_t future_as_of() const { return future_as_of_; }
    // Fields that HubSpot does not document, with the number of records that have them.
    const std::map<std::string, std::uint64_t>& unknown_fields() const { return unknown_fields_; }

private:
    void judge(const piece& found);
    void note_unknown(const decoded_block& block);

    std::size_t record_bytes_max_;
    piece_feed feed_;
    change_decoder decoder_;
    std::uint64_t ordinal_ = 0;
    std::uint64_t bad_ = 0;
    std::uint64_t lone_surrogates_ = 0;
    as_of_ms now_;
    std::uint64_t future_as_of_ = 0;
    file_format format_ = file_format::unknown;
    std::map<std::string, std::uint64_t> unknown_fields_;
    std::vector<bad_record> listed_;
};

} // namespace hubspool
