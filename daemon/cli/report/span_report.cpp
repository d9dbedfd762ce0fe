#include "cli/report/span_report.hpp"

#include "cli/letters/letter_filter.hpp"
#include "cli/printing.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

namespace hubspool {

namespace {

constexpr std::size_t group_bytes_max = 300;
constexpr std::size_t id_bytes_max = 100;

report_counts& operator+=(report_counts& sums, const report_counts& more) {
    sums.records_in += more.records_in;
    sums.fates += more.fates;
    sums.pending += more.pending;
    return sums;
}

bool has_more_trouble(const file_row& left, const file_row& right) {
    const auto trouble = [](const file_row& row) {
        const report_counts counts = counts_of(row);
        return std::tuple(row.keep_because.has_value(), counts.fates.dead, counts.pending,
                          counts.fates.overtaken, counts.records_in);
    };
    const auto of_left = trouble(left), of_right = trouble(right);
    return of_left != of_right ? of_left > of_right : left.number < right.number;
}

} // namespace

report_counts counts_of(const file_row& row) {
    const std::uint64_t settled = row.counts.settled();
    const std::uint64_t records = std::max(row.records_in.value_or(settled), settled);
    return {records, row.counts, records - settled};
}

void report_files::add(const file_row& row) {
    row.settled ? ++settled_ : ++open_;
    if (row.settled && row.keep_because) ++rejected_;
    sums_ += counts_of(row);
    troubled_.insert(std::upper_bound(troubled_.begin(), troubled_.end(), row, has_more_trouble),
                     row);
    if (troubled_.size() > shown_max) troubled_.pop_back();
}

report_counts report_files::rest() const {
    report_counts shown;
    for (const file_row& row : troubled_) shown += counts_of(row);
    report_counts rest;
    rest.records_in = sums_.records_in - shown.records_in;
    rest.pending = sums_.pending - shown.pending;
    rest.fates = {sums_.fates.delivered - shown.fates.delivered,
                  sums_.fates.superseded - shown.fates.superseded,
                  sums_.fates.dead - shown.fates.dead,
                  sums_.fates.overtaken - shown.fates.overtaken,
                  sums_.fates.unchanged - shown.fates.unchanged};
    return rest;
}

void report_reasons::add(const dead_letter& letter) {
    ++letters_;
    records_ += records_of(letter);
    const std::string words = one_line(letter.category + ": " + letter.reason, group_bytes_max);
    auto found = reasons_.find(words);
    if (found == reasons_.end()) {
        if (reasons_.size() == kept_max) return;
        found = reasons_.emplace(words, reason{words, 0, 0, {}}).first;
    }
    reason& one = found->second;
    ++one.letters;
    one.records += records_of(letter);
    if (one.examples.size() == examples_max) return;
    one.examples.push_back({id_of(letter), one_line(letter.object_id, id_bytes_max), letter.at.file,
                            letter.records.empty() ? 0 : letter.records.back().line});
}

std::vector<report_reasons::reason> report_reasons::largest() const {
    std::vector<const reason*> sorted;
    for (const auto& [words, one] : reasons_) sorted.push_back(&one);
    std::stable_sort(sorted.begin(), sorted.end(), [](const reason* left, const reason* right) {
        return left->records > right->records;
    });
    std::vector<reason> largest;
    for (std::size_t i = 0; i < std::min(sorted.size(), shown_max); ++i)
        largest.push_back(*sorted[i]);
    return largest;
}

hour_figures span_report::requests() const {
    hour_figures sums;
    for (const hour_figures& hour : hours) sums += hour;
    return sums;
}

std::optional<hour_figures> span_report::slowest_hour() const {
    std::optional<hour_figures> slowest;
    for (const hour_figures& hour : hours) {
        if (hour.answered == 0) continue;
        if (!slowest || mean_answer_ms(hour) > mean_answer_ms(*slowest)) slowest = hour;
    }
    return slowest;
}

std::uint64_t mean_answer_ms(const hour_figures& hour) {
    return hour.answered == 0 ? 0 : hour.answered_ms / hour.answered;
}

std::string answer_time_text(const hour_figures& hour) {
    const std::uint64_t ms = mean_answer_ms(hour);
    if (ms < 1000) return fmt::format("{} ms", ms);
    return fmt::format("{:.1f} s", static_cast<double>(ms) / 1000.0);
}

} // namespace hubspool
