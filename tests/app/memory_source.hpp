// A record source of the test's own: what scans and openings give is written down beforehand, and
// no file is touched.
#pragma once

#include "spool/record_source.hpp"

#include <cerrno>
#include <deque>
#include <map>
#include <utility>

namespace hubspool {

// A file of records that are 10 bytes each, read 10 by 10 or one by one.
class memory_reader final : public file_reader {
public:
    // `read_ahead`: of how many files somebody would have.
    memory_reader(std::uint64_t number, std::uint64_t records, std::function<bool()> keep_on,
                  int& read_ahead)
        : number_(number), records_(records), keep_on_(std::move(keep_on)),
          read_ahead_(read_ahead) {}

    std::optional<decoded_block> next() override {
        end_.records_in = records_;
        read_ahead_ += std::exchange(reads_ahead_, false) ? 1 : 0;
        if (at_.ordinal == records_ || !keep_on_()) return std::nullopt;
        decoded_block block;
        block.file = number_;
        block.from = at_;
        at_.ordinal = std::min(records_, at_.ordinal + (one_by_one_ ? 1 : 10));
        at_.offset = 10 * at_.ordinal;
        block.to = at_;
        return block;
    }
    std::optional<decoded_block> next_undecoded(const std::string& reason) override {
        std::optional<decoded_block> block = next();
        if (!block) return block;
        bad_record& bad = block->bad.emplace_back();
        bad.offset = block->from.offset;
        bad.reason = reason;
        return block;
    }
    void set_block_bytes(std::size_t bytes) override {
        one_by_one_ = bytes == 1;
        reads_ahead_ = reads_ahead_ && !one_by_one_;
    }
    const file_end& end() const override { return end_; }
    read_point at() const override { return at_; }
    std::uint64_t text_size() const override { return size(); }
    std::uint64_t size() const override { return 10 * records_; }
    std::int64_t mtime_ns() const override { return 1; }

private:
    std::uint64_t number_, records_;
    std::function<bool()> keep_on_;
    int& read_ahead_;
    bool one_by_one_ = false, reads_ahead_ = true;
    read_point at_;
    file_end end_;
};

class memory_source final : public record_source {
public:
    scan_result scan(next_claim& next, std::uint64_t large_files_above) override {
        large_files_above_ = large_files_above;
        ++scans_;
        on_scan_();
        if (scan_results_.empty()) return {};
        scan_result found = std::move(scan_results_.front());
        scan_results_.pop_front();
        for (claimed_file& file : found.claimed) file.number = next.number++;
        return found;
    }
    result<std::vector<claimed_file>> claimed_above(std::uint64_t number, std::size_t,
                                                    lane) override {
        if (page_failures_-- > 0) return failure{"too many open files", EMFILE};
        return std::exchange(pages_[number], {});
    }
    opening open(const file_to_read& next, std::function<bool()> keep_on) override {
        ++openings_;
        if (failures_.empty())
            return std::make_unique<memory_reader>(next.file.number, records_, std::move(keep_on),
                                                   read_ahead_);
        failed_opening failed = failures_.front();
        failures_.pop_front();
        return failed;
    }
    std::string not_brought() const override { return not_brought_; }
    void wait(milliseconds at_most) override {
        waits_.push_back(at_most);
        on_wait_();
    }
    void wake() override { ++wakes_; }

    std::deque<scan_result> scan_results_; // of the scans to come; then nothing is there
    std::map<std::uint64_t, std::vector<claimed_file>> pages_; // of cur/, by the number below
    int page_failures_ = 0;                                    // so many of them cannot be listed
    std::deque<failed_opening> failures_;                      // of the openings to come
    std::uint64_t records_ = 1;                                // in each file
    std::string not_brought_;
    std::function<void()> on_scan_ = [] {}, on_wait_ = [] {};

    int scans_ = 0, openings_ = 0, wakes_ = 0, read_ahead_ = 0;
    std::uint64_t large_files_above_ = 0; // as last told
    std::vector<milliseconds> waits_;
};

} // namespace hubspool
