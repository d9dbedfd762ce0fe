// Which objects may be sent: the planner beside a model that looks at every record of every object.
#include "core/pending/block_merge.hpp"
#include "core/sending/batch_planner.hpp"
#include "record_block.hpp"
#include "support/random_rounds.hpp"
#include "support/start_time.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

class two_frontiers_model : public ::testing::TestWithParam<int> {
protected:
    struct record_read {
        lane in = lane::live;
        arrival at;
    };
    using objects = std::set<std::string>;

    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
    lane any_lane() { return below(2) == 0 ? lane::live : lane::bulk; }

    // One more record, of the file that is read in its lane.
    void read_record() {
        // Numbers rise over both lanes, so nothing is late and the ledger need not be asked.
        if (below(5) == 0) ++file_;
        const lane in = any_lane();
        const std::string object = std::to_string(below(12));
        const std::string id = object + '/' + std::to_string(generations_[object]);
        testing::record_block block(file_, in, ordinal_);
        block.record(id, {{"name", "1"}});
        bool is_new = false;
        planner_.place(block_merge(pending_, block.block()).add(0, now_, is_new), now_);
        waiting_[id].push_back({in, {file_, ordinal_ * testing::record_size}});
        ++ordinal_;
    }
    void raise_something() {
        frontiers by;
        const lane of = any_lane();
        by[of] = below(3) == 0
                     ? arrival{file_ - below(3), below(1 + ordinal_ * testing::record_size)}
                     : end_of_file(file_ - below(std::min<std::uint64_t>(file_, 6)));
        planner_.raise_frontiers(by, now_);
        frontiers_[of] = std::max(frontiers_[of], by[of]);
    }
    // Every record of an object lies before the frontier of its own lane.
    objects may_go() const {
        objects ids;
        for (const auto& [id, records] : waiting_) {
            bool covered = true;
            for (const record_read& record : records)
                covered = covered && record.at <= frontiers_[record.in];
            if (covered) ids.insert(id);
        }
        return ids;
    }
    objects take_all() {
        objects ids;
        while (true) {
            planner_.wake(now_);
            if (planner_.due_at(now_, mode_) > now_) return ids;
            const auto batch = planner_.take(now_, mode_);
            EXPECT_FALSE(batch.empty()) << "it was said to be due";
            if (batch.empty()) return ids;
            EXPECT_LE(batch.size(), planner_.inputs_max());
            for (const object_index index : batch)
                EXPECT_TRUE(ids.insert(pending_.at(index).id).second) << "taken twice";
        }
    }
    void expect_sent_as_modelled() {
        now_ += 10s; // longer than anything waits for company
        ASSERT_EQ(take_all(), may_go())
            << "live " << frontiers_.live.file << ':' << frontiers_.live.place << ", bulk "
            << frontiers_.bulk.file << ':' << frontiers_.bulk.place;
        // What is on its way gets no more records here.
        for (const std::string& id : may_go()) {
            waiting_.erase(id);
            ++generations_[id.substr(0, id.find('/'))];
        }
    }

    std::mt19937_64 random_{static_cast<std::uint64_t>(GetParam())};
    pending_set pending_{1U << 26};
    batch_planner planner_{pending_, {.inputs_max = 7}};
    planner_mode mode_;
    boot_time now_ = start;
    frontiers frontiers_;
    std::map<std::string, std::vector<record_read>> waiting_; // by object
    std::map<std::string, int> generations_;                  // how often each was sent
    std::uint64_t file_ = 10, ordinal_ = 0;
};

TEST_P(two_frontiers_model, what_goes_is_what_both_frontiers_cover) {
    for (int step = 0; step < 120; ++step) {
        for (std::uint64_t records = below(12); records > 0; --records) read_record();
        for (std::uint64_t raised = below(3); raised > 0; --raised) raise_something();
        expect_sent_as_modelled();
        if (HasFatalFailure()) FAIL() << "step " << step;
    }
    planner_.raise_frontiers({end_of_file(file_), end_of_file(file_)}, now_);
    frontiers_ = {end_of_file(file_), end_of_file(file_)};
    expect_sent_as_modelled();
    EXPECT_TRUE(waiting_.empty());
}

TEST_P(two_frontiers_model, frontier_of_one_lane_says_nothing_of_the_other) {
    for (int i = 0; i < 100; ++i) read_record();
    objects live_only;
    for (const auto& [id, records] : waiting_) {
        const bool any_bulk = std::any_of(records.begin(), records.end(), [](const auto& record) {
            return record.in == lane::bulk;
        });
        if (!any_bulk) live_only.insert(id);
    }
    planner_.raise_frontiers({end_of_file(file_), {}}, now_);
    now_ += 10s;
    EXPECT_EQ(take_all(), live_only);
    planner_.raise_frontiers({{}, end_of_file(file_)}, now_);
    now_ += 10s;
    EXPECT_EQ(take_all().size(), waiting_.size() - live_only.size());
}

TEST_P(two_frontiers_model, frontier_that_is_told_lower_changes_nothing) {
    planner_.raise_frontiers({end_of_file(100), end_of_file(100)}, now_);
    planner_.raise_frontiers({end_of_file(2), {5, 5}}, now_);
    frontiers_ = {end_of_file(100), end_of_file(100)};
    for (int i = 0; i < 50; ++i) read_record();
    ASSERT_LT(file_, 100U);
    expect_sent_as_modelled();
    EXPECT_TRUE(waiting_.empty());
}

INSTANTIATE_TEST_SUITE_P(seeds, two_frontiers_model,
                         ::testing::Range(1, 1 + testing::random_rounds(12)));

} // namespace
} // namespace hubspool
