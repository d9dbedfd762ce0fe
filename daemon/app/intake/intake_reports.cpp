#include "app/intake/intake_reports.hpp"

#include "base/clocks.hpp"
#include "base/log.hpp"
#include "core/records/misspelt_as_of.hpp"
#include "core/words/claim_stamp.hpp"

#include <utility>

namespace hubspool {

namespace {
constexpr std::size_t told_max = 10000;
constexpr milliseconds repeat_every = std::chrono::hours(1);
} // namespace

void intake_reports::scanned(const scan_result& found, boot_time now) {
    look_at_names(found.claimed, now);
    if (!found.error) {
        scan_trouble_.clear();
        return stepped_over(found.skipped, found.skipped_total, now);
    }
    if (scan_trouble_ != found.error->message)
        log::error("the queue cannot be scanned: " + found.error->message);
    scan_trouble_ = found.error->message;
}

void intake_reports::look_at_names(const std::vector<claimed_file>& claimed, boot_time now) {
    // One line an hour: a producer that writes it so does so each time.
    if (misspelt_next_ && now < *misspelt_next_) return;
    for (const claimed_file& file : claimed) {
        const std::string_view said = misspelt_as_of(file.name);
        if (said.empty()) continue;
        misspelt_next_ = now + repeat_every;
        return log::warning("what a file's name says counts for nothing: write as_of=, or its "
                            "records count as of when the file came; further ones are not told "
                            "within the hour",
                            {{"file", file.number}, {"name", file.name}, {"said", said}});
    }
}

void intake_reports::stepped_over(const std::vector<skipped_name>& names, std::uint64_t total,
                                  boot_time now) {
    stepped_over_ = summary_of(names, total);
    if (names.empty()) {
        // What is stepped over later is news again.
        told_.clear();
        repeat_at_.reset();
        return;
    }
    // Bounded. What is forgotten is told once more, no worse than that.
    if (told_.size() >= told_max) told_.clear();
    // Path and reason: the same name with another trouble is told anew.
    for (const skipped_name& name : names) {
        if (told_.insert(name.path + name.why).second)
            log::warning("a name in the queue is stepped over: " + name.why, {{"path", name.path}});
    }
    // One line an hour for all of them: who has missed the first line sees this one.
    if (repeat_at_ && now >= *repeat_at_)
        log::warning("names in the queue are still stepped over, `hubspool files --failed` lists "
                     "them: " +
                         stepped_over_,
                     {{"files", total}});
    if (!repeat_at_ || now >= *repeat_at_) repeat_at_ = now + repeat_every;
}

void intake_reports::looked_at_clock(as_of_ms last_stamp, wall_time now) {
    const bool set_back = clock_was_set_back(last_stamp, now.time_since_epoch().count());
    if (std::exchange(set_back_, set_back) == set_back) return;
    if (!set_back) return log::info("the clock has caught up with the stamps of files");
    log::warning("the clock was set back: stamps of files stand at " +
                 iso_time(wall_time(milliseconds(last_stamp))) +
                 " until it has caught up, and until then an as_of of a clock that is right counts "
                 "as older than what came before");
}

void intake_reports::read(const claimed_file& file, const file_end& end) {
    // Only files without a record and without another fault; all others are told elsewhere.
    if (end.records_in > 0 || end.keep_because) return;
    if (end.size == 0)
        log::warning("an empty file is settled as nothing; if it should not be empty: its producer "
                     "may have ended before it wrote, or a power loss came before its fsync",
                     {{"file", file.number}, {"name", file.name}});
    else
        log::info("a file without a record is settled as nothing",
                  {{"file", file.number}, {"name", file.name}});
}

} // namespace hubspool
