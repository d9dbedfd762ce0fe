// What the tests of the state share.
#pragma once

#include "state/letters/dead_letter_box.hpp"
#include "state/state_store.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace hubspool {

using access = state_store::access;

inline std::unique_ptr<state_store> opened(const std::string& directory,
                                           access how = access::read_write) {
    auto store = state_store::open(directory, how);
    EXPECT_TRUE(static_cast<bool>(store)) << (store ? "" : store.error().message);
    return store ? std::move(*store) : nullptr;
}

template <class Value>
Value value_of(result<Value> given) {
    EXPECT_TRUE(static_cast<bool>(given)) << (given ? "" : given.error().message);
    return given ? std::move(*given) : Value{};
}

template <class Value>
::testing::AssertionResult works(const result<Value>& done) {
    if (done) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure()
           << done.error().message << " (" << done.error().code << ")";
}

inline std::uint64_t commit_number_of(state_store& store) {
    return value_of(store.load_meta()).commit;
}

inline wall_time at_ms(std::int64_t ms) {
    return wall_time(milliseconds(ms));
}

inline file_row make_file(std::uint64_t number) {
    file_row file;
    file.number = number;
    file.name = "contacts-" + std::to_string(number) + ".ndjson";
    file.size = 1000;
    file.claimed = at_ms(1000);
    return file;
}

// A batch that settled the records [from, to) of one file.
inline batch_outcome make_outcome(std::uint64_t batch, std::uint64_t file, std::uint64_t from,
                                  std::uint64_t to, fate of = fate::delivered) {
    batch_outcome outcome;
    outcome.batch = batch;
    outcome.inputs = 1;
    outcome.delivered = of == fate::dead ? 0 : 1;
    outcome.http_status = 200;
    outcome.finished = at_ms(static_cast<std::int64_t>(batch) * 1000 + 1);
    for (std::uint64_t i = from; i < to; ++i) outcome.records.add({file, i, of});
    return outcome;
}

inline dead_letter make_letter(std::uint64_t file, std::uint64_t place, std::uint64_t ordinal) {
    dead_letter letter;
    letter.at = {file, place};
    letter.object_id = "123";
    letter.category = "decode";
    letter.reason = "objectId is missing";
    letter.content = "{\"x\":1}";
    letter.records = {{file, place, 7, ordinal, 1, 12, "ref-1"}};
    return letter;
}

// What reading found bad: letters, each of one record.
inline commit_unit unit_of_letters(const std::vector<dead_letter>& letters) {
    commit_unit unit;
    batch_outcome& outcome = unit.outcomes.emplace_back();
    outcome.finished = at_ms(5000);
    outcome.dead_letters = letters;
    for (const dead_letter& letter : letters) {
        for (const auto& record : letter.records) {
            outcome.records.add({record.file, record.ordinal, fate::dead});
        }
    }
    return unit;
}

// Those that were not dropped, from old to new.
inline std::vector<dead_letter> letters_in(const std::string& directory) {
    std::vector<dead_letter> letters;
    auto box = dead_letter_box::open(directory, dead_letter_box::access::look);
    EXPECT_TRUE(works(box));
    if (!box) return letters;
    EXPECT_TRUE(works(box->visit([&](const kept_dead_letter& kept) {
        if (!kept.dropped) letters.insert(letters.begin(), kept.letter);
        return true;
    })));
    return letters;
}

inline std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

inline std::vector<std::string> lines_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
}

inline std::vector<settled_record> settled_from(state_store& store, std::uint64_t from) {
    std::vector<settled_record> records;
    EXPECT_TRUE(works(store.load_settled(
        from, [&](const settled_record& record) { records.push_back(record); })));
    return records;
}

} // namespace hubspool
