// What the commands print with: complaints, times, and tables for people.
#pragma once

#include "base/json_writer.hpp"
#include "core/words/lane.hpp"
#include "core/words/time.hpp"

#include <fmt/core.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hubspool {

// To standard error, as "hubspool: MESSAGE", behind what was printed before. Returns `exit_code`.
int complain(int exit_code, std::string_view message);

// To standard output. That it cannot be written is told by flush_printed(), never by throwing.
void print_text(std::string_view text);
template <class... Arguments>
void print(fmt::format_string<Arguments...> words, Arguments&&... arguments) {
    print_text(fmt::format(words, std::forward<Arguments>(arguments)...));
}
// A line of its own, all at once: nothing comes between its parts when standard error is the same.
void print_json(const json_writer& json);
// Why something that was printed since the start could not be written; 0: all was.
int flush_printed();
// The same is known already, without writing what is held: a long list may end.
bool printing_failed();
// Standard output takes a few lines now, without waiting for who reads it longer than a moment.
bool printing_has_room();

std::string shown_time(wall_time at); // 2026-11-23 22:41:34Z
std::string_view lane_name(lane which);
// One of the facts below a heading: "  NAME        TEXT\n".
std::string fact_row(std::string_view name, std::string_view text);
// "1 file", "2 files"
std::string counted(std::uint64_t number, std::string_view noun);
// " (12 by what was delivered before)", behind a number of superseded records; empty for none.
std::string overtaken_text(std::uint64_t records);
// `words` with the number in them; empty for none, as where nothing is left out.
std::string unchanged_text(std::uint64_t records, fmt::format_string<std::uint64_t&> words);
// One line that cannot steer a terminal, cut to `bytes_max`.
std::string one_line(std::string_view text, std::size_t bytes_max);

// Columns as wide as their widest cell, numbers to the right.
class text_table {
public:
    // A heading that begins with '>' is aligned to the right. One that begins with '+' goes to a
    // second line of its row where the table is too wide for the terminal.
    explicit text_table(std::vector<std::string> headings);
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    // No line is wider than `width`; nothing: no line is folded or cut.
    std::string text(std::optional<std::size_t> width) const;

private:
    enum class column : std::uint8_t { left, right, folding };

    std::string line_of(const std::vector<std::string>& row, const std::vector<std::size_t>& widths,
                        bool folded) const;

    std::vector<column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

} // namespace hubspool
