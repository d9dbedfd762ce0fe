// Dead letters for tests, and a state that has them.
#pragma once

#include "cli/cli_fixture.hpp"
#include "core/books/batch_outcome.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hubspool {

// Found in an answer to batch 3, when it is recorded by letters_fixture.
inline dead_letter some_letter(std::uint64_t file, std::uint64_t place, const std::string& object,
                               const std::string& reason, std::uint64_t records = 1) {
    dead_letter letter;
    letter.at = {file, place};
    letter.object_id = object;
    letter.category = "VALIDATION_ERROR";
    letter.reason = reason;
    letter.records = {{file, place, 20, 0, records, 1 + place / 20, ""}};
    return letter;
}

// When they died, if nothing else is said.
inline constexpr wall_time letters_died =
    std::chrono::sys_days(std::chrono::year(2020) / 11 / 29) + std::chrono::hours(22);

// A state whose dead letters each test chooses; their files are a.ndjson (1) and b.ndjson (2).
class letters_fixture : public cli_fixture {
protected:
    void SetUp() override {
        make_queue();
        commit_unit unit;
        for (const auto& [number, name] : {std::pair(1, "a.ndjson"), std::pair(2, "b.ndjson")}) {
            file_row row;
            row.number = static_cast<std::uint64_t>(number);
            row.name = name;
            unit.files.push_back(row);
        }
        commit(unit);
    }
    void commit(const commit_unit& unit) const {
        ASSERT_TRUE(static_cast<bool>(open_state()->commit(unit)));
    }
    // Of one answer, in this order; batch 0: while reading.
    void record(std::vector<dead_letter> dead, std::uint64_t batch = 3,
                wall_time died = letters_died) const {
        commit_unit unit;
        batch_outcome& outcome = unit.outcomes.emplace_back();
        outcome.batch = batch;
        outcome.http_status = batch == 0 ? 0 : 207;
        outcome.correlation_id = batch == 0 ? "" : "corr-" + std::to_string(batch);
        outcome.finished = died;
        for (dead_letter& letter : dead) {
            letter.batch = batch;
            letter.records.front().ordinal = next_ordinal_++;
            outcome.records.add({letter.at.file, letter.records.front().ordinal, fate::dead});
        }
        outcome.dead_letters = std::move(dead);
        commit(unit);
    }
    ended letters(const std::string& command, std::vector<std::string> words = {}) const {
        words.insert(words.begin(), {"dead-letters", command});
        return over(std::move(words));
    }

private:
    mutable std::uint64_t next_ordinal_ = 0;
};

} // namespace hubspool
