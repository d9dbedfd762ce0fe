// Random commits, trims, requests of operators and restarts, beside a model of plain maps.
#include "state/state_builders.hpp"
#include "support/random_rounds.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace hubspool {
namespace {

// A batch as the model knows it.
struct modelled_batch {
    std::uint64_t number = 0;
    wall_time finished = {};
    std::uint64_t newest_file = 0;
    order_key top; // {}: nothing that the ledger learns
    std::vector<settled_record> records;
};

class state_model : public ::testing::Test {
protected:
    std::uint64_t below(std::uint64_t bound) { return random() % bound; }
    fate any_fate() { return static_cast<fate>(below(4)); }

    void SetUp() override {
        ASSERT_TRUE(works(store->begin_run(1, "queue-a")));
        epoch = value_of(store->load_meta()).epoch;
        ++commits;
    }
    void restart() {
        store.reset();
        store = opened(directory.path().string());
    }

    batch_outcome any_outcome() {
        batch_outcome outcome;
        outcome.batch = below(6) == 0 ? 0 : ++batch;
        outcome.finished = now;
        modelled_batch& known = history.emplace_back();
        known.number = outcome.batch;
        known.finished = now;
        for (std::uint64_t n = below(6); n > 0; --n) {
            const settled_record record{1 + below(20), below(1000), any_fate()};
            outcome.records.add(record);
            known.records.push_back(record);
            known.newest_file = std::max(known.newest_file, record.file);
            counts.add(record.fate);
        }
        for (std::uint64_t n = below(3); n > 0; --n) {
            const fate of = any_fate();
            const bool doubt = of == fate::dead && below(2) == 0;
            const order_key key{1 + below(100'000), 1 + below(20), below(10)};
            outcome.changes.add(settled_change{
                std::to_string(below(9)), of, doubt, {{field_kind::property, "a", key}}});
            if (is_at_hubspot(of) || doubt) known.top = std::max(known.top, key);
        }
        for (std::uint64_t n = below(3); n > 0; --n) {
            const charge told{std::to_string(below(5)), static_cast<std::uint32_t>(below(4)), now};
            outcome.charges.push_back(told);
            if (told.attempts == 0) {
                charges.erase(told.object_id);
            } else {
                charges[told.object_id] = told.attempts;
            }
        }
        stamp = std::max(stamp, known.top.as_of);
        return outcome;
    }
    void commit_something() {
        commit_unit unit;
        for (std::uint64_t n = below(4); n > 0; --n) unit.outcomes.push_back(any_outcome());
        for (std::uint64_t n = below(3); n > 0; --n) {
            file_row file = make_file(1 + below(20));
            file.stamp = below(100'000);
            file.counts.delivered = below(50);
            if (below(2) == 0) file.settled = now;
            unit.files.push_back(file);
            files[file.number] = file;
            stamp = std::max(stamp, file.stamp);
        }
        if (below(2) == 0) {
            unit.read_to[below(2) == 0 ? lane::live : lane::bulk] = {below(20), below(500)};
            raise(read_to, unit.read_to);
        }
        if (below(4) == 0) {
            unit.last_number = below(40);
            last_number = std::max(last_number, *unit.last_number);
        }
        if (below(8) == 0) {
            unit.horizon = {below(2000), below(20), 0};
            horizon = std::max(horizon, unit.horizon);
        }
        if (below(10) == 0) {
            unit.commit_above = commits + below(30);
            commits = std::max(commits, unit.commit_above);
        }
        ++commits;
        EXPECT_EQ(value_of(store->commit(unit)), commits);
    }
    void trim_something() {
        history_bounds bounds;
        bounds.before = now - milliseconds(below(60'000));
        bounds.lowest_cur = below(25);
        if (below(2) == 0) bounds.keep_from = order_key{below(100'000), below(20), 5};
        const auto may_go = [&](const modelled_batch& known) {
            if (known.finished >= bounds.before || known.newest_file >= bounds.lowest_cur)
                return false;
            if (!bounds.keep_from || known.top == order_key{}) return true;
            return std::pair(known.top.as_of, known.top.number) <
                   std::pair(bounds.keep_from->as_of, bounds.keep_from->number);
        };
        // The newest row stays, that its number is not given again.
        for (std::size_t i = 0; i + 1 < history.size();) {
            if (!may_go(history[i])) {
                ++i;
                continue;
            }
            const order_key& top = history[i].top;
            if (top != order_key{}) horizon = std::max(horizon, {top.as_of, top.number + 1, 0});
            history.erase(history.begin() + static_cast<std::ptrdiff_t>(i));
        }
        std::erase_if(files, [&](const auto& known) {
            const file_row& file = known.second;
            return file.settled && *file.settled < bounds.before && file.number < bounds.lowest_cur;
        });
        ++commits; // one step is enough for so little
        EXPECT_EQ(value_of(store->trim(bounds)), horizon);
    }
    void pause_or_resume() {
        const bool pause = below(2) == 0;
        ASSERT_TRUE(
            works(store->ask_for(pause ? operator_command::pause : operator_command::resume)));
        request.paused = pause;
        if (!pause) ++request.resumes;
    }

    void expect_all() {
        const meta loaded = value_of(store->load_meta());
        EXPECT_EQ(loaded.epoch, epoch);
        EXPECT_EQ(loaded.commit, commits);
        EXPECT_EQ(loaded.read_to, read_to);
        EXPECT_EQ(loaded.horizon, horizon);
        EXPECT_EQ(loaded.last_batch, batch);
        EXPECT_EQ(loaded.totals.delivered, counts.delivered);
        EXPECT_EQ(loaded.totals.superseded, counts.superseded);
        EXPECT_EQ(loaded.totals.overtaken, counts.overtaken);
        EXPECT_EQ(loaded.totals.dead_lettered, counts.dead);
        EXPECT_EQ(loaded.paused, request.paused);
        EXPECT_EQ(loaded.parks.size(), request.paused ? 1U : 0U);
        EXPECT_EQ(value_of(store->read_request()), request);
        EXPECT_EQ(loaded.last_stamp, std::max(stamp, horizon.as_of));
        expect_last_number(loaded.last_number);

        std::map<std::string, std::uint32_t> found;
        for (const charge& told : loaded.charges) found[told.object_id] = told.attempts;
        EXPECT_EQ(found, charges);
        expect_files();
        expect_history();
    }
    // Never below anything that speaks of a file, also when its row was trimmed.
    void expect_last_number(std::uint64_t found) {
        for (const auto& [number, file] : files) last_number = std::max(last_number, number);
        for (const modelled_batch& known : history)
            last_number = std::max(last_number, known.newest_file);
        EXPECT_GE(found, last_number_before);
        EXPECT_GE(found, last_number);
        last_number_before = std::min(found, last_number);
    }
    void expect_files() {
        const std::uint64_t from = below(22);
        std::vector<std::uint64_t> expected, found;
        for (const auto& [number, file] : files)
            if (number >= from || !file.settled) expected.push_back(number);
        for (const file_row& file : value_of(store->load_files(from))) {
            found.push_back(file.number);
            EXPECT_EQ(file.counts, files[file.number].counts);
            EXPECT_EQ(file.settled, files[file.number].settled);
        }
        EXPECT_EQ(found, expected);
    }
    void expect_history() {
        const std::uint64_t from = below(22);
        std::vector<settled_record> expected;
        for (const modelled_batch& known : history) {
            std::vector<settled_record> of_batch;
            for (const settled_record& record : known.records)
                if (record.file >= from) of_batch.push_back(record);
            // Within a batch they come in order of file and ordinal.
            std::stable_sort(of_batch.begin(), of_batch.end(), [](const auto& a, const auto& b) {
                return std::pair(a.file, a.ordinal) < std::pair(b.file, b.ordinal);
            });
            expected.insert(expected.end(), of_batch.begin(), of_batch.end());
        }
        EXPECT_EQ(settled_from(*store, from), expected);
    }

    temp_dir directory;
    std::unique_ptr<state_store> store = opened(directory.path().string());
    std::mt19937_64 random{20261130};
    wall_time now = at_ms(1'000'000);

    std::vector<modelled_batch> history;
    std::map<std::uint64_t, file_row> files;
    std::map<std::string, std::uint32_t> charges;
    fate_counts counts;
    operator_request request;
    frontiers read_to;
    order_key horizon;
    as_of_ms stamp = 0;
    std::uint64_t epoch = 0, commits = 0, batch = 0, last_number = 0, last_number_before = 0;
};

TEST_F(state_model, whatever_is_done_to_it_it_says_what_plain_maps_say) {
    for (int round = 0; round < testing::random_rounds(400); ++round) {
        now += milliseconds(below(2000));
        switch (below(10)) {
        case 0: restart(); break;
        case 1: trim_something(); break;
        case 2: pause_or_resume(); break;
        default: commit_something();
        }
        expect_all();
        if (HasFailure()) FAIL() << "in round " << round;
    }
}

} // namespace
} // namespace hubspool
