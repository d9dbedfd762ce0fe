#include "state/letters/dead_letter_box.hpp"
#include "state/state_builders.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <sys/resource.h>

#include <cerrno>
#include <csignal>
#include <filesystem>

namespace hubspool {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct dead_letter_box_test : testing::Test {
    temp_dir directory;
    std::string where = directory.path().string();
    std::unique_ptr<state_store> store = opened(where);

    void SetUp() override {
        ASSERT_TRUE(works(store->begin_run(1, "state-a")));
        commit({make_letter(3, 100, 7), make_letter(3, 200, 8), make_letter(4, 50, 0)});
    }
    void commit(const std::vector<dead_letter>& letters) {
        ASSERT_TRUE(works(store->commit(unit_of_letters(letters))));
    }
    dead_letter_box box(dead_letter_box::access how = dead_letter_box::access::change) {
        auto made = dead_letter_box::open(where, how);
        EXPECT_TRUE(works(made));
        return std::move(*made);
    }
    std::vector<std::uint64_t> open_places() {
        std::vector<std::uint64_t> places;
        for (const dead_letter& letter : letters_in(where)) places.push_back(letter.at.place);
        return places;
    }
    std::size_t files_of_dropped() const {
        std::size_t files = 0;
        for (const auto& entry : std::filesystem::directory_iterator(where))
            files += entry.path().filename().string().starts_with("dead-letters.dropped") ? 1 : 0;
        return files;
    }
    std::uint64_t dead_count() { return value_of(store->load_meta()).totals.dead_lettered; }
    std::uint64_t open_count() { return value_of(store->load_books(0)).letters.open; }
};

TEST_F(dead_letter_box_test, dropped_letters_are_in_a_file_in_the_log_s_form_and_not_open) {
    EXPECT_EQ(open_count(), 3U);
    const auto lines = lines_of(directory.file("dead-letters.ndjson"));
    const auto done = value_of(box().drop({1, 3}, at_ms(0)));
    EXPECT_EQ(done.letters, 2U);
    EXPECT_EQ(done.file, directory.file("dead-letters.dropped-19700101T000000Z.ndjson"));
    EXPECT_THAT(lines_of(done.file), ElementsAre(lines[0], lines[2]));
    EXPECT_THAT(open_places(), ElementsAre(200U));
    EXPECT_EQ(open_count(), 1U);
    EXPECT_EQ(dead_count(), 3U) << "a death stays a death";
}

TEST_F(dead_letter_box_test, dropped_letter_that_recovery_finds_again_is_not_written_nor_counted) {
    ASSERT_EQ(value_of(box().drop({1}, at_ms(0))).letters, 1U);
    store.reset();
    store = opened(where); // a restart reads the file again, and finds one more
    commit({make_letter(3, 100, 7), make_letter(3, 200, 8), make_letter(4, 60, 1)});
    EXPECT_THAT(open_places(), ElementsAre(200U, 50U, 60U));
    EXPECT_EQ(dead_count(), 4U);
    EXPECT_EQ(lines_of(directory.file("dead-letters.ndjson")).size(), 4U);
}

TEST_F(dead_letter_box_test, dropped_letter_keeps_all_but_its_content) {
    ASSERT_EQ(value_of(box().drop({1}, at_ms(7000))).letters, 1U);
    const auto kept = value_of(box(dead_letter_box::access::look).load(1));
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->dropped, at_ms(7000));
    EXPECT_EQ(kept->died, at_ms(5000));
    EXPECT_EQ(kept->letter.content, "");
    EXPECT_EQ(kept->letter.object_id, "123");
    EXPECT_EQ(kept->letter.records.size(), 1U);
}

TEST_F(dead_letter_box_test, second_drop_of_a_letter_drops_nothing_and_loses_no_file) {
    const auto first = value_of(box().drop({1}, at_ms(0)));
    const auto second = value_of(box().drop({1, 2}, at_ms(0)));
    EXPECT_EQ(second.letters, 1U);
    EXPECT_NE(second.file, first.file);
    EXPECT_EQ(lines_of(first.file).size(), 1U);
    EXPECT_EQ(lines_of(second.file).size(), 1U);
}

TEST_F(dead_letter_box_test, nothing_to_drop_makes_no_file) {
    const auto done = value_of(box().drop({}, at_ms(0)));
    EXPECT_EQ(done.letters, 0U);
    EXPECT_EQ(done.file, "");
    EXPECT_EQ(open_count(), 3U);
}

TEST_F(dead_letter_box_test, drop_of_more_than_a_step_drops_all_of_them) {
    std::vector<dead_letter> letters;
    for (std::uint64_t i = 0; i < 1200; ++i) letters.push_back(make_letter(9, i, i));
    commit(letters);
    std::vector<std::uint64_t> rows(1203);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = i + 1;
    const auto done = value_of(box().drop(rows, at_ms(0)));
    EXPECT_EQ(done.letters, 1203U);
    EXPECT_EQ(lines_of(done.file).size(), 1203U);
    EXPECT_EQ(open_count(), 0U);
}

TEST_F(dead_letter_box_test, letters_that_another_process_has_dropped_make_no_file) {
    const auto first = value_of(box().drop({1}, at_ms(0)));
    EXPECT_EQ(value_of(box().drop({1}, at_ms(1000))).file, "");
    EXPECT_EQ(files_of_dropped(), 1U);
}

TEST_F(dead_letter_box_test, drop_that_cannot_be_written_down_leaves_no_file_and_drops_nothing) {
    auto unwritten = box();
    ::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const rlimit small{100, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const auto done = unwritten.drop({1, 2, 3}, at_ms(0));
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().message, HasSubstr("; nothing was dropped"));
    EXPECT_EQ(files_of_dropped(), 0U);
    EXPECT_EQ(open_count(), 3U);
}

