// A state directory that a test opens, and spoils.
#pragma once

#include "state/database.hpp"
#include "state/state_builders.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <string>

namespace hubspool {

inline failure refusal(const std::string& directory, access how = access::read_write) {
    auto store = state_store::open(directory, how);
    EXPECT_FALSE(static_cast<bool>(store));
    return store ? failure{} : store.error();
}

inline void run_sql(const std::string& path, const std::string& sql) {
    auto db = database::open(path, database::mode::create);
    ASSERT_TRUE(static_cast<bool>(db));
    ASSERT_TRUE(works(db->execute(sql.c_str())));
}

struct state_open_fixture : ::testing::Test {
    temp_dir directory;
    std::string where = directory.file("state");
    std::string db = where + "/state.db";

    void make_state() { ASSERT_NE(opened(where), nullptr); }
};

} // namespace hubspool
