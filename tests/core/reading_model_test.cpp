// The hunt for a record that crashes the decoder, and the lead of the frontier, over whole files.
#include "core/limits/daily_budget.hpp"
#include "core/reading/crash_hunt.hpp"
#include "core/reading/frontier_lead.hpp"
#include "support/random_rounds.hpp"
#include "support/start_time.hpp"

#include <gmock/gmock.h>

#include <random>
#include <set>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using record_place = crash_hunt::record_place;

// A run reads files from their beginning, and ends where the decoder crashes.
class crashing_runs {
public:
    static constexpr std::uint64_t block_bytes = 1000, record_bytes_max = 100;

    // What a run comes to: the window in which it crashed; nothing: it read all.
    std::optional<decode_crash> run(const std::optional<decode_crash>& crash) {
        crash_hunt hunt(crash, given_up, block_bytes, record_bytes_max);
        if (hunt.newly_given_up()) given_up.insert(*hunt.newly_given_up());
        decoded.clear();
        for (std::uint64_t file = 1; file <= files.size(); ++file) {
            const std::vector<std::uint64_t>& records = files[file - 1];
            for (std::size_t at = 0; at < records.size();) {
                const crash_hunt::step& how = hunt.next(file, records[at]);
                std::size_t end = at + 1;
                // As the reader does: up to the first record that begins behind a block.
                while (!how.one_by_one && end < records.size() &&
                       records[end] < records[at] + block_bytes)
                    ++end;
                if (how.undecoded) {
                    EXPECT_EQ(end, at + 1) << "its neighbours are decoded";
                    at = end;
                    continue;
                }
                for (std::size_t record = at; record < end; ++record) {
                    const record_place place{file, records[record]};
                    if (crashing.contains(place)) {
                        decode_crash now = how.window;
                        ++now.times;
                        return now;
                    }
                    decoded.insert(place);
                }
                at = end;
            }
        }
        return std::nullopt;
    }

    std::vector<std::vector<std::uint64_t>> files; // where records begin
    std::set<record_place> crashing, given_up, decoded;
};

TEST(crash_hunt_model, those_that_crash_are_given_up_in_a_few_runs_and_no_other_record_is) {
    std::mt19937_64 random(20261130);
    for (int story = 0; story < testing::random_rounds(300); ++story) {
        crashing_runs runs;
        std::set<record_place> all;
        for (std::uint64_t file = 1; file <= 1 + random() % 3; ++file) {
            std::vector<std::uint64_t>& records = runs.files.emplace_back();
            for (std::uint64_t at = random() % 50; records.size() < 1 + random() % 120;
                 at += 10 + random() % 90) {
                records.push_back(at);
                all.insert({file, at});
                if (random() % 40 == 0) runs.crashing.insert({file, at});
            }
        }
        std::optional<decode_crash> crash;
        int starts = 0;
        do {
            crash = runs.run(crash);
            ASSERT_LE(++starts, 5 * static_cast<int>(runs.crashing.size()) + 1)
                << "it goes on for ever";
        } while (crash);
        ASSERT_EQ(runs.given_up, runs.crashing) << "in story " << story;
        for (const record_place& place : runs.crashing) all.erase(place);
        ASSERT_EQ(runs.decoded, all) << "each innocent record is decoded";
    }
}

TEST(frontier_lead_model, what_is_read_is_always_asked_for_and_never_much_ahead) {
    std::mt19937_64 random(20261130);
    for (int story = 0; story < testing::random_rounds(200); ++story) {
        frontier_lead lead;
        std::vector<claimed_file> page;
        for (std::uint64_t number = 1; number <= 60; ++number) {
            const std::uint64_t size =
                random() % 4 == 0 ? random() % (200ULL << 20) : random() % 5000;
            page.push_back({number, lane::live, "f", size, {}});
        }
        reading_list waiting;
        waiting.take_page(page);
        arrival asked;
        int askings = 0;
        while (!waiting.empty()) {
            const file_to_read next = waiting.take_first();
            for (std::uint64_t place = 0; place < next.file.size || place == 0;
                 place += 1 + random() % (32ULL << 20)) {
                const arrival upto{next.file.number, std::min(place, next.file.size)};
                if (const auto wanted = lead.ask(upto, next.file.size, waiting)) {
                    ASSERT_GT(*wanted, asked) << "it only rises";
                    asked = *wanted;
                    ++askings;
                }
                ASSERT_GE(asked, upto) << "what is read may be sent once that is durable";
                if (asked.file == upto.file && asked < end_of_file(upto.file)) {
                    ASSERT_LE(asked.place, upto.place + 2 * frontier_lead::bytes_ahead);
                }
                ASSERT_LE(asked.file, 60 + frontier_lead::numbers_ahead);
            }
        }
        ASSERT_LE(askings, 250) << "one asking serves some 64 MiB";
    }
}

// A day's count over random sends and crashes.
TEST(daily_budget_model, after_any_crash_the_count_is_never_too_low_and_the_reserve_is_left) {
    std::mt19937_64 random(20261130);
    for (int story = 0; story < testing::random_rounds(200); ++story) {
        const auto quota = static_cast<std::uint32_t>(50 + random() % 2000);
        const daily_budget_options options{quota, 0.2};
        const quota_day today{wall_time(1'800'000'000s), start + 10h};
        const moment now{start, wall_time(1'799'990'000s), 0.5};
        day_count stored{today.ends, 0};
        std::optional<day_count> on_its_way;
        std::uint64_t sent = 0;
        std::optional<daily_budget> budget;
        const auto begin_run = [&] {
            budget.emplace(options);
            budget->set_day(today, now);
            budget->restore(stored, now.wall);
            on_its_way.reset();
        };
        begin_run();
        for (int step = 0; step < 6000; ++step) {
            if (auto wanted = budget->wanted()) on_its_way = wanted;
            if (on_its_way && random() % 3 == 0) {
                stored = *on_its_way;
                budget->durable(stored);
                on_its_way.reset();
            }
            if (budget->ready_at(start) <= start && !budget->spent()) {
                budget->sent();
                ++sent;
                ASSERT_LE(sent, stored.used) << "what is sent is covered by what is durable";
            }
            if (random() % 400 == 0) {
                // A write that was on its way may have come through, or not.
                if (on_its_way && random() % 2 == 0) stored = *on_its_way;
                begin_run();
                ASSERT_GE(budget->count().used, sent) << "the count was lost";
            }
        }
        ASSERT_LE(sent, static_cast<std::uint64_t>(quota) * 8 / 10 + 1) << "of " << quota;
    }
}

} // namespace
} // namespace hubspool
