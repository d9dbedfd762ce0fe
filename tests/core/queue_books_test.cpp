#include "core/books/queue_books.hpp"
#include "support/start_time.hpp"

#include <gmock/gmock.h>

namespace hubspool {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class queue_books_test : public ::testing::Test {
protected:
    // A file that was read to its end, of so many records.
    void read(std::uint64_t number, std::uint64_t records) {
        file_row row;
        row.number = number;
        books.started(row);
        books.read_to_end(number, records, {}, start);
    }
    void deliver(std::uint64_t number, std::uint64_t records) {
        batch_outcome outcome;
        for (std::uint64_t i = 0; i < records; ++i)
            outcome.records.add({number, i, fate::delivered});
        books.settle(outcome, [this](const settled_record& record) { twice.push_back(record); });
    }
    std::vector<file_row> commit() {
        std::vector<file_row> rows;
        books.close({wall_time(std::chrono::hours(1)), [this](const file_row&) { return size; },
                     [this](const file_row&, const std::string& sums) { disagreed = sums; }},
                    rows, records_in);
        books.written();
        return rows;
    }
    // Reading of it begins, while that of the other lane has not come to `unread_from`.
    void begin(std::uint64_t number, std::uint64_t unread_from) {
        file_row row;
        row.number = number;
        books.started(row, unread_from);
    }
    // As the run before left it: it counted one more than there is.
    void restore_with_one_too_many(std::uint64_t number) {
        open_file wrong;
        wrong.row.number = number;
        wrong.book.counts.delivered = 1;
        books.restore(std::move(wrong));
    }

    queue_books books;
    std::uint64_t records_in = 0;
    std::optional<std::uint64_t> size;
    std::string disagreed;
    std::vector<settled_record> twice;
};

} // namespace

TEST_F(queue_books_test, file_is_settled_when_it_is_read_to_its_end_and_every_record_has_a_fate) {
    read(1, 2);
    deliver(1, 1);
    EXPECT_FALSE(commit().at(0).settled);
    EXPECT_THAT(books.may_leave(), IsEmpty());
    batch_outcome rest;
    rest.records = {{1, 1, fate::superseded}};
    books.settle(rest, [](const settled_record&) { ADD_FAILURE(); });
    const std::vector<file_row> rows = commit();
    EXPECT_TRUE(rows.at(0).settled);
    EXPECT_EQ(rows.at(0).counts, (fate_counts{1, 1, 0}));
    EXPECT_EQ(records_in, 2U) << "counted once";
    EXPECT_THAT(books.may_leave(), ElementsAre(1U));
}

TEST_F(queue_books_test, oldest_key_is_of_what_was_read_of_the_files_in_cur) {
    EXPECT_FALSE(oldest_key(books));
    for (const std::uint64_t number : {1U, 2U}) {
        file_row row;
        row.number = number;
        books.started(row);
    }
    books.block_read(1, {}, {0, 0, {}, 500});
    books.block_read(2, {}, {0, 0, {}, 90});
    books.block_read(2, {}, {0, 0, {}, 300});
    EXPECT_EQ(oldest_key(books), (order_key{90, 0, 0}));
    books.left(2);
    EXPECT_EQ(oldest_key(books), (order_key{500, 0, 0}));
}

TEST_F(queue_books_test, file_of_which_more_than_half_was_overtaken_is_told_when_it_is_settled) {
    std::vector<std::uint64_t> told;
    const auto settle = [&](std::uint64_t file, fate first, fate second, fate third) {
        read(file, 3);
        batch_outcome outcome;
        outcome.records = {{file, 0, first}, {file, 1, second}, {file, 2, third}};
        books.settle(outcome, [](const settled_record&) { ADD_FAILURE(); });
        std::vector<file_row> rows;
        books.close({.now = {},
                     .size_now = [](const file_row&) { return std::nullopt; },
                     .disagree = {},
                     .overtaken = [&](const file_row& row) { told.push_back(row.number); }},
                    rows, records_in);
        books.written();
    };
    settle(1, fate::overtaken, fate::delivered, fate::superseded);
    EXPECT_THAT(told, IsEmpty());
    settle(2, fate::overtaken, fate::delivered, fate::overtaken);
    EXPECT_THAT(told, ElementsAre(2U));
}

