#include "state/ledger/ledger_file.hpp"
#include "state/state_builders.hpp"
#include "support/random_rounds.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>

#include <cerrno>
#include <map>
#include <random>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ledger_file_test : public ::testing::Test {
protected:
    void SetUp() override { reopen(); }
    void reopen() {
        file.reset();
        auto opened = ledger_file::open(path);
        ASSERT_TRUE(works(opened));
        file.emplace(std::move(*opened));
    }
    void learn(const std::string& id, const std::string& name, const order_key& key,
               bool doubt = false) {
        using kind = object_keys::kind;
        learnt[id].raise(file->number_of(field_kind::property, name),
                         doubt ? kind::doubt : kind::acknowledged, key);
    }
    void merge(std::uint64_t upto = 1) {
        ledger_mark mark{"queue-a", 5, "111", 0, upto};
        ASSERT_TRUE(works(file->merge(learnt, mark)));
        learnt.clear();
    }
    object_keys keys_of(const std::string& id) {
        object_keys keys;
        EXPECT_TRUE(works(file->read(id, keys)));
        return keys;
    }
    order_key acknowledged(const std::string& id, const std::string& name) {
        return keys_of(id).acknowledged(file->number_of(field_kind::property, name));
    }
    void change(const char* sql) {
        file.reset();
        auto db = database::open(path, database::mode::write, database::contents::ledger);
        ASSERT_TRUE(works(db));
        ASSERT_TRUE(works(db->execute(sql)));
    }
    failure why_not_opened() {
        auto opened = ledger_file::open(path);
        if (!opened) return opened.error();
        auto fine = opened->check();
        return fine ? failure{"it is opened", 0} : fine.error();
    }

    temp_dir directory;
    std::string path = directory.file("ledger.db");
    std::optional<ledger_file> file;
    ledger_file::learnt learnt;
};

