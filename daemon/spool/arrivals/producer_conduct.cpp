#include "spool/arrivals/producer_conduct.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace hubspool {

std::string_view producer_conduct::directory(place where) {
    if (where == place::tmp) return "tmp";
    return where == place::live ? "new" : "bulk";
}

std::size_t producer_conduct::unfinished_files() const {
    return static_cast<std::size_t>(
        std::count_if(stories_.begin(), stories_.end(),
                      [](const auto& known) { return known.first.first == place::tmp; }));
}

std::vector<producer_conduct::fault> producer_conduct::take(const event& seen) {
    std::vector<fault> out;
    switch (seen.what) {
    case act::moved_in: come(seen, out); break;
    case act::made:
        // Whether it is written here, or a link to what was finished elsewhere, shows then.
        if (stories_.size() < stories_max) stories_[{seen.where, seen.name}] = {};
        if (seen.where == place::tmp || left_alone_.contain(seen.name)) break;
        ++files_;
        if (!seen.obstacle.empty()) tell(seen, false, seen.obstacle, out);
        break;
    case act::written: change(seen, out); break;
    case act::moved_out:
    case act::deleted: stories_.erase({seen.where, seen.name}); break;
    }
    return out;
}

// A rename is how a file should come.
void producer_conduct::come(const event& seen, std::vector<fault>& out) {
    if (seen.where != place::tmp && left_alone_.contain(seen.name)) {
        // Of uploads under way as rsync names them, nobody needs to hear.
        if (!seen.name.starts_with('.'))
            tell(seen, true,
                 "it is never taken: names like this one are left alone (`hubspool check` prints "
                 "which). Right for a marker or a checksum; records need another name",
                 out);
        return;
    }
    const auto known = stories_.find({seen.where, seen.name});
    // A name that was made and not written only kept the place, as where a file system cannot
    // rename without replacing.
    const bool is_place =
        known != stories_.end() && !known->second.is_renamed && !known->second.is_written;
    const bool replaces = known != stories_.end() && !is_place;
    if (known != stories_.end() || stories_.size() < stories_max)
        stories_[{seen.where, seen.name}] = {.is_renamed = true};
    if (seen.where == place::tmp) return;
    if (!is_place) ++files_;
    if (replaces)
        tell(seen, false,
             "it replaced a file of that name which was not taken yet: the records of that one are "
             "lost. Give each file a name of its own (time, process, counter)",
             out);
    if (!seen.obstacle.empty()) tell(seen, false, seen.obstacle, out);
    look_at_order(seen, out);
}

// Of files of one moment of the file system's clock, the name tells which is newer.
void producer_conduct::look_at_order(const event& seen, std::vector<fault>& out) {
    const arrival newest = std::exchange(newest_[seen.where], arrival{seen.name, seen.ctime_ns});
    if (seen.ctime_ns == 0 || newest.ctime_ns == 0 || seen.ctime_ns - newest.ctime_ns > tick_ns_ ||
        seen.name >= newest.name)
        return;
    tell(seen, true,
         fmt::format("it came a moment after {}, and its name sorts before that one: of files of "
                     "one moment, the name tells which is newer. Let names begin with the time",
                     newest.name),
         out);
}

void producer_conduct::change(const event& seen, std::vector<fault>& out) {
    if (seen.where == place::tmp) return;
    const auto known = stories_.find({seen.where, seen.name});
    if (known == stories_.end() || left_alone_.contain(seen.name)) return;
    known->second.is_written = true;
    tell(
        seen, false,
        known->second.is_renamed
            ? "it is written after its rename: what hubspool has read by then stays as it was, and "
              "the file may go to rejected/. Write all of it in tmp/, fsync it, then rename it"
            : fmt::format("it is written in {}/ itself (mv and cp from another file system do so): "
                          "hubspool may take half of it. Write it in tmp/, fsync it, then rename "
                          "it into {}/",
                          directory(seen.where), directory(seen.where)),
        out);
}

void producer_conduct::tell(const event& seen, bool harmless, std::string words,
                            std::vector<fault>& out) {
    const auto known = stories_.find({seen.where, seen.name});
    if (known != stories_.end()) {
        story& one = known->second;
        // What follows from the first one helps nobody; harm is told once all the same.
        if (one.is_faulty || (harmless && one.is_warned)) return;
        (harmless ? one.is_warned : one.is_faulty) = true;
    }
    if (!harmless) ++faulty_;
    out.push_back(
        {harmless, fmt::format("{}/{}", directory(seen.where), seen.name), std::move(words)});
}

} // namespace hubspool
