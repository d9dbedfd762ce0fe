#include "state/database.hpp"
#include "state/state_builders.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <cerrno>
#include <limits>
#include <memory>
#include <optional>
#include <thread>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class database_test : public ::testing::Test {
protected:
    database opened(database::mode how = database::mode::create,
                    database::contents what = database::contents::state) {
        auto db = database::open(path, how, what);
        if (!db) throw std::runtime_error(db.error().message);
        return std::move(*db);
    }
    void SetUp() override {
        auto db = opened();
        ASSERT_TRUE(works(db.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, word);"
                                     "PRAGMA journal_mode = WAL;")));
    }
    static std::vector<std::string> words_of(database& db) {
        std::vector<std::string> words;
        auto rows = db.prepare("SELECT word FROM row ORDER BY id");
        EXPECT_TRUE(works(rows));
        while (value_of(rows->step())) words.emplace_back(rows->text(0));
        return words;
    }
    static result<void> insert(database& db, std::string_view word) {
        auto insert = db.prepare("INSERT INTO row (word) VALUES (?1)");
        if (!insert) return insert.error();
        return insert->bind(word).run();
    }

    temp_dir directory;
    std::string path = directory.file("some.db");
};

TEST_F(database_test, values_come_back_as_they_were_bound) {
    auto db = opened();
    auto echo = db.prepare("SELECT ?1, ?2, ?3, ?4, ?5, ?6");
    ASSERT_TRUE(works(echo));
    const wall_time at = at_ms(-62'135'596'800'000);
    const std::string text = "text"; // bound without a copy
    echo->bind(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::uint64_t>::max(),
               true, at, text, std::uint32_t{0xFFFFFFFF});
    ASSERT_TRUE(value_of(echo->step()));
    EXPECT_EQ(echo->integer(0), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(echo->number(1), std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(echo->integer(2), 1);
    EXPECT_EQ(echo->time(3), at);
    EXPECT_EQ(echo->text(4), "text");
    EXPECT_EQ(echo->number(5), 0xFFFFFFFFU);
    EXPECT_FALSE(value_of(echo->step()));
}

TEST_F(database_test, text_is_bytes_with_nul_and_without_utf_8) {
    auto db = opened();
    const std::string bytes("a\0b\xFF\xC0", 5);
    auto echo = db.prepare("SELECT ?1, typeof(?1), ?2, typeof(?2)");
    ASSERT_TRUE(works(echo));
    echo->bind(bytes, blob_view{bytes});
    ASSERT_TRUE(value_of(echo->step()));
    EXPECT_EQ(echo->text(0), bytes);
    EXPECT_EQ(echo->text(1), "text");
    EXPECT_EQ(echo->text(2), bytes);
    EXPECT_EQ(echo->text(3), "blob");
}

TEST_F(database_test, empty_views_are_empty_and_nothing_is_null) {
    auto db = opened();
    auto echo = db.prepare("SELECT ?1, ?2, ?3, ?4");
    ASSERT_TRUE(works(echo));
    echo->bind(std::string_view(), blob_view{}, std::optional<std::uint64_t>(),
               std::optional<std::uint64_t>(7));
    ASSERT_TRUE(value_of(echo->step()));
    EXPECT_FALSE(echo->is_null(0));
    EXPECT_FALSE(echo->is_null(1));
    EXPECT_TRUE(echo->is_null(2));
    EXPECT_EQ(echo->text(2), "");
    EXPECT_EQ(echo->number(3), 7U);
}

TEST_F(database_test, binding_anew_forgets_what_was_bound_before) {
    auto db = opened();
    auto echo = db.prepare("SELECT ?1, ?2");
    ASSERT_TRUE(works(echo));
    echo->bind(1, 2);
    ASSERT_TRUE(value_of(echo->step()));
    echo->bind(3);
    ASSERT_TRUE(value_of(echo->step()));
    EXPECT_EQ(echo->integer(0), 3);
    EXPECT_TRUE(echo->is_null(1));
}

TEST_F(database_test, statement_that_is_kept_starts_over_for_the_next_one) {
    auto db = opened();
    for (const char* const word : {"a", "b", "c"}) ASSERT_TRUE(works(insert(db, word)));
    {
        auto rows = db.prepare("SELECT word FROM row ORDER BY id");
        ASSERT_TRUE(works(rows));
        ASSERT_TRUE(value_of(rows->step())); // left in the middle
    }
    EXPECT_THAT(words_of(db), ElementsAre("a", "b", "c"));
}

TEST_F(database_test, two_statements_of_the_same_words_go_each_its_own_way) {
    auto db = opened();
    for (const char* const word : {"a", "b"}) ASSERT_TRUE(works(insert(db, word)));
    const std::string sql = "SELECT word FROM row ORDER BY id";
    auto one = db.prepare(sql);
    auto other = db.prepare(sql);
    ASSERT_TRUE(works(one) && works(other));
    ASSERT_TRUE(value_of(one->step()));
    ASSERT_TRUE(value_of(other->step()));
    ASSERT_TRUE(value_of(other->step()));
    EXPECT_EQ(one->text(0), "a");
    EXPECT_EQ(other->text(0), "b");
}

TEST_F(database_test, left_in_the_middle_a_read_keeps_no_snapshot) {
    auto db = opened();
    ASSERT_TRUE(works(insert(db, "a")));
    {
        auto rows = db.prepare("SELECT word FROM row");
        ASSERT_TRUE(value_of(rows->step()));
    }
    auto other = opened(database::mode::write);
    ASSERT_TRUE(works(insert(other, "b")));
    EXPECT_THAT(words_of(db), ElementsAre("a", "b"));
}

TEST_F(database_test, rolled_back_is_as_if_it_had_not_been) {
    auto db = opened();
    ASSERT_TRUE(works(db.begin()));
    ASSERT_TRUE(works(insert(db, "a")));
    db.roll_back();
    db.roll_back(); // there is none any more: nothing happens
    ASSERT_TRUE(works(db.begin()));
    ASSERT_TRUE(works(insert(db, "b")));
    ASSERT_TRUE(works(db.commit()));
    EXPECT_THAT(words_of(db), ElementsAre("b"));
}

TEST_F(database_test, transaction_within_another_is_a_failure_that_leaves_the_first) {
    auto db = opened();
    ASSERT_TRUE(works(db.begin()));
    ASSERT_TRUE(works(insert(db, "a")));
    EXPECT_FALSE(db.begin());
    ASSERT_TRUE(works(db.commit()));
    EXPECT_THAT(words_of(db), ElementsAre("a"));
}

TEST_F(database_test, uncommitted_is_lost_with_its_connection) {
    {
        auto db = opened();
        ASSERT_TRUE(works(db.begin()));
        ASSERT_TRUE(works(insert(db, "a")));
    }
    auto db = opened();
    EXPECT_THAT(words_of(db), ElementsAre());
}

TEST_F(database_test, what_a_reader_has_begun_to_read_stays_as_it_was) {
    auto db = opened();
    ASSERT_TRUE(works(insert(db, "a")));
    auto reader = opened(database::mode::read_only);
    ASSERT_TRUE(works(reader.execute("BEGIN")));
    EXPECT_THAT(words_of(reader), ElementsAre("a"));
    ASSERT_TRUE(works(insert(db, "b")));
    EXPECT_THAT(words_of(reader), ElementsAre("a"));
    reader.roll_back();
    EXPECT_THAT(words_of(reader), ElementsAre("a", "b"));
}

TEST_F(database_test, opened_for_reading_writes_nothing_and_says_who_may) {
    auto reader = opened(database::mode::read_only);
    const auto refused = insert(reader, "a");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, EACCES);
    EXPECT_THAT(refused.error().message,
                HasSubstr("run it as the owner of " + directory.path().string()));
}

TEST_F(database_test, opened_for_writing_makes_no_file) {
    const auto missing = database::open(directory.file("none.db"), database::mode::write);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ENOENT);
    EXPECT_FALSE(std::filesystem::exists(directory.file("none.db")));
}

