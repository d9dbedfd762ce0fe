#include "cli/printing.hpp"

#include "base/clocks.hpp"
#include "base/log.hpp"
#include "cli/terminal.hpp"
#include "core/answers/answer_text.hpp"

#include <fmt/core.h>

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

namespace hubspool {

namespace {
int print_error = 0; // the first; the stream itself forgets it with the bytes
} // namespace

int complain(int exit_code, std::string_view message) {
    // What was printed before comes out before the complaint.
    (void)flush_printed();
    log::say(fmt::format("hubspool: {}\n", message));
    (void)log::flush(); // and before what is printed next
    return exit_code;
}

void print_text(std::string_view text) {
    const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    // The stream forgets its error with the next call.
    if (!written && print_error == 0) print_error = errno;
}

void print_json(const json_writer& json) {
    print_text(json.text() + '\n');
    (void)flush_printed();
}

int flush_printed() {
    const bool written = std::fflush(stdout) == 0;
    if (!written && print_error == 0) print_error = errno;
    return print_error;
}

bool printing_failed() {
    return print_error != 0;
}

bool printing_has_room() {
    constexpr int patience_ms = 2000;
    // A terminal that was stopped with Ctrl-S takes nothing.
    pollfd room{STDOUT_FILENO, POLLOUT, 0};
    return ::poll(&room, 1, patience_ms) == 1;
}

std::string shown_time(wall_time at) {
    std::string text = iso_time(at);
    text[text.find('T')] = ' ';
    text.erase(text.find('.'));
    return text + 'Z';
}

std::string_view lane_name(lane which) {
    return which == lane::live ? "live" : "bulk";
}

std::string overtaken_text(std::uint64_t records) {
    return records == 0 ? "" : fmt::format(" ({} by what was delivered before)", records);
}

std::string fact_row(std::string_view name, std::string_view text) {
    return fmt::format("  {:<12}{}\n", name, text);
}

std::string unchanged_text(std::uint64_t records, fmt::format_string<std::uint64_t&> words) {
    return records == 0 ? "" : fmt::format(words, records);
}

std::string counted(std::uint64_t number, std::string_view noun) {
    return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string one_line(std::string_view text, std::size_t bytes_max) {
    return clean_text(text, bytes_max);
}

text_table::text_table(std::vector<std::string> headings) {
    for (std::string& heading : headings) {
        // The first sign of a heading says how its column stands.
        columns_.push_back(heading.starts_with('>')   ? column::right
                           : heading.starts_with('+') ? column::folding
                                                      : column::left);
        if (columns_.back() != column::left) heading.erase(0, 1);
    }
    rows_.push_back(std::move(headings));
}

std::string text_table::line_of(const std::vector<std::string>& row,
                                const std::vector<std::size_t>& widths, bool folded) const {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
        // What folds goes below the line on a narrow terminal.
        if (folded && columns_[i] == column::folding) continue;
        const std::string blanks(widths[i] - display_width(row[i]), ' ');
        line += columns_[i] == column::right ? blanks + row[i] : row[i] + blanks;
        line += "  ";
    }
    return line.substr(0, line.find_last_not_of(' ') + 1);
}

std::string text_table::text(std::optional<std::size_t> width) const {
    std::vector<std::size_t> widths(columns_.size());
    for (const auto& row : rows_) {
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], display_width(row[i]));
    }
    std::size_t all = 0;
    for (const std::size_t one : widths) all += one + 2;
    // Without a terminal nothing is cut: a script reads the whole line.
    const bool fits = !width || all <= *width + 2;
    std::string out;
    for (const auto& row : rows_) {
        const std::string line = line_of(row, widths, !fits);
        out += (fits ? line : cut_to_width(line, *width)) + '\n';
        if (fits) continue;
        std::string below;
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (columns_[i] == column::folding && !row[i].empty()) below += "  " + row[i];
        }
        if (!below.empty()) out += cut_to_width("  " + below, *width) + '\n';
    }
    return out;
}

} // namespace hubspool
