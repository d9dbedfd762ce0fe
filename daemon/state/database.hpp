// SQLite, as little of it as the state needs. Only database.cpp includes it.
//
// Failures carry ENOSPC (disk full), EIO (the disk failed), EBUSY (another process kept it locked
// longer than the wait), EBADMSG (damaged), ENOENT, EACCES, ENOMEM, EMFILE, else 0. One thread at a
// time.
#pragma once

#include "base/result.hpp"
#include "core/words/time.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace hubspool {

class database;

// Bytes that are no text, for bind().
struct blob_view {
    std::string_view bytes;
};

// A prepared statement. It keeps a transaction open between its first row and its end or
// destruction.
class statement {
public:
    statement(statement&& other) noexcept;
    statement(const statement&) = delete;
    statement& operator=(const statement&) = delete;
    ~statement();

    // Starts over with these values for ?1, ?2, ... Views must live until the last step.
    template <class... Values>
    statement& bind(const Values&... values) {
        reset();
        int index = 0;
        (bind_value(++index, values), ...);
        return *this;
    }
    // True: a row is there to be read. False: the end.
    result<bool> step();
    // Steps to the end.
    result<void> run();

    // Of the row; columns from 0. Views live until the next step.
    std::int64_t integer(int column) const;
    std::uint64_t number(int column) const { return static_cast<std::uint64_t>(integer(column)); }
    wall_time time(int column) const { return wall_time(milliseconds(integer(column))); }
    std::string_view text(int column) const;
    bool is_null(int column) const;

private:
    friend class database;
    statement(database& owner, sqlite3_stmt* prepared) : owner_(&owner), prepared_(prepared) {}

    void reset();
    void bind_value(int index, std::int64_t value);
    void bind_value(int index, std::uint64_t value);
    void bind_value(int index, std::uint32_t value) { bind_value(index, std::uint64_t{value}); }
    void bind_value(int index, int value) { bind_value(index, std::int64_t{value}); }
    void bind_value(int index, bool value) { bind_value(index, std::int64_t{value}); }
    void bind_value(int index, wall_time value);
    void bind_value(int index, std::string_view value);
    void bind_value(int index, const std::string& value) {
        bind_value(index, std::string_view(value));
    }
    void bind_value(int index, blob_view value);
    template <class Value>
    void bind_value(int index, const std::optional<Value>& value) {
        if (value) bind_value(index, *value);
    }

    database* owner_;
    sqlite3_stmt* prepared_;
};

class database {
public:
    enum class mode : std::uint8_t {
        create,    // read and write, made when it is not there
        write,     // read and write
        read_only, // never changes the database
    };
    // What its failures call it, and which way out they name.
    enum class contents : std::uint8_t {
        state,  // the outcomes, which are nowhere else
        ledger, // an index that is made from them
    };
    static result<database> open(const std::string& path, mode how,
                                 contents what = contents::state);
    database(database&& other) noexcept;
    database(const database&) = delete;
    database& operator=(database&& other) noexcept;
    ~database();

    // SQL of our own without results, one or more statements.
    result<void> execute(const char* sql);
    // One statement without results and values.
    result<void> run(std::string_view sql);
    // The first column of the first row.
    result<std::string> value_of(std::string_view sql);
    // Kept when it is done with, for the next time: compiling costs several times a run. The
    // database must stay where it is meanwhile.
    result<statement> prepare(std::string_view sql);

    // Takes the write lock at once, so that a transaction never fails half way for another's sake.
    result<void> begin();
    result<void> commit();
    void roll_back();
    // Rows that the last statement changed.
    std::uint64_t changed() const;

    // Moves the log into the database when it has grown, without waiting for readers.
    result<void> checkpoint_if_due();

    const std::string& path() const { return path_; }
    failure damaged(std::string_view what) const;

private:
    friend class statement;
    database(std::string path, contents what, sqlite3* handle);
    failure error(std::string_view doing) const;
    result<void> prepare_connection();
    void keep(sqlite3_stmt* done);

    std::string path_;
    contents what_;
    sqlite3* handle_;
    std::unordered_map<std::string_view, sqlite3_stmt*> kept_; // by their SQL, which they hold
    std::unique_ptr<int> log_pages_; // of the last commit's log; SQLite keeps its address
};

} // namespace hubspool