TEST_F(dead_letter_box_test, log_of_changes_does_not_grow_with_what_is_dropped) {
    std::vector<dead_letter> letters;
    std::vector<std::uint64_t> rows;
    for (std::uint64_t i = 0; i < 5000; ++i) {
        rows.push_back(4 + i);
        letters.emplace_back(make_letter(9, i, i)).content.assign(3000, 'x');
    }
    commit(letters);
    store.reset(); // no daemon runs
    auto alone = box();
    EXPECT_EQ(value_of(alone.drop(rows, at_ms(0))).letters, 5000U);
    EXPECT_LT(std::filesystem::file_size(directory.file("state.db-wal")), 12U << 20);
}

TEST_F(dead_letter_box_test, looking_changes_nothing) {
    auto look = box(dead_letter_box::access::look);
    EXPECT_FALSE(look.drop({1}, at_ms(0)));
    EXPECT_EQ(open_count(), 3U);
}

TEST_F(dead_letter_box_test, visit_goes_from_new_to_old_until_it_is_told_to_end) {
    std::vector<std::uint64_t> rows;
    ASSERT_TRUE(works(box().visit([&](const kept_dead_letter& kept) {
        rows.push_back(kept.row);
        return rows.size() < 2;
    })));
    EXPECT_THAT(rows, ElementsAre(3U, 2U));
}

TEST_F(dead_letter_box_test, trim_forgets_a_dropped_letter_only_when_its_file_cannot_come_again) {
    ASSERT_EQ(value_of(box().drop({1, 3}, at_ms(0))).letters, 2U);
    const auto row_is_there = [&](std::uint64_t row) {
        return value_of(box().load(row)).has_value();
    };
    ASSERT_TRUE(works(store->trim({at_ms(1000) - milliseconds(5000), 100})));
    EXPECT_TRUE(row_is_there(1)) << "it was dropped a short while ago";
    ASSERT_TRUE(works(store->trim({at_ms(1000000), 4})));
    EXPECT_FALSE(row_is_there(1));
    EXPECT_TRUE(row_is_there(2)) << "an open one is never dropped";
    EXPECT_TRUE(row_is_there(3)) << "file 4 may still be read again";
}

TEST_F(dead_letter_box_test, held_letter_is_told_with_the_time_since_then_and_counted_once) {
    EXPECT_EQ(value_of(box().hold({1, 2}, at_ms(7000))), 2U);
    EXPECT_EQ(value_of(box().load(1))->held, at_ms(7000));
    EXPECT_EQ(value_of(box().hold({1, 3}, at_ms(8000))), 1U) << "one of them was held already";
    EXPECT_EQ(value_of(box().load(1))->held, at_ms(7000)) << "its beginning stays";
}

TEST_F(dead_letter_box_test, letter_that_is_let_go_is_not_held) {
    ASSERT_EQ(value_of(box().hold({1}, at_ms(7000))), 1U);
    EXPECT_EQ(value_of(box().hold({1, 2}, std::nullopt)), 1U) << "the other one was not held";
    EXPECT_FALSE(value_of(box().load(1))->held);
}

TEST_F(dead_letter_box_test, dropped_letter_is_neither_held_nor_retried) {
    ASSERT_EQ(value_of(box().drop({1}, at_ms(0))).letters, 1U);
    EXPECT_EQ(value_of(box().hold({1}, at_ms(7000))), 0U);
    EXPECT_EQ(value_of(box().note_retried({1}, "retry", at_ms(7000))), 0U);
}

TEST_F(dead_letter_box_test, retried_letter_tells_when_and_as_which_file) {
    EXPECT_EQ(value_of(box().note_retried({2}, "retry-1.ndjson", at_ms(7000))), 1U);
    const auto kept = value_of(box().load(2));
    EXPECT_EQ(kept->retried, at_ms(7000));
    EXPECT_EQ(kept->retry_name, "retry-1.ndjson");
    EXPECT_TRUE(kept->is_open()) << "what becomes of it is not known yet";
    EXPECT_FALSE(value_of(box().load(1))->retried);
}

TEST_F(dead_letter_box_test, rows_that_are_none_change_nothing) {
    EXPECT_EQ(value_of(box().hold({99}, at_ms(0))), 0U);
    EXPECT_EQ(value_of(box().note_retried({99}, "x", at_ms(0))), 0U);
    EXPECT_EQ(value_of(box().drop({99}, at_ms(0))).file, "");
    EXPECT_FALSE(value_of(box().load(99)));
    EXPECT_EQ(files_of_dropped(), 0U);
}

TEST_F(dead_letter_box_test, sums_tell_how_many_there_are_of_each_kind) {
    ASSERT_EQ(value_of(box().drop({1}, at_ms(0))).letters, 1U);
    ASSERT_EQ(value_of(box().hold({2}, at_ms(0))), 1U);
    ASSERT_EQ(value_of(box().note_retried({2, 3}, "x", at_ms(0))), 2U);
    const letter_sums sums = value_of(store->load_books(0)).letters;
    EXPECT_EQ(sums.open, 2U);
    EXPECT_EQ(sums.dropped, 1U);
    EXPECT_EQ(sums.held, 1U);
    EXPECT_EQ(sums.retried, 2U);
    EXPECT_EQ(sums.struck, 0U);
}

TEST_F(dead_letter_box_test, who_looks_may_neither_hold_nor_note) {
    EXPECT_FALSE(box(dead_letter_box::access::look).hold({1}, at_ms(0)));
    EXPECT_FALSE(box(dead_letter_box::access::look).note_retried({1}, "x", at_ms(0)));
}

} // namespace
} // namespace hubspool
