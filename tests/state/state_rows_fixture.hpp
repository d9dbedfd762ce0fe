// The tables of a new state database, for tests of their rows.
#pragma once

#include "state/database_file.hpp"
#include "state/state_builders.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <stdexcept>
#include <string>

namespace hubspool {

class state_rows_fixture : public ::testing::Test {
public:
    static database made_in(const std::string& directory) {
        auto db = open_or_create_database(directory);
        if (!db) throw std::runtime_error(db.error().message);
        return std::move(*db);
    }

protected:
    // As if a disk had changed it.
    void spoil(const char* sql) { ASSERT_TRUE(works(db.execute(sql))); }

    temp_dir directory;
    database db = made_in(directory.path().string());
};

} // namespace hubspool
