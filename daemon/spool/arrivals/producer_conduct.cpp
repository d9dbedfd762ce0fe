#include "spool/arrivals/producer_conduct.hpp"

#include <fmt/core.h>

#include <algorithm>

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
        if (seen.where != place::tmp && !left_alone_.contain(seen.name)) ++files_;
        break;
    case act::written:
    case act::closed: change(seen, out); break;
    case act::moved_out:
    case act::deleted: stories_.erase({seen.where, seen.name}); break;
    }
    return out;
}

// A rename is how a file should come.
void producer_conduct::come(const event& seen, std::vector<fault>& out) {
    const bool is_known = stories_.contains({seen.where, seen.name});
    if (is_known || stories_.size() < stories_max)
        stories_[{seen.where, seen.name}] = {.is_renamed = true};
    if (seen.where == place::tmp) return;
    ++files_;
    if (is_known)
        tell(seen, false,
             "it replaced a file of that name which was not taken yet: the records of that one are "
             "lost. Give each file a name of its own (time, process, counter)",
             out);
    if (left_alone_.contain(seen.name)) {
        tell(seen, false,
             "it is never taken: names like this one are left alone (`hubspool check` prints "
             "which). Rename it to another name",
             out);
        return;
    }
    if (!seen.obstacle.empty()) tell(seen, false, seen.obstacle, out);
    std::string& newest = newest_[seen.where];
    if (seen.name < newest)
        tell(seen, true,
             fmt::format("it came after {}, and its name sorts before that one: of files of one "
                         "moment, the name tells which is newer. Let names begin with the time",
                         newest),
             out);
    newest = seen.name;
}

void producer_conduct::change(const event& seen, std::vector<fault>& out) {
    if (seen.where == place::tmp) return;
    const auto known = stories_.find({seen.where, seen.name});
    if (known == stories_.end() || left_alone_.contain(seen.name)) return;
    if (!known->second.is_renamed) {
        tell(seen, false,
             fmt::format("it is written in {}/ itself (mv and cp from another file system do so): "
                         "hubspool may take half of it. Write it in tmp/, fsync it, close it, then "
                         "rename it into {}/",
                         directory(seen.where), directory(seen.where)),
             out);
        return;
    }
    tell(
        seen, false,
        seen.what == act::written
            ? "it is written after its rename: what hubspool has read by then stays as it was, and "
              "the file may go to rejected/. Finish it in tmp/, fsync it, close it, then rename it"
            : "it was still open for writing when it was renamed: what is not written by then is "
              "missing. Write all of it, fsync it, close it, then rename it",
        out);
}

void producer_conduct::tell(const event& seen, bool harmless, std::string words,
                            std::vector<fault>& out) {
    const auto known = stories_.find({seen.where, seen.name});
    // What follows from the first one helps nobody.
    if (known != stories_.end() && std::exchange(known->second.is_told, true)) return;
    ++faulty_;
    out.push_back(
        {harmless, fmt::format("{}/{}", directory(seen.where), seen.name), std::move(words)});
}

} // namespace hubspool
