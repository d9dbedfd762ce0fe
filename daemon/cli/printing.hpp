// What the commands print with: complaints, times, and tables for people.
#pragma once

#include "core/decoded_block.hpp"
#include "core/time.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

// To standard error, as "hubspool: MESSAGE". Returns `exit_code`.
int complain(int exit_code, std::string_view message);

std::string shown_time(wall_time at); // 2026-11-23 22:41:34Z
std::string_view lane_name(lane of);
// "1 file", "2 files"
std::string counted(std::uint64_t number, std::string_view noun);
// One line that cannot steer a terminal, cut to `bytes_max`.
std::string one_line(std::string_view text, std::size_t bytes_max);

// Columns as wide as their widest cell, numbers to the right.
class text_table {
public:
    // A heading that begins with '>' is aligned to the right.
    explicit text_table(std::vector<std::string> headings);
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    std::string text() const;

private:
    std::vector<bool> right_;
    std::vector<std::vector<std::string>> rows_;
};

} // namespace hubspool