TEST_F(database_test, link_is_not_followed) {
    std::filesystem::create_symlink(path, directory.file("link.db"));
    const auto link = database::open(directory.file("link.db"), database::mode::write);
    ASSERT_FALSE(link);
    EXPECT_THAT(link.error().message, HasSubstr("link.db"));
}

TEST_F(database_test, words_that_are_no_sql_are_a_failure_that_quotes_sqlite) {
    auto db = opened();
    const auto wrong = db.prepare("SELEKT 1");
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, 0);
    EXPECT_THAT(wrong.error().message, HasSubstr("SELEKT"));
    EXPECT_FALSE(db.run("SELEKT 2"));
    EXPECT_FALSE(db.value_of("SELECT * FROM nowhere"));
    EXPECT_FALSE(db.execute("INSERT INTO nowhere VALUES (1)"));
}

TEST_F(database_test, several_statements_up_to_the_first_wrong_one_are_executed) {
    auto db = opened();
    EXPECT_FALSE(db.execute("INSERT INTO row (word) VALUES ('a'); SELEKT;"
                            "INSERT INTO row (word) VALUES ('b')"));
    EXPECT_THAT(words_of(db), ElementsAre("a"));
}

TEST_F(database_test, value_of_no_row_is_empty) {
    auto db = opened();
    EXPECT_EQ(value_of(db.value_of("SELECT word FROM row")), "");
    ASSERT_TRUE(works(insert(db, "a")));
    ASSERT_TRUE(works(insert(db, "b")));
    EXPECT_EQ(value_of(db.value_of("SELECT word FROM row ORDER BY id")), "a");
}

