// $COLUMNS for as long as it lives: how wide a table may be.
#pragma once

#include <cstdlib>

namespace hubspool {

class scoped_columns {
public:
    explicit scoped_columns(const char* columns) { ::setenv("COLUMNS", columns, 1); }
    ~scoped_columns() { ::unsetenv("COLUMNS"); }
    scoped_columns(const scoped_columns&) = delete;
    scoped_columns& operator=(const scoped_columns&) = delete;
};

} // namespace hubspool
