// The intake by itself: a queue of files that are claimed already, and what the intake tells of
// them. It runs as drain does, to its end, on the test's thread.
#pragma once

#include "app/intake/intake_loop.hpp"
#include "spool/queue_fixture.hpp"
#include "spool/queue_source.hpp"
#include "state/sending/sending_file.hpp"

#include <deque>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace hubspool {

class intake_fixture : public ::hubspool::testing::queue_fixture {
protected:
    intake_fixture() {
        options_.quiet_period = milliseconds(0);
        options_.drain = true;
        open_sending();
    }

    // As after the crash of another run.
    void open_sending() {
        sending_.reset();
        sending_options how;
        how.directory = dir_.path().string();
        auto opened = sending_file::open(how, false, boot_now(), left_);
        if (!opened) throw std::runtime_error(opened.error().message);
        sending_ = std::move(*opened);
    }

    const claimed_file& claim(const std::string& name, const std::string& content) {
        claimed_.push_back(claim_one(*queue_, name, content));
        start_.next_number = next_.number;
        start_.last_stamp = next_.stamp;
        return claimed_.back();
    }
    // The run before has come up to `from` with the newest file.
    file_begun& had_begun(read_point from) {
        const auto look = queue_->survey().look(claimed_.back());
        return begun_[claimed_.back().number] = {from, false, (*look)->size, (*look)->mtime_ns};
    }

    void run() {
        file_reader_options reading;
        reading.quiet_period = options_.quiet_period;
        const auto source = queue_source::open(*queue_, reading);
        ASSERT_TRUE(static_cast<bool>(source));
        run_on(**source);
    }
    void run_on(record_source& source) {
        for (const lane of : both_lanes) {
            std::vector<claimed_file> page;
            for (const claimed_file& file : claimed_)
                if (file.lane == of) page.push_back(file);
            start_.files[of] = reading_list(begun_);
            start_.files[of].take_page(std::move(page));
        }
        intake_loop intake({source, sending_->mark(), box_, budget_}, options_, start_, events());
        intake_ = &intake;
        intake.run();
        intake_ = nullptr;
        for (settle_message& message : box_.take_all(milliseconds(0))) take(message);
    }

    intake_events events() {
        intake_events told;
        told.read = [this](read_parts parts) {
            ++hand_overs_;
            std::move(parts.blocks.begin(), parts.blocks.end(), std::back_inserter(blocks_));
            ended_.insert(ended_.end(), parts.ended.begin(), parts.ended.end());
        };
        told.passed_frontiers = [this] { blocks_before_frontier_ = blocks_.size(); };
        told.reading = [this](bool reading) { reading_.push_back(reading); };
        told.woke = [this] { woke_(); };
        told.read_everything = [this](const std::string& trouble) {
            read_everything_ = true;
            trouble_ = trouble;
        };
        return told;
    }
    void take(settle_message& message) {
        if (auto* const read = std::get_if<file_read>(&message)) ends_[read->file] = read->end;
        if (auto* const block = std::get_if<block_read>(&message))
            kept_in_the_middle_ = block->keep_because;
        if (auto* const wanted = std::get_if<frontier_wanted>(&message))
            frontiers_.push_back(wanted->upto);
    }

    std::vector<std::string> ids() const {
        std::vector<std::string> all;
        for (const decoded_block& block : blocks_)
            for (const decoded_record& record : block.records)
                all.emplace_back(block.text(record.object_id));
        return all;
    }
    std::vector<bad_record> bad() const {
        std::vector<bad_record> all;
        for (const decoded_block& block : blocks_)
            all.insert(all.end(), block.bad.begin(), block.bad.end());
        return all;
    }

    std::unique_ptr<queue_directory> queue_ = open();
    intake_options options_;
    std::unique_ptr<sending_file> sending_;
    sending_leftovers left_;
    mailbox<settle_message> box_{1000000};
    byte_budget budget_{1 << 20};
    std::deque<claimed_file> claimed_;
    std::map<std::uint64_t, file_begun> begun_;
    intake_start start_;            // but for its files
    intake_loop* intake_ = nullptr; // while it runs
    std::function<void()> woke_ = [] {};

    int hand_overs_ = 0;
    std::vector<decoded_block> blocks_;
    std::size_t blocks_before_frontier_ = 0;
    std::vector<std::uint64_t> ended_;
    std::vector<bool> reading_;
    bool read_everything_ = false;
    std::string trouble_; // that kept a drain from claiming all
    std::map<std::uint64_t, file_end> ends_;
    std::optional<std::string> kept_in_the_middle_;
    std::vector<arrival> frontiers_;
};

} // namespace hubspool
