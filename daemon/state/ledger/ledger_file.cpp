#include "state/ledger/ledger_file.hpp"

#include "core/words/fnv.hpp"
#include "os/owned_descriptor.hpp"
#include "state/state_failure.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace hubspool {

namespace {

constexpr int ledger_version = 2;
constexpr std::size_t sum_bytes = 4;

constexpr const char* ledger_tables = R"sql(
CREATE TABLE mark (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    state_id TEXT NOT NULL DEFAULT '',
    epoch INTEGER NOT NULL DEFAULT 0,
    portal TEXT NOT NULL DEFAULT '',
    portal_from INTEGER NOT NULL DEFAULT 0,
    upto INTEGER NOT NULL DEFAULT 0,
    objects INTEGER NOT NULL DEFAULT 0,
    sum INTEGER NOT NULL DEFAULT 0
);
INSERT INTO mark (id) VALUES (1);
CREATE TABLE field (
    number INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    name TEXT NOT NULL
);
-- fields: four bytes of checksum, then as core/books/object_keys.hpp says.
CREATE TABLE object (
    id BLOB PRIMARY KEY,
    fields BLOB NOT NULL
) WITHOUT ROWID;
)sql";

std::uint32_t sum_of(std::string_view object_id, std::string_view keys) {
    // Of both, so that one object's keys are never taken for another's.
    return fnv_32(keys, fnv_32(object_id));
}

std::uint32_t stored_sum(std::string_view bytes) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < sum_bytes; ++i)
        sum |= std::uint32_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    return sum;
}

result<database> open_ledger_database(const std::string& path, database::mode how) {
    auto db = database::open(path, how, database::contents::ledger);
    if (!db) return db.error();
    // What a loss of power takes is taken in again.
    if (auto done = db->execute("PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8192;"); !done)
        return done.error();
    return db;
}

result<void> make_ledger_tables(database& db) {
    const auto journal = db.value_of("PRAGMA journal_mode = WAL");
    if (!journal) return journal.error();
    const auto version = db.value_of("PRAGMA user_version");
    if (!version) return version.error();
    if (*version == std::to_string(ledger_version)) return {};
    if (*version != "0") return db.damaged("it is of another version");
    if (auto begun = db.begin(); !begun) return begun;
    auto done = db.execute(
        fmt::format("{} PRAGMA user_version = {};", ledger_tables, ledger_version).c_str());
    if (done) done = db.commit();
    if (!done) db.roll_back();
    return done;
}

} // namespace