TEST_F(database_test, changed_counts_the_rows_of_the_last_statement) {
    auto db = opened();
    for (const char* const word : {"a", "b", "c"}) ASSERT_TRUE(works(insert(db, word)));
    ASSERT_TRUE(works(db.run("UPDATE row SET word = 'x' WHERE word <> 'a'")));
    EXPECT_EQ(db.changed(), 2U);
    ASSERT_TRUE(works(db.run("UPDATE row SET word = 'x' WHERE word = 'nobody'")));
    EXPECT_EQ(db.changed(), 0U);
}

TEST_F(database_test, moved_takes_connection_and_statements_along) {
    auto first = opened();
    ASSERT_TRUE(works(insert(first, "a")));
    database moved(std::move(first));
    ASSERT_TRUE(works(insert(moved, "b")));
    auto other = opened();
    other = std::move(moved);
    EXPECT_THAT(words_of(other), ElementsAre("a", "b"));
    EXPECT_EQ(other.path(), path);
}

TEST_F(database_test, checkpoint_is_due_by_the_size_of_the_log_alone) {
    auto db = opened();
    const auto database_size = [&] { return std::filesystem::file_size(path); };
    const auto before = database_size();
    ASSERT_TRUE(works(insert(db, "small")));
    ASSERT_TRUE(works(db.checkpoint_if_due()));
    EXPECT_EQ(database_size(), before);
    // More than a thousand pages in one commit.
    ASSERT_TRUE(works(insert(db, std::string(5U << 20, 'x'))));
    ASSERT_TRUE(works(db.checkpoint_if_due()));
    EXPECT_GT(database_size(), 5U << 20);
}

TEST_F(database_test, checkpoint_waits_for_no_reader) {
    auto db = opened();
    auto reader = opened(database::mode::read_only);
    ASSERT_TRUE(works(reader.execute("BEGIN")));
    EXPECT_THAT(words_of(reader), ElementsAre());
    ASSERT_TRUE(works(insert(db, std::string(5U << 20, 'x'))));
    EXPECT_TRUE(works(db.checkpoint_if_due()));
    EXPECT_THAT(words_of(reader), ElementsAre());
}

TEST_F(database_test, file_of_other_bytes_is_damaged_and_names_the_way_out) {
    std::ofstream(directory.file("other.db")) << std::string(5000, 'x');
    for (const auto what : {database::contents::state, database::contents::ledger}) {
        auto db = database::open(directory.file("other.db"), database::mode::write, what);
        const failure why = db ? db->value_of("PRAGMA user_version").error() : db.error();
        EXPECT_EQ(why.code, EBADMSG);
        EXPECT_THAT(why.message, HasSubstr(what == database::contents::state
                                               ? "it recovers from the files in cur/"
                                               : "`hubspool ledger rebuild`"));
    }
}

TEST_F(database_test, damage_that_we_find_ourselves_leaves_the_log_where_it_is) {
    auto db = std::make_unique<database>(opened());
    ASSERT_TRUE(works(insert(*db, "a")));
    const failure why = db->damaged("somebody wrote into it");
    EXPECT_EQ(why.code, EBADMSG);
    EXPECT_THAT(why.message, HasSubstr("(somebody wrote into it)"));
    db.reset();
    EXPECT_GT(std::filesystem::file_size(path + "-wal"), 0U);
}

} // namespace
} // namespace hubspool
