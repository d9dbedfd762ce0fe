#include "core/reading/reading_list.hpp"

#include <algorithm>
#include <utility>

namespace hubspool {

void reading_list::take_page(std::vector<claimed_file> page, std::size_t page_max) {
    more_after_.reset();
    // A full page: more may lie behind it.
    if (page.size() == page_max) more_after_ = page.back().number;
    for (claimed_file& file : page) put(std::move(file));
}

void reading_list::take_claims(std::vector<claimed_file> claims) {
    for (claimed_file& file : claims) {
        // A claim whose fsync failed is handed out again, and may have been listed meanwhile.
        // Behind a page that is not read yet it is found when that page comes.
        if (more_after_ || file.number <= taken_up_to_) continue;
        // Bounded: what is beyond it is looked up in cur/ again.
        if (files_.size() >= files_known_max) {
            more_after_ = files_.back().file.number;
            continue;
        }
        put(std::move(file));
    }
}

void reading_list::put(claimed_file file) {
    taken_up_to_ = std::max(taken_up_to_, file.number);
    const auto known = begun_.find(file.number);
    if (known == begun_.end()) {
        files_.push_back({std::move(file), {}});
    } else if (!known->second.settled) {
        files_.push_back({std::move(file), known->second.from});
    }
}

file_to_read reading_list::take_first() {
    file_to_read first = std::move(files_.front());
    files_.pop_front();
    return first;
}

std::optional<arrival> reading_list::first_unread(std::uint64_t next_number) const {
    if (!empty()) return arrival{files_.front().file.number, files_.front().from.offset};
    // Unknown: the names behind are not in memory.
    if (more_after_) return std::nullopt;
    return end_of_file(next_number);
}

std::optional<std::string> reading_list::rewritten(std::uint64_t number, std::uint64_t size,
                                                   std::int64_t mtime_ns) const {
    const auto known = begun_.find(number);
    if (known == begun_.end()) return std::nullopt;
    const file_begun& before = known->second;
    // Nothing of it was read, or by a version that did not note the time.
    if (before.from.offset == 0 || before.mtime_ns == 0) return std::nullopt;
    // Growth is no rewriting: it is read on.
    const bool same = size > before.size || (size == before.size && mtime_ns == before.mtime_ns);
    if (same) return std::nullopt;
    return "it was rewritten while hubspool was not running, after a part of it had been read";
}

} // namespace hubspool
