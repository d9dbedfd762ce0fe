#include "state/database_file.hpp"

#include "os/file_io.hpp"
#include "os/owned_descriptor.hpp"
#include "state/letters/dead_letter_log.hpp"
#include "state/state_failure.hpp"
#include "state/state_schema.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <optional>

namespace hubspool {

namespace {

std::string database_path(const std::string& directory) {
    return directory + "/state.db";
}

std::string log_path(const std::string& database) {
    return database + "-wal";
}

std::optional<std::uint64_t> size_of(const std::string& path) {
    struct stat file{};
    if (::stat(path.c_str(), &file) != 0) return std::nullopt;
    return static_cast<std::uint64_t>(file.st_size);
}

// SQLite deletes the log of an empty database; ours may hold the only copy of what was settled.
result<void> refuse_lone_log(const std::string& path) {
    const std::string log = log_path(path);
    // An empty database with a full log.
    if (size_of(path).value_or(0) > 0 || size_of(log).value_or(0) == 0) return {};
    return failure{fmt::format("{} is missing or empty, but its log {} is not: the database was "
                               "damaged or moved away alone. Put it back, or move {}* away too; "
                               "hubspool then recovers from the files in cur/ as for a lost "
                               "database",
                               path, log, path),
                   EBADMSG};
}

result<void> create_file(const std::string& path) {
    // Made by us with its mode: SQLite would take the umask's.
    const owned_descriptor file(
        ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) return state_failure("create", path, errno);
    return {};
}

} // namespace

std::vector<std::string> database_files(const std::string& directory) {
    const std::string path = database_path(directory);
    return {path, log_path(path)};
}

result<database> open_or_create_database(const std::string& directory) {
    const std::string path = database_path(directory);
    if (auto fine = refuse_lone_log(path); !fine) return fine.error();
    if (auto done = create_file(path); !done) return done.error();

    const auto letters = dead_letter_log::open(directory);
    if (!letters) return letters.error();
    // Only a new database asks the letters: an old one has their numbers in it.
    const bool empty = size_of(path).value_or(0) == 0;
    const auto last_number = empty ? letters->largest_file() : result<std::uint64_t>(0);
    if (!last_number) return last_number.error();

    auto db = database::open(path, database::mode::create);
    if (!db) return db.error();
    if (const auto ours = prepare_schema(*db, *last_number); !ours) return ours.error();
    // The journal mode is kept in the file; asking again costs nothing.
    const auto journal = db->value_of("PRAGMA journal_mode = WAL");
    if (!journal) return journal.error();
    if (*journal != "wal") {
        return failure{fmt::format("the file system of {} cannot hold a log of changes (SQLite's "
                                   "WAL): set state.directory to a local disk",
                                   directory)};
    }
    // A power loss must not take the new name away.
    if (!sync_directory(directory)) return state_failure("make durable", directory, errno);
    return db;
}

result<database> open_database(const std::string& directory, database::mode how) {
    const std::string path = database_path(directory);
    // Looked at before SQLite is: its words for a missing file help nobody.
    if (!size_of(path)) {
        const int code = errno;
        if (code != ENOENT) return state_failure("look at", path, code);
        return failure{fmt::format("there is no state database {}: hubspool has not run with this "
                                   "state.directory yet",
                                   path),
                       ENOENT};
    }
    if (auto fine = refuse_lone_log(path); !fine) return fine.error();
    auto db = database::open(path, how);
    if (!db) return db.error();
    if (const auto ours = prepare_schema(*db, std::nullopt); !ours) return ours.error();
    return db;
}

} // namespace hubspool
