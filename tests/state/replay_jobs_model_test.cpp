// Random replays, wishes, skips and settled files, beside a plain list of jobs.
#include "state/replay/replay_jobs.hpp"
#include "state/state_builders.hpp"
#include "support/random_rounds.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <random>

namespace hubspool {
namespace {

struct modelled_file {
    std::string source, name;
    std::optional<std::string> skipped;
    std::optional<std::uint64_t> number; // of its row in the books
    std::optional<wall_time> settled;
    fate_counts counts;
};
struct modelled_job {
    replay_job job;
    std::vector<modelled_file> files;

    bool is_done() const {
        return std::all_of(files.begin(), files.end(),
                           [](const modelled_file& file) { return file.skipped || file.settled; });
    }
};

class replay_jobs_model : public ::testing::TestWithParam<int> {
protected:
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
    // As each command does it, and the daemon now and then.
    void reopen() {
        if (below(3) != 0 && jobs_) return;
        jobs_.reset();
        auto made = replay_jobs::open(where_, replay_jobs::access::change);
        ASSERT_TRUE(works(made));
        jobs_.emplace(std::move(*made));
    }
    modelled_job* open_job() {
        for (modelled_job& one : known_)
            if (!one.job.over) return &one;
        return nullptr;
    }
    modelled_job* any_job() { return known_.empty() ? nullptr : &known_[below(known_.size())]; }

