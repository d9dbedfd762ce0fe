#include "cli/printing.hpp"

#include "base/clocks.hpp"
#include "core/answer_text.hpp"
#include "spool/queue_names.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>

namespace hubspool {

int complain(int exit_code, std::string_view message) {
    std::fflush(stdout); // what was printed before stands before it
    fmt::print(stderr, "hubspool: {}\n", message);
    return exit_code;
}

std::string shown_time(wall_time at) {
    std::string text = iso_time(at);
    text[text.find('T')] = ' ';
    text.erase(text.find('.'));
    return text + 'Z';
}

std::string_view lane_name(lane of) {
    return of == lane::live ? "live" : "bulk";
}

std::string counted(std::uint64_t number, std::string_view noun) {
    return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string one_line(std::string_view text, std::size_t bytes_max) {
    return clean_text(text, bytes_max);
}

text_table::text_table(std::vector<std::string> headings) {
    for (std::string& heading : headings) {
        right_.push_back(heading.starts_with('>'));
        if (right_.back()) heading.erase(0, 1);
    }
    rows_.push_back(std::move(headings));
}

std::string text_table::text() const {
    std::vector<std::size_t> widths(right_.size());
    for (const auto& row : rows_) {
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    std::string out;
    for (const auto& row : rows_) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += right_[i] ? fmt::format("{:>{}}  ", row[i], widths[i])
                              : fmt::format("{:<{}}  ", row[i], widths[i]);
        }
        out += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
    }
    return out;
}

} // namespace hubspool
