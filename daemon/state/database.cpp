#include "state/database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <sys/statvfs.h>

#include <cerrno>
#include <utility>

namespace hubspool {

namespace {

// Another process holds the write lock for one small transaction only: longer means it hangs.
constexpr int busy_wait_ms = 10000;
constexpr int checkpoint_pages = 1000;

// Called by SQLite after each commit (sqlite3_wal_hook), with the size of the log.
int note_log_size(void* log_pages, sqlite3*, const char*, int pages) {
    *static_cast<int*>(log_pages) = pages;
    return SQLITE_OK;
}

std::string directory_of(const std::string& path) {
    return path.substr(0, path.rfind('/'));
}

// What SQLite's result code means to the callers. `system` is errno at the failed call.
int code_of(int sqlite, int system) {
    switch (sqlite & 0xff) {
    // Result codes: sqlite.org/rescode.html. The low byte is the kind, the rest says where.
    case SQLITE_FULL: return ENOSPC;
    case SQLITE_IOERR:
        // SQLite tells a full disk as such only where it writes pages, and a quota nowhere.
        if (sqlite == SQLITE_IOERR_FSYNC || sqlite == SQLITE_IOERR_DIR_FSYNC)
            return EIO; // whatever the reason, what was written before may be gone
        return system == ENOSPC || system == EDQUOT ? ENOSPC : EIO;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return EBADMSG;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return EBUSY;
    case SQLITE_NOMEM: return ENOMEM;
    case SQLITE_CANTOPEN: return system == 0 ? EACCES : system;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH: return EACCES;
    default: return 0;
    }
}

// Where errno does not tell. Some blocks may be left that nobody can use.
bool is_full(const std::string& directory) {
    constexpr std::uint64_t nothing_bytes = 1 << 20;
    struct statvfs space{};
    return ::statvfs(directory.c_str(), &space) == 0 &&
           std::uint64_t{space.f_bavail} * space.f_frsize < nothing_bytes;
}

std::string advice(int code, const std::string& path) {
    switch (code) {
    // Each reason has another remedy, and a person sees this sentence alone.
    case ENOSPC: return "; make room on the file system of " + directory_of(path);
    case EIO:
        return std::string(is_full(directory_of(path)) ? ": its disk is full; make room"
                                                       : "; check the disk") +
               ", then start hubspool again: it recovers";
    case EBUSY: return "; another process keeps it locked: `fuser " + path + "` names it";
    case EACCES:
        return "; run it as the owner of " + directory_of(path) +
               " (reading needs to write there too, beside a log of changes)";
    default: return {};
    }
}

} // namespace

// --- statement

statement::statement(statement&& other) noexcept
    : owner_(other.owner_), prepared_(std::exchange(other.prepared_, nullptr)) {
}

statement::~statement() {
    if (prepared_ == nullptr) return;
    // Reset first: an open statement would keep the snapshot, and checkpoints could not pass it.
    reset();
    owner_->keep(prepared_);
}

void statement::reset() {
    sqlite3_reset(prepared_);
    sqlite3_clear_bindings(prepared_);
}

result<bool> statement::step() {
    // SQLite does not always keep errno, so it is cleared before each step.
    errno = 0;
    const int code = sqlite3_step(prepared_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) {
        // Done: the locks go now, and not when the object does.
        sqlite3_reset(prepared_);
        return false;
    }
    failure why = owner_->error("use");
    sqlite3_reset(prepared_);
    return why;
}

result<void> statement::run() {
    while (true) {
        const auto row = step();
        if (!row) return row.error();
        if (!*row) return {};
    }
}

std::int64_t statement::integer(int column) const {
    return sqlite3_column_int64(prepared_, column);
}

// A text is taken as bytes, since names of files need not be UTF-8.
std::string_view statement::text(int column) const {
    const void* bytes = sqlite3_column_blob(prepared_, column);
    const int size = sqlite3_column_bytes(prepared_, column);
    if (bytes == nullptr) return {};
    return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

bool statement::is_null(int column) const {
    return sqlite3_column_type(prepared_, column) == SQLITE_NULL;
}

// What cannot be bound (memory is short) stays NULL, and the table's constraints refuse the row.
void statement::bind_value(int index, std::int64_t value) {
    sqlite3_bind_int64(prepared_, index, value);
}

void statement::bind_value(int index, std::uint64_t value) {
    sqlite3_bind_int64(prepared_, index, static_cast<std::int64_t>(value));
}

void statement::bind_value(int index, wall_time value) {
    bind_value(index, std::int64_t{value.time_since_epoch().count()});
}

void statement::bind_value(int index, std::string_view value) {
    // SQLITE_STATIC: the caller's bytes live until the statement has run.
    const char* bytes =
        value.data() == nullptr ? "" : value.data(); // NULL would bind as SQL's NULL
    sqlite3_bind_text64(prepared_, index, bytes, value.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void statement::bind_value(int index, blob_view value) {
    const char* bytes = value.bytes.data() == nullptr ? "" : value.bytes.data();
    sqlite3_bind_blob64(prepared_, index, bytes, value.bytes.size(), SQLITE_STATIC);
}

// --- database

result<database> database::open(const std::string& path, mode how, contents what) {
    // One thread per connection, so SQLite's own mutexes are not needed. A link is never followed.
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
    if (how == mode::create) flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    if (how == mode::write) flags |= SQLITE_OPEN_READWRITE;
    if (how == mode::read_only) flags |= SQLITE_OPEN_READONLY;

    sqlite3* handle = nullptr;
    errno = 0;
    const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
    database opened(path, what, handle);
    // sqlite3_open_v2() gives a handle even when it fails: the handle has the words.
    if (handle == nullptr) return failure{"cannot open " + path + ": out of memory", ENOMEM};
    if (code != SQLITE_OK) return opened.error("open");
    if (auto done = opened.prepare_connection(); !done) return done.error();
    return opened;
}

database::database(std::string path, contents what, sqlite3* handle)
    : path_(std::move(path)), what_(what), handle_(handle), log_pages_(std::make_unique<int>(0)) {
}

database::database(database&& other) noexcept
    : path_(std::move(other.path_)), what_(other.what_),
      handle_(std::exchange(other.handle_, nullptr)), kept_(std::exchange(other.kept_, {})),
      log_pages_(std::move(other.log_pages_)) {
}

database& database::operator=(database&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(what_, other.what_);
    std::swap(handle_, other.handle_);
    std::swap(kept_, other.kept_);
    std::swap(log_pages_, other.log_pages_);
    return *this;
}

database::~database() {
    // SQLite closes a connection only when all its statements are gone.
    for (const auto& [sql, prepared] : kept_) sqlite3_finalize(prepared);
    sqlite3_close_v2(handle_);
}

result<void> database::prepare_connection() {
    // Without this SQLITE_IOERR would not tell an fsync from a read.
    sqlite3_extended_result_codes(handle_, 1);
    sqlite3_busy_timeout(handle_, busy_wait_ms);
    // Defensive: a damaged schema must not be able to write.
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    // Checkpoints are our own call: the automatic one does not tell when the disk fails.
    sqlite3_wal_hook(handle_, note_log_size, log_pages_.get());
    // Rows are mostly written once and not looked at again: what the cache holds beyond what a
    // commit writes is of no use.
    return execute("PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;"
                   "PRAGMA cell_size_check = ON; PRAGMA journal_size_limit = 67108864;"
                   "PRAGMA cache_size = -512;");
}

result<void> database::execute(const char* sql) {
    errno = 0;
    if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
    return error("use");
}

result<std::string> database::value_of(std::string_view sql) {
    auto query = prepare(sql);
    if (!query) return query.error();
    const auto row = query->step();
    if (!row) return row.error();
    return std::string(*row ? query->text(0) : std::string_view{});
}

result<void> database::run(std::string_view sql) {
    auto once = prepare(sql);
    return once ? once->run() : result<void>(once.error());
}

result<statement> database::prepare(std::string_view sql) {
    // Kept from an earlier call: preparing costs more than running.
    if (auto known = kept_.extract(sql)) return statement(*this, known.mapped());
    sqlite3_stmt* prepared = nullptr;
    errno = 0;
    const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
    if (code != SQLITE_OK) return error("use");
    return statement(*this, prepared);
}

void database::keep(sqlite3_stmt* done) {
    // Two of the same are in use at once seldom, and there are some thirty in all.
    const bool is_kept = kept_.emplace(sqlite3_sql(done), done).second;
    if (!is_kept) sqlite3_finalize(done);
}

result<void> database::begin() {
    // IMMEDIATE takes the write lock now: a failure comes before any work.
    return run("BEGIN IMMEDIATE");
}

result<void> database::commit() {
    return run("COMMIT");
}

void database::roll_back() {
    // SQLite has rolled back by itself after some failures (sqlite.org/lang_transaction.html).
    if (sqlite3_get_autocommit(handle_) == 0) (void)static_cast<bool>(execute("ROLLBACK"));
}

std::uint64_t database::changed() const {
    return static_cast<std::uint64_t>(sqlite3_changes64(handle_));
}

result<void> database::checkpoint_if_due() {
    // Small logs are left alone: the next commits write the same pages again.
    if (*log_pages_ < checkpoint_pages) return {};
    errno = 0;
    // PASSIVE never waits for a reader.
    const int code =
        sqlite3_wal_checkpoint_v2(handle_, "main", SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    // A full disk or a reader puts it off; the commits are safe in the log.
    if (code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY) return {};
    failure why = error("write to");
    return why.code == ENOSPC ? result<void>() : why;
}

failure database::damaged(std::string_view what) const {
    // Closing would otherwise write the log into the database and delete it.
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    if (what_ == contents::ledger)
        return {
            fmt::format("the ledger {} is damaged ({}). Nothing is lost by it: a running daemon "
                        "makes it anew from the history when it needs it, and `hubspool ledger "
                        "rebuild` does while none runs",
                        path_, what),
            EBADMSG};
    return {fmt::format("the state database {0} is damaged ({1}). Nothing was changed in it. To go "
                        "on: stop hubspool, move {0}, {0}-wal and {0}-shm to another place, and "
                        "start hubspool again; it recovers from the files in cur/ as for a lost "
                        "database, and the dead letters are in {2}/dead-letters.ndjson",
                        path_, what, directory_of(path_)),
            EBADMSG};
}

failure database::error(std::string_view doing) const {
    // A failed COMMIT leaves errno alone, and SQLite does not keep it.
    const int left = errno;
    const int kept = sqlite3_system_errno(handle_);
    const int code = code_of(sqlite3_extended_errcode(handle_), kept != 0 ? kept : left);
    if (code == EBADMSG) return damaged(sqlite3_errmsg(handle_));
    return {fmt::format("cannot {} the {} {}: {}{}", doing,
                        what_ == contents::ledger ? "ledger" : "state database", path_,
                        code == ENOSPC ? "the disk is full, or a quota is used up"
                                       : sqlite3_errmsg(handle_),
                        advice(code, path_)),
            code};
}

} // namespace hubspool
