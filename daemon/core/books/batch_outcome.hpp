// What is recorded of batches and records: the values that core hands to the state store.
#pragma once

#include "core/books/settled_changes.hpp"
#include "core/books/settled_records.hpp"
#include "core/words/arrival.hpp"
#include "core/words/charge.hpp"
#include "core/words/lane.hpp"
#include "core/words/time.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

// A dead letter: one bad piece of a file, or a merged change with all its records.
struct dead_letter {
    arrival at;              // key, with the state id: the newest record's arrival
    std::string object_id;   // empty when it could not be told
    std::string category;    // reason's key; "decode" for what was found while reading
    std::string reason;      // words for a person
    std::string content;     // the input as it would be sent, or the bytes of the file
    std::uint64_t batch = 0; // the batch whose answer it was; 0: found while reading
    struct origin {
        std::uint64_t file = 0;
        std::optional<std::uint64_t> offset; // if its line does not tell its place, or it is known
        std::uint64_t size = 0, ordinal = 0, count = 1, line = 0;
        std::string reference;
    };
    std::vector<origin> records;
    // A value in its content, by which key it goes, and of which of its records it is. What is sent
    // once more goes by the same key, so that it does not become newer by that.
    struct value {
        field_kind kind = field_kind::property;
        std::string name; // as sent (escaped); empty: all that stands in the one record
        order_key key;
        std::uint32_t owner = 0;
        friend bool operator==(const value&, const value&) = default;
    };
    std::vector<value> values; // none: nobody knows their keys
};

// A record that was sent once more, and got its fate.
struct settled_retry {
    record_name first; // the record that it was
    std::uint64_t file = 0, ordinal = 0;
    hubspool::fate fate = fate::delivered;
};

// The outcome of one batch: one row of the history, and what it settled.
struct batch_outcome {
    // 0: no request. It is of what reading found, or of what the ledger settled.
    std::uint64_t batch = 0;
    // By which the engine knows it when it is durable, in the place of a batch; 0: it need not be
    // told.
    std::uint64_t ticket = 0;
    std::uint32_t attempt = 1; // the highest number of tries among its inputs
    hubspool::lane lane = hubspool::lane::live;
    bool probe = false;
    std::uint32_t inputs = 0, delivered = 0, retried = 0, dead_lettered = 0;
    int http_status = 0;
    std::string status; // the body's
    std::string reason;
    std::string words;
    std::string correlation_id;
    std::int64_t duration_ms = 0;
    std::int64_t queue_wait_ms = 0; // of its oldest change
    wall_time finished = {};

    settled_changes changes;
    settled_records records;
    std::vector<dead_letter> dead_letters;
    std::vector<settled_retry> retries;
    std::vector<charge> charges; // that changed
};

// By what the engine is told that it is durable; 0: not at all.
inline std::uint64_t ticket_of(const batch_outcome& outcome) {
    return outcome.batch != 0 ? outcome.batch : outcome.ticket;
}

// Notes it when the record was another one first, as its key or `first` says.
void note_retry(batch_outcome& outcome, const settled_record& settled, const order_key& key,
                const record_name& first);

// What it takes in memory while it waits for its commit.
std::size_t held_bytes(const batch_outcome& outcome);

// The settled part of an outcome as the compact blob of its row, and back.
std::string encode_settlement(const batch_outcome& outcome);
// False when the blob is damaged.
bool decode_settlement(std::string_view blob, settled_changes& changes, settled_records& records);
// A change as it stands in a blob, which must outlive it.
struct field_view {
    field_kind kind = field_kind::property;
    std::string_view name;
    order_key key; // {}: not known
    known_value value = {};
};
struct change_view {
    std::string_view object_id;
    hubspool::fate fate = fate::delivered;
    bool doubt = false;
    std::vector<field_view> fields;
};
// The changes alone, one after the other. False when the blob is damaged; some may have been
// visited by then.
bool visit_settled_changes(std::string_view blob,
                           const std::function<void(const change_view&)>& visit);
// Tells quickly, without decoding, of blobs that do not name an object.
class settlement_search {
public:
    explicit settlement_search(std::string_view object_id);
    // False: it is not named. True: it is, or other bytes look alike.
    bool may_name(std::string_view blob) const;

private:
    std::string coded_; // the id as it stands in a blob
};
// The records alone, one after the other, without holding them: for recovery. In order of file and
// ordinal. False when the blob is damaged; some may have been visited by then.
bool visit_settled_records(std::string_view blob,
                           const std::function<void(const settled_record&)>& visit);

} // namespace hubspool
