// The claimed files of one lane that are not read yet, and which of them is next: strictly in
// number order.
//
// Memory is bounded at any backlog: names beyond files_known_max are not kept, and are looked up in
// cur/ again when those before them are read. Pure; intake thread.
#pragma once

#include "core/words/arrival.hpp"
#include "core/words/claimed_file.hpp"
#include "core/words/read_point.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

// What is known of claimed files by name.
inline constexpr std::size_t files_known_max = 50000;

// A claimed file and where reading it begins.
struct file_to_read {
    claimed_file file;
    read_point from;
};

// How far the run before had come with a file.
struct file_begun {
    read_point from;
    bool settled = false;   // it only waits to be moved
    std::uint64_t size = 0; // at the first look
    std::int64_t mtime_ns = 0;
};

class reading_list {
public:
    reading_list() = default;
    // `begun`: by number, what the run before had begun.
    explicit reading_list(std::map<std::uint64_t, file_begun> begun) : begun_(std::move(begun)) {}

    // What cur/ holds of the lane above page_wanted(), or from the lowest number on at the start,
    // in number order. `page_max` files are as many as were asked for, so there may be more.
    void take_page(std::vector<claimed_file> page, std::size_t page_max = files_known_max);
    // What was claimed just now, in number order.
    void take_claims(std::vector<claimed_file> claims);

    bool empty() const { return files_.empty(); }
    // cur/ holds files above this number whose names are not known here, and those that were are
    // read.
    std::optional<std::uint64_t> page_wanted() const {
        return empty() ? more_after_ : std::nullopt;
    }
    // None is in cur/ whose name is not known here.
    bool knows_all() const { return !more_after_; }
    // Takes the next one off the list, which is not empty.
    file_to_read take_first();

    // The lowest number of which reading has not begun; no_file: none is there.
    std::uint64_t first_file() const {
        if (!empty()) return files_.front().file.number;
        return more_after_ ? *more_after_ + 1 : no_file;
    }
    // The first place that is not read yet; `next_number` is the one that the next claim gets.
    // Nothing: that is not known before the next page.
    std::optional<arrival> first_unread(std::uint64_t next_number) const;
    // In number order.
    const std::deque<file_to_read>& files() const { return files_; }

    // Why the part of the file that the run before has read cannot be trusted to be what it holds
    // now, for a person; nothing: it can, or none was read.
    std::optional<std::string> rewritten(std::uint64_t number, std::uint64_t size,
                                         std::int64_t mtime_ns) const;

private:
    void put(claimed_file file);

    std::deque<file_to_read> files_;          // in number order, files_known_max at most
    std::optional<std::uint64_t> more_after_; // cur/ holds more, with numbers above this one
    std::uint64_t taken_up_to_ = 0;           // the highest number that ever was in files_
    std::map<std::uint64_t, file_begun> begun_;
};

} // namespace hubspool
