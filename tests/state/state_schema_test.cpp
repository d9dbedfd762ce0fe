#include "state/meta_rows.hpp"
#include "state/state_rows_fixture.hpp"
#include "state/state_schema.hpp"
#include "state/version_4_sql.hpp"

#include <cerrno>

namespace hubspool {
namespace {

using ::testing::HasSubstr;

class state_schema_test : public ::testing::Test {
protected:
    database opened_file(database::mode how = database::mode::create) {
        auto db = database::open(path, how);
        if (!db) throw std::runtime_error(db.error().message);
        return std::move(*db);
    }
    std::string version() {
        auto db = opened_file();
        return value_of(db.value_of("PRAGMA user_version"));
    }
    temp_dir directory;
    std::string path = directory.file("state.db");
};

TEST_F(state_schema_test, empty_one_gets_its_tables_and_goes_on_behind_the_number) {
    auto db = opened_file();
    ASSERT_TRUE(works(prepare_schema(db, 41)));
    EXPECT_EQ(value_of(load_meta_rows(db)).last_number, 41U);
    // The second time it is ours, and the number is not taken again.
    ASSERT_TRUE(works(prepare_schema(db, 7)));
    EXPECT_EQ(value_of(load_meta_rows(db)).last_number, 41U);
}

TEST_F(state_schema_test, empty_one_is_not_filled_by_who_only_looks) {
    auto db = opened_file();
    const auto refused = prepare_schema(db, std::nullopt);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ENOENT);
    EXPECT_EQ(value_of(db.value_of("SELECT count(*) FROM sqlite_schema")), "0");
}

TEST_F(state_schema_test, another_programs_is_left_as_it_is) {
    auto db = opened_file();
    ASSERT_TRUE(works(db.execute("CREATE TABLE theirs (x)")));
    const auto refused = prepare_schema(db, 0);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("is not a state database of hubspool"));
    EXPECT_THAT(refused.error().message, HasSubstr("state.directory"));
    EXPECT_EQ(value_of(db.value_of("SELECT group_concat(name) FROM sqlite_schema")), "theirs");
}

TEST_F(state_schema_test, newer_one_names_both_versions) {
    auto db = opened_file();
    ASSERT_TRUE(works(prepare_schema(db, 0)));
    const std::string ours = value_of(db.value_of("PRAGMA user_version"));
    ASSERT_TRUE(works(db.execute("PRAGMA user_version = 1000")));
    const auto refused = prepare_schema(db, 0);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("its version is 1000, this one knows " + ours));
}

TEST_F(state_schema_test, without_a_version_it_is_damaged) {
    auto db = opened_file();
    ASSERT_TRUE(works(prepare_schema(db, 0)));
    for (const char* const sql : {"PRAGMA user_version = 0", "PRAGMA user_version = -3"}) {
        ASSERT_TRUE(works(db.execute(sql)));
        EXPECT_EQ(prepare_schema(db, 0).error().code, EBADMSG) << sql;
    }
}

TEST_F(state_schema_test, older_one_is_brought_up_to_date_by_the_daemon_alone) {
    std::string newest;
    {
        const temp_dir other;
        auto db = state_rows_fixture::made_in(other.path().string());
        newest = value_of(db.value_of("PRAGMA user_version"));
    }
    {
        auto db = opened_file();
        ASSERT_TRUE(works(db.execute(version_4_sql)));
    }
    {
        auto db = opened_file(database::mode::write);
        const auto refused = prepare_schema(db, std::nullopt);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ESTALE);
        EXPECT_THAT(refused.error().message, HasSubstr("`hubspool drain` once"));
    }
    EXPECT_EQ(version(), "4");
    {
        auto db = opened_file();
        ASSERT_TRUE(works(prepare_schema(db, 0)));
    }
    EXPECT_EQ(version(), newest);
}

TEST_F(state_schema_test, frontier_of_before_the_lanes_is_that_of_both) {
    auto db = opened_file();
    ASSERT_TRUE(works(db.execute(version_4_sql)));
    ASSERT_TRUE(works(db.execute("UPDATE meta SET frontier_file = 7, frontier_place = 9")));
    ASSERT_TRUE(works(prepare_schema(db, 0)));
    EXPECT_EQ(value_of(load_meta_rows(db)).read_to, (frontiers{{7, 9}, {7, 9}}));
}

// An updated database and a new one have the same columns: the rows of both are read alike.
TEST_F(state_schema_test, updated_one_has_the_columns_of_a_new_one) {
    const auto columns = [](database& db) {
        return value_of(db.value_of(
            "SELECT group_concat(name || '.' || c, ' ') FROM (SELECT s.name, p.name AS c"
            " FROM sqlite_schema s, pragma_table_info(s.name) p WHERE s.type = 'table'"
            " AND s.name NOT LIKE 'sqlite%' ORDER BY 1, 2)"));
    };
    const temp_dir other;
    auto fresh = state_rows_fixture::made_in(other.path().string());
    auto old = opened_file();
    ASSERT_TRUE(works(old.execute(version_4_sql)));
    ASSERT_TRUE(works(prepare_schema(old, 0)));
    EXPECT_EQ(columns(old), columns(fresh));
}

} // namespace
} // namespace hubspool
