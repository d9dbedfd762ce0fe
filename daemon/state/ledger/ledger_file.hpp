// ledger.db: what HubSpot acknowledged last, by object. An index of the batch history, and nothing
// else: it may be deleted at any time.
//
// SQLite, WAL, synchronous=NORMAL: after a loss of power it is as of some group of rows, and only
// the newest may be missing. Each object has a checksum, and the mark a sum over all of them.
// Failures as in state/database.hpp; EBADMSG: it is damaged, and to be begun anew. One thread.
#pragma once

#include "base/result.hpp"
#include "core/books/object_keys.hpp"
#include "core/words/field_key.hpp"
#include "core/words/ledger_entry.hpp"
#include "state/database.hpp"
#include "state/ledger/field_names.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hubspool {

// Of which history it is, and how far it has come. A value.
struct ledger_mark {
    std::string state_id;
    std::uint64_t epoch = 0;
    std::string portal;
    std::uint64_t portal_from = 0;
    std::uint64_t upto = 0; // it has the rows of the history up to this one

    friend bool operator==(const ledger_mark&, const ledger_mark&) = default;
};

class ledger_file {
public:
    // Makes it where it is missing.
    static result<ledger_file> open(const std::string& path);
    // ENOENT: there is none, or nothing is in it yet.
    static result<ledger_file> open_for_reading(const std::string& path);
    // Deletes it, with its log.
    static result<void> remove(const std::string& path);

    // Reads mark and names again: another process may have written.
    result<void> reload();
    const ledger_mark& mark() const { return mark_; }
    std::uint64_t objects() const { return objects_; }

    // The number of a field, given to it by this file. New ones are durable with the next merge().
    field_names& names() { return names_; }
    std::uint32_t number_of(field_kind kind, std::string_view name) {
        return names_.number_of(kind, name);
    }
    const field_key& field(std::uint32_t number) const { return names_.field(number); }

    // Adds what is known of the object to `keys`.
    result<void> read(std::string_view object_id, object_keys& keys);
    // One transaction: what was learnt of these objects, and the mark.
    using learnt = std::unordered_map<std::string, object_keys>;
    result<void> merge(learnt& objects, const ledger_mark& mark);
    // The mark alone.
    result<void> put_mark(const ledger_mark& mark);

    // Looks at each page and each object. Reads all of it.
    result<void> check();
    // In order of the ids' bytes.
    result<void> visit(const std::function<void(std::string_view object_id, object_keys&)>& visit);
    // Of one moment, until the end of what `read` does.
    result<void> in_one_snapshot(const std::function<result<void>()>& read);

private:
    explicit ledger_file(database db) : db_(std::move(db)) {}
    result<void> load();
    result<void> write_mark(const ledger_mark& mark);
    result<void> write_names();
    result<void> merge_one(std::string_view object_id, object_keys& keys);
    result<void> decode(std::string_view object_id, std::string_view bytes, object_keys& keys);

    database db_;
    ledger_mark mark_;
    std::uint64_t objects_ = 0, sum_ = 0; // all of them, and of their checksums
    field_names names_;
    std::size_t names_written_ = 0;
    std::string buffer_; // kept for its room
};

} // namespace hubspool
