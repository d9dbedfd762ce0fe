// What `report` and the end of a `drain` tell of a span of time: a value, and how it is summed.
//
// Each file is told in the span in which it was settled; what is not settled yet is told in a span
// that goes on to now. Its records are counted as in the books, wherever else some of them were
// settled. Bounded memory, whatever the span. Pure.
#pragma once

#include "cli/report/past_parks.hpp"
#include "core/books/file_row.hpp"
#include "core/books/park_row.hpp"
#include "core/engine/daemon_status.hpp"
#include "state/letters/dead_letter_rows.hpp"
#include "state/span_history.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

// Records of one file or of all: records_in = settled() + pending.
struct report_counts {
    std::uint64_t records_in = 0; // of a file that is not read to its end: those with a fate
    fate_counts fates;
    std::uint64_t pending = 0;
};
report_counts counts_of(const file_row& row);

// The files of a span: sums of all, and those with the most trouble.
class report_files {
public:
    static constexpr std::size_t shown_max = 20;

    void add(const file_row& row);

    std::uint64_t settled() const { return settled_; }
    std::uint64_t open() const { return open_; }
    std::uint64_t rejected() const { return rejected_; } // of the settled ones
    std::uint64_t all() const { return settled_ + open_; }
    const report_counts& sums() const { return sums_; }
    // The most trouble first: not wholly readable, dead records, unsettled ones, overtaken ones.
    const std::vector<file_row>& troubled() const { return troubled_; }
    // Of those that are not among them.
    report_counts rest() const;

private:
    std::uint64_t settled_ = 0, open_ = 0, rejected_ = 0;
    report_counts sums_;
    std::vector<file_row> troubled_;
};

// The dead letters of a span, by reason.
class report_reasons {
public:
    static constexpr std::size_t shown_max = 20, examples_max = 3;
    static constexpr std::size_t kept_max = 1000; // what comes with other reasons is summed

    struct example {
        std::string letter, object_id;
        std::uint64_t file = 0, line = 0;
    };
    struct reason {
        std::string words; // with its category
        std::uint64_t records = 0, letters = 0;
        std::vector<example> examples;
    };

    void add(const dead_letter& letter);

    // The most records first, shown_max at most.
    std::vector<reason> largest() const;
    std::size_t reasons() const { return reasons_.size(); }
    std::uint64_t records() const { return records_; }
    std::uint64_t letters() const { return letters_; }

private:
    std::map<std::string, reason> reasons_;
    std::uint64_t records_ = 0, letters_ = 0;
};

struct span_report {
    time_span span;
    std::string queue; // its directory
    std::optional<wall_time>
        history_from;  // what is older may be forgotten, and the span begins there
    std::string ended; // how the run ended whose report it is; empty: of no run

    report_files files;
    report_reasons dead;
    std::map<std::uint64_t, std::string> names; // of the files that an example names
    std::vector<hour_figures> hours;            // in which a batch ended, from old to new
    std::optional<daemon_status::day_figures> today;
    std::vector<park_row> parks; // that stand now
    past_parks over;             // that ended

    hour_figures requests() const; // the sums of all hours
    // In which an answer took longest on average; nothing: none had an answer.
    std::optional<hour_figures> slowest_hour() const;
};

// 0 when none was answered.
std::uint64_t mean_answer_ms(const hour_figures& hour);
// "12 ms" or "1.2 s", for a person.
std::string answer_time_text(const hour_figures& hour);

} // namespace hubspool