    void add() {
        modelled_job made;
        made.job.created = now_;
        made.job.reason = below(2) == 0 ? "" : "why \xc3\xa9";
        made.job.chosen = "since " + std::to_string(below(100));
        made.job.files = below(6);
        made.job.bytes = below(1U << 30);
        made.job.records = below(1000);
        made.job.requests = below(100);
        made.job.requests_max = static_cast<std::uint32_t>(below(50));
        std::vector<replay_file> files;
        for (std::uint64_t i = 0; i < made.job.files; ++i) {
            made.files.emplace_back().source = "done/x/" + std::to_string(below(1000));
            files.push_back({made.files.back().source, i % 2 == 1, {}, 7 * i, -5});
        }
        const wall_time forget = now_ - milliseconds(below(20'000));
        const auto added = jobs_->add(made.job, files, name_of, forget);
        modelled_job* const other = open_job();
        if (other != nullptr && !other->is_done()) {
            ASSERT_FALSE(added);
            EXPECT_EQ(added.error().code, EBUSY);
            return;
        }
        ASSERT_EQ(value_of(added), ++last_id_);
        if (other != nullptr) other->job.over = now_;
        std::erase_if(known_, [&](const modelled_job& one) { return one.job.over < forget; });
        made.job.id = last_id_;
        for (std::size_t place = 0; place < made.files.size(); ++place)
            made.files[place].name = name_of(last_id_, place);
        known_.push_back(std::move(made));
    }
    static std::string name_of(std::uint64_t id, std::size_t place) {
        return (place % 2 == 0 ? "replay_of=5.1." : "replay.") + std::to_string(id) + '-' +
               std::to_string(place + 1);
    }
    void wish() {
        modelled_job* const one = any_job();
        const auto what = static_cast<replay_wish>(below(3));
        const std::uint64_t id = one == nullptr ? 99 : one->job.id;
        const bool is_heard = one != nullptr && !one->job.over;
        EXPECT_EQ(value_of(jobs_->wish(id, what, now_)), is_heard);
        if (!is_heard) return;
        one->job.wish = what;
        if (what == replay_wish::cancel) one->job.over = now_;
    }
    void end() {
        modelled_job* const one = any_job();
        ASSERT_TRUE(works(jobs_->end(one == nullptr ? 99 : one->job.id, now_)));
        if (one != nullptr && !one->job.over) one->job.over = now_;
    }
    // A file of a job moves on: skipped, begun, settled.
    void move_a_file() {
        modelled_job* const one = any_job();
        if (one == nullptr || one->files.empty()) return;
        const std::size_t place = below(one->files.size());
        modelled_file& file = one->files[place];
        if (file.skipped || file.settled) return;
        if (!file.number && below(4) == 0) {
            file.skipped = "it is gone";
            ASSERT_TRUE(works(jobs_->skip(one->job.id, place, *file.skipped)));
            return;
        }
        if (!file.number) file.number = ++numbers_;
        const bool settles = below(2) == 0;
        if (settles) file.settled = now_;
        file.counts = {below(9), below(9), below(9), below(9)};
        file_row row = make_file(*file.number);
        row.name = file.name;
        row.counts = file.counts;
        row.settled = file.settled;
        // Others are in the books as well, and are no replay's.
        file_row other = make_file(++numbers_);
        other.name = "a" + file.name;
        other.settled = now_;
        ASSERT_TRUE(works(store_->commit({.files = {row, other}})));
    }

    void expect_as_modelled() {
        const auto all = value_of(jobs_->load());
        ASSERT_EQ(all.size(), known_.size());
        for (std::size_t i = 0; i < all.size(); ++i) {
            expect_same(all[i], known_[i].job);
            expect_files(known_[i]);
            expect_progress(known_[i]);
        }
        const auto under_way = value_of(jobs_->under_way());
        modelled_job* const open = open_job();
        ASSERT_EQ(under_way.has_value(), open != nullptr);
        const std::uint64_t open_id = open == nullptr ? 0 : open->job.id;
        EXPECT_EQ(under_way ? under_way->id : 0, open_id);
        const auto room = jobs_->has_room();
        EXPECT_EQ(static_cast<bool>(room), open == nullptr || open->is_done());
    }
    static void expect_same(const replay_job& job, const replay_job& known) {
        EXPECT_EQ(job.id, known.id);
        EXPECT_EQ(job.created, known.created);
        EXPECT_EQ(job.reason, known.reason);
        EXPECT_EQ(job.chosen, known.chosen);
        EXPECT_EQ(job.files, known.files);
        EXPECT_EQ(job.bytes, known.bytes);
        EXPECT_EQ(job.records, known.records);
        EXPECT_EQ(job.requests, known.requests);
        EXPECT_EQ(job.requests_max, known.requests_max);
        EXPECT_EQ(job.wish, known.wish);
        EXPECT_EQ(job.over, known.over);
    }
    // In pages of any size.
    void expect_files(const modelled_job& known) {
        std::vector<replay_file> files;
        while (true) {
            const auto page = value_of(jobs_->files_of(known.job.id, files.size(), 1 + below(4)));
            if (page.empty()) break;
            files.insert(files.end(), page.begin(), page.end());
        }
        ASSERT_EQ(files.size(), known.files.size());
        for (std::size_t i = 0; i < files.size(); ++i) {
            EXPECT_EQ(files[i].source, known.files[i].source);
            EXPECT_EQ(files[i].name, known.files[i].name);
            EXPECT_EQ(files[i].staged, i % 2 == 1);
            EXPECT_EQ(files[i].size, 7 * i);
            EXPECT_EQ(files[i].mtime_ns, -5);
            const auto book = value_of(jobs_->book_of(files[i].name));
            EXPECT_EQ(book, known.files[i].settled  ? replay_jobs::book::settled
                            : known.files[i].number ? replay_jobs::book::open
                                                    : replay_jobs::book::unknown);
        }
    }
    void expect_progress(const modelled_job& known) {
        replay_progress expected;
        std::vector<std::pair<std::string, std::string>> skipped;
        for (const modelled_file& file : known.files) {
            expected.skipped += file.skipped ? 1 : 0;
            expected.begun += file.number ? 1 : 0;
            expected.settled += file.settled ? 1 : 0;
            expected.counts.delivered += file.counts.delivered;
            expected.counts.superseded += file.counts.superseded;
            expected.counts.dead += file.counts.dead;
            expected.counts.overtaken += file.counts.overtaken;
            expected.last_settled = std::max(expected.last_settled, file.settled);
            if (file.skipped) skipped.emplace_back(file.source, *file.skipped);
        }
        const auto progress = value_of(jobs_->progress_of(known.job.id));
        EXPECT_EQ(progress.skipped, expected.skipped);
        EXPECT_EQ(progress.begun, expected.begun);
        EXPECT_EQ(progress.settled, expected.settled);
        EXPECT_EQ(progress.counts, expected.counts);
        EXPECT_EQ(progress.last_settled, expected.last_settled);
        EXPECT_EQ(progress.is_done(known.job), known.is_done());
        EXPECT_EQ(value_of(jobs_->skipped_of(known.job.id, 100)), skipped);
        EXPECT_LE(value_of(jobs_->skipped_of(known.job.id, 1)).size(), 1U);
    }

    temp_dir directory_;
    std::string where_ = directory_.path().string();
    std::unique_ptr<state_store> store_ = opened(where_);
    std::optional<replay_jobs> jobs_;
    std::vector<modelled_job> known_;
    std::mt19937_64 random_{static_cast<std::uint64_t>(GetParam())};
    wall_time now_ = at_ms(1'000'000);
    std::uint64_t last_id_ = 0, numbers_ = 0;
};

TEST_P(replay_jobs_model, jobs_and_their_progress_are_as_the_list_says) {
    for (int step = 0; step < testing::random_rounds(80); ++step) {
        reopen();
        now_ += milliseconds(below(2000));
        switch (below(8)) {
        case 0: add(); break;
        case 1: wish(); break;
        case 2: end(); break;
        default: move_a_file(); break;
        }
        expect_as_modelled();
        if (HasFailure()) FAIL() << "step " << step;
    }
}

INSTANTIATE_TEST_SUITE_P(seeds, replay_jobs_model, ::testing::Range(1, 6));

} // namespace
} // namespace hubspool