result<ledger_file> ledger_file::open(const std::string& path) {
    {
        // Made by us with its mode: SQLite would take the umask's.
        const owned_descriptor file(
            ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (!file) return state_failure("create", path, errno);
    }
    auto db = open_ledger_database(path, database::mode::create);
    if (!db) return db.error();
    if (auto made = make_ledger_tables(*db); !made) return made.error();
    ledger_file file(std::move(*db));
    if (auto loaded = file.load(); !loaded) return loaded.error();
    return file;
}

result<ledger_file> ledger_file::open_for_reading(const std::string& path) {
    if (::access(path.c_str(), F_OK) != 0) return state_failure("look at", path, errno);
    auto db = open_ledger_database(path, database::mode::read_only);
    if (!db) return db.error();
    const auto version = db->value_of("PRAGMA user_version");
    if (!version) return version.error();
    // Of another version it is made anew by whoever writes it.
    if (*version != std::to_string(ledger_version))
        return failure{"the ledger " + path + " is empty, or of another version", ENOENT};
    ledger_file file(std::move(*db));
    if (auto loaded = file.load(); !loaded) return loaded.error();
    return file;
}

result<void> ledger_file::remove(const std::string& path) {
    for (const char* const part : {"", "-wal", "-shm"}) {
        if (::unlink((path + part).c_str()) != 0 && errno != ENOENT)
            return state_failure("delete", path + part, errno);
    }
    return {};
}

result<void> ledger_file::reload() {
    names_ = {};
    return load();
}

result<void> ledger_file::load() {
    auto mark = db_.prepare("SELECT state_id, epoch, portal, portal_from, upto, objects, sum"
                            " FROM mark");
    if (!mark) return mark.error();
    const auto found = mark->step();
    if (!found) return found.error();
    if (!*found) return db_.damaged("its table mark is empty");
    mark_ = {std::string(mark->text(0)), mark->number(1), std::string(mark->text(2)),
             mark->number(3), mark->number(4)};
    objects_ = mark->number(5);
    sum_ = mark->number(6);

    auto names = db_.prepare("SELECT number, kind, name FROM field ORDER BY number");
    if (!names) return names.error();
    while (true) {
        const auto row = names->step();
        if (!row) return row.error();
        if (!*row) break;
        // Given one after the other, and never taken away.
        if (names->number(0) != names_.size() ||
            names->number(1) > static_cast<std::uint64_t>(field_kind::custom))
            return db_.damaged("a field without a number or kind");
        number_of(static_cast<field_kind>(names->integer(1)), names->text(2));
    }
    names_written_ = names_.size();
    return {};
}

result<void> ledger_file::decode(std::string_view object_id, std::string_view bytes,
                                 object_keys& keys) {
    const bool fits = bytes.size() >= sum_bytes &&
                      stored_sum(bytes) == sum_of(object_id, bytes.substr(sum_bytes)) &&
                      keys.read(bytes.substr(sum_bytes));
    if (!fits) return db_.damaged("an object cannot be read");
    for (const object_keys::entry& e : keys.entries()) {
        if (e.field >= names_.size()) return db_.damaged("a field without a name");
    }
    return {};
}

result<void> ledger_file::read(std::string_view object_id, object_keys& keys) {
    auto query = db_.prepare("SELECT fields FROM object WHERE id = ?1");
    if (!query) return query.error();
    query->bind(blob_view{object_id});
    const auto row = query->step();
    if (!row) return row.error();
    return *row ? decode(object_id, query->text(0), keys) : result<void>();
}

result<void> ledger_file::merge(learnt& objects, const ledger_mark& mark) {
    std::vector<learnt::value_type*> sorted;
    sorted.reserve(objects.size());
    for (auto& one : objects) sorted.push_back(&one);
    // In the order of the pages: each is read and written once.
    std::sort(sorted.begin(), sorted.end(),
              [](const auto* a, const auto* b) { return a->first < b->first; });

    const auto before = std::pair(objects_, sum_);
    if (auto begun = db_.begin(); !begun) return begun;
    auto done = write_names();
    for (auto at = sorted.begin(); done && at != sorted.end(); ++at)
        done = merge_one((*at)->first, (*at)->second);
    if (done) done = write_mark(mark);
    if (done) done = db_.commit();
    if (!done) {
        db_.roll_back();
        std::tie(objects_, sum_) = before;
        return done;
    }
    mark_ = mark;
    names_written_ = names_.size();
    return db_.checkpoint_if_due();
}

result<void> ledger_file::merge_one(std::string_view object_id, object_keys& keys) {
    auto query = db_.prepare("SELECT fields FROM object WHERE id = ?1");
    if (!query) return query.error();
    query->bind(blob_view{object_id});
    const auto row = query->step();
    if (!row) return row.error();
    if (*row) {
        if (auto known = decode(object_id, query->text(0), keys); !known) return known;
        sum_ -= stored_sum(query->text(0));
    } else {
        ++objects_;
    }
    buffer_.assign(sum_bytes, '\0');
    keys.write(buffer_);
    const std::uint32_t sum = sum_of(object_id, std::string_view(buffer_).substr(sum_bytes));
    for (std::size_t i = 0; i < sum_bytes; ++i) buffer_[i] = static_cast<char>(sum >> (8 * i));
    sum_ += sum;
    auto write = db_.prepare("INSERT OR REPLACE INTO object (id, fields) VALUES (?1, ?2)");
    if (!write) return write.error();
    write->bind(blob_view{object_id}, blob_view{buffer_});
    return write->run();
}

result<void> ledger_file::write_names() {
    if (names_written_ == names_.size()) return {};
    auto write = db_.prepare("INSERT INTO field (number, kind, name) VALUES (?1, ?2, ?3)");
    if (!write) return write.error();
    for (auto number = static_cast<std::uint32_t>(names_written_); number < names_.size();
         ++number) {
        write->bind(std::uint64_t{number}, static_cast<int>(names_.field(number).kind),
                    names_.field(number).name);
        if (auto done = write->run(); !done) return done;
    }
    return {};
}

result<void> ledger_file::write_mark(const ledger_mark& mark) {
    auto write = db_.prepare("UPDATE mark SET state_id = ?1, epoch = ?2, portal = ?3,"
                             " portal_from = ?4, upto = ?5, objects = ?6, sum = ?7");
    if (!write) return write.error();
    write->bind(mark.state_id, mark.epoch, mark.portal, mark.portal_from, mark.upto, objects_,
                sum_);
    return write->run();
}

result<void> ledger_file::put_mark(const ledger_mark& mark) {
    learnt none;
    return merge(none, mark);
}

result<void> ledger_file::check() {
    const auto pages = db_.value_of("PRAGMA quick_check(1)");
    if (!pages) return pages.error();
    if (*pages != "ok") return db_.damaged(*pages);
    std::uint64_t objects = 0, sum = 0;
    auto rows = db_.prepare("SELECT id, fields FROM object");
    if (!rows) return rows.error();
    object_keys keys;
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error();
        if (!*row) break;
        keys.clear();
        if (auto fine = decode(rows->text(0), rows->text(1), keys); !fine) return fine;
        ++objects;
        sum += stored_sum(rows->text(1));
    }
    // Pages of different ages, each of them whole, are told by this alone.
    if (objects != objects_ || sum != sum_) return db_.damaged("some objects are not there");
    return {};
}

result<void>
ledger_file::visit(const std::function<void(std::string_view object_id, object_keys&)>& visit) {
    auto rows = db_.prepare("SELECT id, fields FROM object ORDER BY id");
    if (!rows) return rows.error();
    object_keys keys;
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error();
        if (!*row) return {};
        keys.clear();
        if (auto fine = decode(rows->text(0), rows->text(1), keys); !fine) return fine;
        visit(rows->text(0), keys);
    }
}

result<void> ledger_file::in_one_snapshot(const std::function<result<void>()>& read) {
    if (auto begun = db_.execute("BEGIN"); !begun) return begun;
    auto done = read();
    db_.roll_back();
    return done;
}

} // namespace hubspool