TEST_F(queue_books_test, scenario_52_file_of_gathered_records_is_kept) {
    const auto die = [&](std::uint64_t file, const std::string& content) {
        batch_outcome outcome;
        outcome.records = {{file, 0, fate::dead}};
        dead_letter& letter = outcome.dead_letters.emplace_back();
        letter.at = {file, 0};
        letter.category = "too_late";
        letter.content = content;
        books.settle(outcome, [](const settled_record&) { ADD_FAILURE(); });
        return commit().at(0);
    };
    read(1, 2);
    EXPECT_THAT(die(1, "").keep_because.value_or(""), HasSubstr("Look whether the times are right"))
        << "as durable as their fates";
    read(2, 1);
    EXPECT_FALSE(die(2, "{}").keep_because) << "one that has its letter needs no file";
}

TEST_F(queue_books_test, what_was_told_of_a_file_stays_in_its_row_over_a_restart) {
    open_file open;
    open.row.number = 1;
    open.row.remark = "told by the run before";
    books.restore(open);
    // This run read only the rest of it.
    books.read_to_end(1, 1, {}, start);
    deliver(1, 1);
    EXPECT_EQ(commit().at(0).remark, "told by the run before");
    open.row.number = 2;
    books.restore(open);
    books.read_to_end(2, 1, {0, 0, {}, {}, "told now"}, start);
    deliver(2, 1);
    EXPECT_EQ(commit().at(0).remark, "told now");
}

TEST_F(queue_books_test, row_of_a_file_that_was_only_read_waits_for_its_first_fate) {
    read(1, 2);
    EXPECT_FALSE(books.has_rows());
    EXPECT_EQ(books.rows_due_at(), start + queue_books::row_wait);
    deliver(1, 1);
    EXPECT_TRUE(books.has_rows());
    commit();
    books.take_waiting_rows(start + queue_books::row_wait);
    EXPECT_FALSE(books.has_rows()) << "it was written already";
    EXPECT_EQ(records_in, 2U);
}

TEST_F(queue_books_test, row_of_a_file_that_was_only_read_waits_for_a_bounded_time) {
    read(1, 2);
    books.take_waiting_rows(start + queue_books::row_wait - milliseconds(1));
    EXPECT_FALSE(books.has_rows());
    books.take_waiting_rows(start + queue_books::row_wait);
    EXPECT_THAT(commit(), SizeIs(1));
    EXPECT_EQ(records_in, 2U);
    EXPECT_FALSE(books.rows_due_at());
}

TEST_F(queue_books_test, row_that_no_fate_would_write_is_written_at_once) {
    read(1, 0);
    EXPECT_TRUE(books.has_rows());
    books.written();
    file_row row;
    row.number = 2;
    books.started(row);
    books.read_to_end(2, 5, {0, 0, "it was rewritten"}, start);
    EXPECT_TRUE(books.has_rows());
    EXPECT_FALSE(books.rows_due_at());
}

TEST_F(queue_books_test, settled_file_waits_for_those_before_it) {
    read(1, 1);
    read(2, 1);
    deliver(2, 1);
    commit();
    EXPECT_THAT(books.may_leave(), IsEmpty());
    deliver(1, 1);
    commit();
    EXPECT_THAT(books.may_leave(), ElementsAre(1U, 2U));
}

TEST_F(queue_books_test, file_of_which_nothing_was_read_leaves_at_once) {
    read(1, 1);
    read(2, 0);
    commit();
    EXPECT_THAT(books.may_leave(), ElementsAre(2U));
}

TEST_F(queue_books_test, record_that_has_a_fate_is_told_and_not_counted) {
    read(1, 1);
    deliver(1, 1);
    deliver(1, 1);
    deliver(7, 1);
    EXPECT_THAT(twice, ElementsAre(settled_record{1, 0}, settled_record{7, 0}));
    EXPECT_EQ(commit().at(0).counts.delivered, 1U);
}

