// What lies in new/ and bulk/, in order of arrival, in bounded memory however many files there are.
//
// A listing is no snapshot, and times tie. Two rules make an order of it:
// * A file counts only when its ctime, which the rename set, lies before a stamp taken before the
//   listing: then all that were renamed before it have been listed too.
// * What was listed stays first, since all that arrives later has a later ctime. So one listing
//   serves many scans.
//
// Of few files, those of the clock's present tick need not wait for its end. When a second listing
// finds just the names of the first, all that were renamed before any of them are among them.
// Intake thread.
#pragma once

#include "base/result.hpp"
#include "core/words/lane.hpp"
#include "spool/arrivals/file_clock.hpp"
#include "spool/arrivals/left_alone_names.hpp"
#include "spool/arrivals/skipped_name.hpp"
#include "spool/directory_access.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

// A listed file. Ordered by ctime, mtime, name.
struct listed_file {
    std::int64_t ctime_ns = 0;
    std::int64_t mtime_ns = 0;
    std::string name;
    hubspool::lane lane = hubspool::lane::live;
    std::uint64_t inode = 0;

    bool before(const listed_file& other) const;
};

// new/ and bulk/ as they were opened for one scan.
struct lane_directories {
    owned_descriptor live, bulk;
    int of(lane which) const { return (which == lane::live ? live : bulk).get(); }
};

class arrival_order {
public:
    arrival_order(std::string queue, const left_alone_names& left_alone, std::size_t kept_max)
        : queue_(std::move(queue)), left_alone_(left_alone), kept_max_(kept_max) {}

    // Lists both directories, unless files of an earlier listing are left.
    result<void> fill(const lane_directories& lanes);
    // The first in order; valid until pop(). nullptr: all that was listed is used up.
    const listed_file* front() const { return kept_.empty() ? nullptr : &kept_.back(); }
    void pop();
    // Drops the first, noting it as stepped over.
    void skip(std::string why);
    // Drops the first, which another listing will show at its new place.
    void put_off();

    // Its ctime lies in the future: the clock was set back after it arrived. Such files come last.
    bool from_future(const listed_file& file) const { return file.ctime_ns >= stamp_ns_; }
    // How long the clock has not been set: so old a file from the future is at least.
    milliseconds steady_for();

    bool more() const { return !kept_.empty() || after_; } // of what was there at the listing
    bool too_young() const { return too_young_; }          // some were not before the stamp
    const std::vector<skipped_name>& skipped() const { return skipped_; } // the first of them
    std::uint64_t skipped_total() const { return skipped_total_; }

private:
    result<void> list(lane which, int directory);
    void consider(const listed_file& file);
    void keep(const listed_file& file);
    result<void> take_young(const lane_directories& lanes);
    result<bool> is_as_listed(const lane_directories& lanes) const;
    void note(const listed_file& file, std::string why);

    std::string queue_;
    const left_alone_names& left_alone_;
    std::size_t kept_max_;
    clock_watch clock_;
    std::int64_t stamp_ns_ = 0;
    // While listing a heap with the last on top; afterwards sorted, the first at the back.
    std::vector<listed_file> kept_;
    bool cut_ = false;                 // this listing held more than kept_max_
    std::optional<listed_file> after_; // after a cut listing: the next one takes what follows this
    bool too_young_ = false;
    std::vector<std::string> listed_; // of this listing, all of them if they are few
    std::vector<listed_file> young_;  // those of them that were not before the stamp
    std::vector<skipped_name> skipped_;
    std::uint64_t skipped_total_ = 0;
};

} // namespace hubspool