TEST_F(ledger_file_test, new_one_knows_nobody_and_is_its_owners_alone) {
    EXPECT_EQ(file->mark(), ledger_mark{});
    EXPECT_EQ(file->objects(), 0U);
    EXPECT_TRUE(keys_of("1").empty());
    struct stat status{};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(ledger_file_test, keys_names_and_mark_are_there_after_opening_it_again) {
    learn("1", "eventName", {500, 7, 3});
    learn("2", "eventName", {501, 7, 4}, true);
    merge(9);
    reopen();
    EXPECT_EQ(file->mark(), (ledger_mark{"queue-a", 5, "111", 0, 9}));
    EXPECT_EQ(file->objects(), 2U);
    EXPECT_EQ(acknowledged("1", "eventName"), (order_key{500, 7, 3}));
    EXPECT_EQ(keys_of("2").doubt(0), (order_key{501, 7, 4}));
    EXPECT_TRUE(works(file->check()));
}

TEST_F(ledger_file_test, key_is_raised_and_never_lowered) {
    learn("1", "a", {500, 7, 3});
    merge();
    learn("1", "a", {400, 9, 9});
    learn("1", "b", {100, 1, 1});
    merge();
    EXPECT_EQ(acknowledged("1", "a"), (order_key{500, 7, 3}));
    EXPECT_EQ(acknowledged("1", "b"), (order_key{100, 1, 1}));
    EXPECT_EQ(file->objects(), 1U);
}

TEST_F(ledger_file_test, same_name_of_another_kind_is_another_field) {
    const auto property = file->number_of(field_kind::property, "a");
    const auto custom = file->number_of(field_kind::custom, "a");
    EXPECT_NE(property, custom);
    EXPECT_EQ(file->number_of(field_kind::property, "a"), property);
    EXPECT_EQ(file->field(custom).kind, field_kind::custom);
    EXPECT_EQ(file->field(custom).name, "a");
}

TEST_F(ledger_file_test, numbers_of_fields_stay_over_restarts) {
    learn("1", "a", {1, 1, 1});
    learn("1", "b", {1, 1, 1});
    merge();
    reopen();
    EXPECT_EQ(file->number_of(field_kind::property, "b"), 1U);
    EXPECT_EQ(file->number_of(field_kind::property, "c"), 2U);
    EXPECT_EQ(file->number_of(field_kind::property, "a"), 0U);
}

TEST_F(ledger_file_test, name_that_was_never_merged_is_given_anew) {
    EXPECT_EQ(file->number_of(field_kind::property, "forgotten"), 0U);
    reopen();
    learn("1", "kept", {1, 1, 1});
    merge();
    EXPECT_EQ(file->number_of(field_kind::property, "kept"), 0U);
}

TEST_F(ledger_file_test, mark_alone_can_be_put_and_changes_no_object) {
    learn("1", "a", {1, 1, 1});
    merge();
    ASSERT_TRUE(works(file->put_mark({"queue-b", 6, "222", 3, 77})));
    reopen();
    EXPECT_EQ(file->mark(), (ledger_mark{"queue-b", 6, "222", 3, 77}));
    EXPECT_EQ(acknowledged("1", "a"), (order_key{1, 1, 1}));
}

TEST_F(ledger_file_test, objects_are_visited_in_order_of_their_bytes) {
    for (const char* const id : {"9", "10", "1", "", "a"}) learn(id, "x", {1, 1, 1});
    merge();
    std::vector<std::string> ids;
    ASSERT_TRUE(
        works(file->visit([&](std::string_view id, object_keys&) { ids.emplace_back(id); })));
    EXPECT_THAT(ids, ElementsAre("", "1", "10", "9", "a"));
}

TEST_F(ledger_file_test, one_snapshot_is_not_moved_by_another_process) {
    learn("1", "a", {1, 1, 1});
    merge();
    auto reader = ledger_file::open_for_reading(path);
    ASSERT_TRUE(works(reader));
    ASSERT_TRUE(works(reader->in_one_snapshot([&]() -> result<void> {
        object_keys keys;
        if (auto read = reader->read("1", keys); !read) return read;
        learn("1", "a", {2, 1, 1});
        merge();
        object_keys again;
        if (auto read = reader->read("1", again); !read) return read;
        EXPECT_EQ(again.entries(), keys.entries());
        return {};
    })));
    object_keys later;
    ASSERT_TRUE(works(reader->read("1", later)));
    EXPECT_EQ(later.acknowledged(0), (order_key{2, 1, 1}));
}

TEST_F(ledger_file_test, reload_learns_what_another_process_named) {
    auto reader = ledger_file::open_for_reading(path);
    ASSERT_TRUE(works(reader));
    learn("1", "new", {1, 1, 1});
    merge(4);
    object_keys keys;
    // It does not know the name yet: that is told, and not taken for another.
    EXPECT_FALSE(reader->read("1", keys));
    ASSERT_TRUE(works(reader->reload()));
    EXPECT_TRUE(works(reader->read("1", keys)));
    EXPECT_EQ(reader->mark().upto, 4U);
    EXPECT_EQ(reader->field(0).name, "new");
}

TEST_F(ledger_file_test, who_looks_makes_none) {
    const std::string none = directory.file("none.db");
    EXPECT_EQ(ledger_file::open_for_reading(none).error().code, ENOENT);
    EXPECT_FALSE(std::filesystem::exists(none));
}

TEST_F(ledger_file_test, removed_is_gone_with_its_log_and_what_is_not_there_is_removed_too) {
    learn("1", "a", {1, 1, 1});
    merge();
    ASSERT_TRUE(std::filesystem::exists(path + "-wal"));
    ASSERT_TRUE(works(ledger_file::remove(path)));
    EXPECT_THAT(std::vector<std::filesystem::path>(
                    std::filesystem::directory_iterator(directory.path()), {}),
                IsEmpty());
    EXPECT_TRUE(works(ledger_file::remove(path)));
}

TEST_F(ledger_file_test, damage_of_each_kind_is_told) {
    const std::map<const char*, const char*> damages{
        {"UPDATE object SET fields = substr(fields, 1, 3)", "an object cannot be read"},
        {"UPDATE object SET fields = fields || x'00'", "an object cannot be read"},
        {"UPDATE object SET id = x'32'", "an object cannot be read"},
        {"DELETE FROM object", "some objects are not there"},
        {"DELETE FROM mark", "its table mark is empty"},
        {"DELETE FROM field", "a field without a name"},
        {"UPDATE field SET kind = 2", "a field without a number or kind"},
        {"UPDATE field SET number = 5", "a field without a number or kind"},
        {"PRAGMA user_version = 1", "it is of another version"},
    };
    for (const auto& [sql, words] : damages) {
        ASSERT_TRUE(works(ledger_file::remove(path)));
        reopen();
        learn("1", "a", {500, 7, 3});
        merge();
        change(sql);
        const failure why = why_not_opened();
        EXPECT_EQ(why.code, EBADMSG) << sql;
        EXPECT_THAT(why.message, HasSubstr(words)) << sql;
        EXPECT_THAT(why.message, HasSubstr("Nothing is lost by it")) << sql;
    }
}

// What many merges of random keys come to, in one file and beside it in a map.
TEST_F(ledger_file_test, many_merges_come_to_what_a_map_of_maxima_says) {
    std::mt19937_64 random(20261130);
    const auto below = [&](std::uint64_t bound) { return random() % bound; };
    std::map<std::tuple<std::string, std::string, bool>, order_key> expected;
    for (int round = 0; round < testing::random_rounds(120); ++round) {
        for (std::uint64_t n = below(20); n > 0; --n) {
            const std::string id = std::to_string(below(50));
            const std::string name = "f" + std::to_string(below(8));
            const bool doubt = below(5) == 0;
            const order_key key{1 + below(1000), below(5), below(100)};
            learn(id, name, key, doubt);
            order_key& known = expected[{id, name, doubt}];
            known = std::max(known, key);
        }
        merge(static_cast<std::uint64_t>(round));
        if (below(10) == 0) reopen();
    }
    ASSERT_TRUE(works(file->check()));
    for (const auto& [at, key] : expected) {
        const auto& [id, name, doubt] = at;
        const auto number = file->number_of(field_kind::property, name);
        const object_keys keys = keys_of(id);
        if (!doubt) {
            EXPECT_EQ(keys.acknowledged(number), key) << id << ' ' << name;
        } else if (keys.acknowledged(number) < key) {
            EXPECT_EQ(keys.doubt(number), key) << id << ' ' << name;
        }
    }
}

} // namespace
} // namespace hubspool