TEST_F(queue_books_test, scenario_53_file_whose_sums_disagree_leaves_apart_and_in_its_turn) {
    read(1, 1);
    restore_with_one_too_many(2);
    read(2, 1);
    deliver(2, 1);
    commit();
    EXPECT_THAT(books.may_leave(), IsEmpty()) << "behind an earlier one";
    deliver(1, 1);
    commit();
    EXPECT_THAT(books.may_leave(), ElementsAre(1U, 2U));
}

TEST_F(queue_books_test, file_whose_sums_disagree_counts_what_has_a_fate) {
    restore_with_one_too_many(1);
    read(1, 1);
    deliver(1, 1);
    const std::vector<file_row> rows = commit();
    EXPECT_TRUE(rows.at(0).settled);
    EXPECT_EQ(rows.at(0).mismatches, 1U);
    EXPECT_THAT(disagreed, HasSubstr("1 records were read; 2 delivered"));
    EXPECT_EQ(rows.at(0).keep_because, disagreed);
    EXPECT_EQ(rows.at(0).records_in, 2U);
    EXPECT_EQ(records_in, 2U);
}

TEST_F(queue_books_test, file_that_cannot_be_read_on_says_why_before_its_sums) {
    restore_with_one_too_many(1);
    file_row row;
    row.number = 1;
    books.started(row);
    books.read_to_end(1, 0, {0, 0, "it is a table without a header"}, start);
    EXPECT_THAT(commit().at(0).keep_because.value_or(""),
                HasSubstr("it is a table without a header; its books do not balance: 0 records"));
}

// Else a record of the middle would be settled of which nothing says how it was found.
TEST_F(queue_books_test, dialect_of_a_table_is_in_its_row_with_its_first_fate) {
    begin(1, 1);
    books.block_read(1, {.dialect = {';', '"'}}, {});
    books.block_read(1, {.offset = 90, .ordinal = 5, .dialect = {';', '"'}}, {});
    batch_outcome outcome;
    outcome.records = {{1, 7, fate::delivered}};
    books.settle(outcome, [](const settled_record&) { ADD_FAILURE(); });
    const read_point watermark = commit().at(0).watermark;
    EXPECT_EQ(watermark.ordinal, 0U);
    EXPECT_EQ(watermark.dialect, (table_dialect{';', '"'}));
}

TEST_F(queue_books_test, growth_at_the_move_is_in_the_row_before_the_file_leaves) {
    read(1, 1);
    deliver(1, 1);
    commit();
    EXPECT_FALSE(books.note_growth(1, 0)) << "as large as it was";
    EXPECT_TRUE(books.note_growth(1, 5));
    EXPECT_THAT(commit().at(0).keep_because.value_or(""), HasSubstr("it grew from 0 to 5"));
    EXPECT_FALSE(books.note_growth(1, 6)) << "said once";
}

// Else a lost database would let the old values of what stays behind go over theirs.
TEST_F(queue_books_test, scenario_47_settled_file_waits_for_an_older_one_of_the_other_lane) {
    begin(7, 5);
    books.read_to_end(7, 1, {}, start);
    deliver(7, 1);
    commit();
    EXPECT_EQ(books.size().settled, 1U);
    EXPECT_THAT(books.may_leave(), IsEmpty()) << "5 is not even begun";
    begin(5, 8);
    EXPECT_THAT(books.may_leave(), IsEmpty());
    books.read_to_end(5, 0, {}, start);
    commit();
    EXPECT_THAT(books.may_leave(), ElementsAre(5U, 7U));
    books.left(5);
    books.left(7);
    EXPECT_EQ(books.size().settled, 0U);
}

TEST_F(queue_books_test, scenario_47_nor_does_it_leave_at_a_start_before_what_is_unread) {
    open_file settled;
    settled.row.number = 7;
    settled.row.records_in = 1;
    settled.row.settled = wall_time(std::chrono::hours(1));
    books.restore(settled, 5);
    EXPECT_THAT(books.may_leave(), IsEmpty());
    books.restore(settled, 8);
    EXPECT_THAT(books.may_leave(), ElementsAre(7U));
}

} // namespace hubspool
