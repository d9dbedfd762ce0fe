// The settlement blob:
//
//   "HS" version(1)  checksum(4, little endian, FNV-1a of the body)  length of the body  body
//   body: names: count, { kind, string }...     each field once, in order of first use
//         sources: count, { as_of, number }...  what keys share, in order of first use
//         changes: count, { object id, head, field... }...
//         head: number of fields << 5 | has values << 4 | doubt << 3 | fate
//         field: index of name << 2 | how its key is told, then as key_trail.hpp says:
//                 place in sources (elsewhere), step of the ordinal (elsewhere, onward);
//                 if it has values: hash (6, little endian), step of when it was acknowledged
//                 (zigzag, seconds)
//         files: count, { number minus the one before, count, run... }...
//         run: ordinals passed over since the run before, (length - 1) << 3 | fate
//
// All numbers are varints. A batch of a bulk file settles neighbours, so that runs are few. Version
// 2 has no values, and fates of two bits: number of fields << 3 | doubt << 2 | fate. Version 1 has
// neither kinds nor sources nor keys: { object id, fate, count, index of name... }.
#include "core/books/batch_outcome.hpp"

#include "core/books/careful_reader.hpp"
#include "core/books/key_trail.hpp"
#include "core/words/fnv.hpp"
#include "core/words/varint.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace hubspool {

namespace {

constexpr std::string_view magic = "HS";
constexpr char version = 3, version_without_values = 2, version_without_keys = 1;
constexpr std::size_t checksum_bytes = 4;

// More than the pending set can hold at its largest, so that a damaged length cannot fill memory.
constexpr std::uint64_t records_max = std::uint64_t{1} << 27;

std::array<char, checksum_bytes> checksum(std::string_view body) {
    const std::uint32_t sum = fnv_32(body);
    std::array<char, checksum_bytes> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<char>((sum >> (8 * i)) & 0xff);
    }
    return bytes;
}

constexpr auto is_before = [](const settled_record& a, const settled_record& b) {
    return a.file != b.file ? a.file < b.file : a.ordinal < b.ordinal;
};

// Codes records that come in order of file and ordinal. Of one that comes twice the first stands.
class run_coder {
public:
    void add(const settled_record& record) {
        if (length_ > 0 && record.file == last_.file) {
            // An object that stands in two changes of one answer would be listed twice; once is the
            // truth.
            if (record.ordinal == last_.ordinal) return;
            // A run goes on with the next ordinal of the same fate; anything else begins another
            // run.
            const bool follows = record.fate == last_.fate && record.ordinal == last_.ordinal + 1;
            if (!follows) put_run();
        } else if (length_ > 0) {
            put_file();
        }
        if (length_++ == 0) first_ = record.ordinal;
        last_ = record;
    }
    void write(std::string& out) {
        if (length_ > 0) put_file();
        put_varint(out, files_);
        out += coded_;
    }

private:
    void put_run() {
        // The distance from the run before is small where a file settles from its front: one byte
        // as a rule.
        put_varint(runs_, first_ - after_);
        put_varint(runs_, (length_ - 1) << 3 | static_cast<std::uint64_t>(last_.fate));
        after_ = last_.ordinal + 1;
        length_ = 0;
        ++runs_count_;
    }
    void put_file() {
        // A file is whole only when its last run is: then its number of runs is known and goes
        // before them.
        put_run();
        put_varint(coded_, last_.file - file_before_);
        put_varint(coded_, runs_count_);
        coded_ += runs_;
        runs_.clear();
        runs_count_ = after_ = 0;
        file_before_ = last_.file;
        ++files_;
    }

    std::string coded_; // whole files
    std::uint64_t files_ = 0, file_before_ = 0;
    std::string runs_; // of the file that last_ is of
    std::uint64_t runs_count_ = 0, after_ = 0;
    settled_record last_;
    std::uint64_t first_ = 0, length_ = 0; // of the run that last_ is of
};

void put_records(std::string& out, const settled_records& records) {
    // The outcome keeps them in the order of objects; runs need the order of the files.
    std::vector<settled_record> sorted;
    sorted.reserve(records.size());
    for (const settled_record& record : records) sorted.push_back(record);
    // Objects that are sent in the order of their files, each of one record, need no sorting.
    if (!std::is_sorted(sorted.begin(), sorted.end(), is_before))
        std::stable_sort(sorted.begin(), sorted.end(), is_before);
    run_coder coder;
    for (const settled_record& record : sorted) coder.add(record);
    coder.write(out);
}

fate fate_of(careful_reader& reader, std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(fate::unchanged)) reader.refuse();
    return reader.ok() ? static_cast<fate>(value) : fate::delivered;
}

struct opened_blob {
    careful_reader body;
    int written_as = version; // its version

    bool has_keys() const { return written_as > version_without_keys; }
    bool has_values() const { return written_as > version_without_values; }
};

// The body of a blob whose frame is whole, else nothing but a reader that is not ok.
opened_blob open_blob(std::string_view blob) {
    // Whoever reads on from here gets zeros and empty texts, so callers ask ok() once, at the end.
    careful_reader bad{std::string_view{}};
    bad.refuse();
    const std::size_t head = magic.size() + 1 + checksum_bytes;
    if (blob.size() < head || blob.substr(0, magic.size()) != magic) return {bad};
    // Another version is not guessed at: such a blob counts as damaged.
    const char found = blob[magic.size()];
    if (found < version_without_keys || found > version) return {bad};
    const std::string_view sum = blob.substr(magic.size() + 1, checksum_bytes);

    careful_reader frame{blob.substr(head)};
    const std::string_view body = frame.text();
    const auto expected = checksum(body);
    const bool whole =
        frame.ok() && frame.at_end() && sum == std::string_view(expected.data(), expected.size());
    return {whole ? careful_reader{body} : bad, found};
}

// Field names stand once in front; each change names its own by their places.
std::vector<field_view> read_names(careful_reader& reader, bool has_kinds) {
    std::vector<field_view> names(reader.count());
    for (field_view& name : names) {
        const std::uint64_t kind = has_kinds ? reader.number() : 0;
        if (kind > static_cast<std::uint64_t>(field_kind::custom)) reader.refuse();
        name.kind = reader.ok() ? static_cast<field_kind>(kind) : field_kind::property;
        name.name = reader.text();
    }
    return names;
}

void read_sources(careful_reader& reader, key_trail& keys) {
    for (std::uint64_t left = reader.count(); left > 0 && reader.ok(); --left) {
        const as_of_ms as_of = reader.number();
        keys.add_source(as_of, reader.number());
    }
}

settled_head read_head(opened_blob& blob) {
    careful_reader& reader = blob.body;
    const std::uint64_t first = reader.number();
    if (!blob.has_keys()) {
        const hubspool::fate fate = fate_of(reader, first);
        return {fate, false, reader.count()};
    }
    if (!blob.has_values()) return settled_head::of_version_2(first);
    settled_head head = settled_head::of(first);
    head.fate = fate_of(reader, static_cast<std::uint64_t>(head.fate));
    return head;
}

// Reads which field it is, and takes the step to its key. Gives the place of its name.
std::uint64_t read_field(careful_reader& reader, key_trail& keys) {
    const std::uint64_t coded = reader.number();
    key_trail::step step{static_cast<key_trail::kind>(coded & 3)};
    if (step.how == key_trail::kind::elsewhere) step.source = reader.number();
    if (step.how >= key_trail::kind::onward) step.ordinal = reader.number();
    if (!keys.follow(step)) reader.refuse();
    return coded >> 2;
}

known_value read_value(careful_reader& reader, std::uint64_t& at) {
    const std::uint64_t hash = reader.little(value_hash_bytes);
    at = unzigzag(at, reader.number());
    return {hash, at};
}

// Calls visit(const change_view&), for each.
template <class Visit>
void read_changes(opened_blob& blob, const Visit& visit) {
    careful_reader& reader = blob.body;
    const bool has_keys = blob.has_keys();
    const std::vector<field_view> names = read_names(reader, has_keys);
    key_trail keys;
    std::uint64_t at = 0;
    if (has_keys) read_sources(reader, keys);

    change_view change;
    for (std::uint64_t left = reader.count(); left > 0 && reader.ok(); --left) {
        change.object_id = reader.text();
        const settled_head head = read_head(blob);
        change.fate = head.fate;
        change.doubt = head.doubt;
        change.fields.clear();
        for (std::uint64_t fields = head.fields; fields > 0 && reader.ok(); --fields) {
            const std::uint64_t name = has_keys ? read_field(reader, keys) : reader.number();
            // A place beyond the names would read foreign memory.
            if (name >= names.size()) {
                reader.refuse();
                break;
            }
            change.fields.push_back(names[name]);
            change.fields.back().key = keys.key();
            if (head.has_values) change.fields.back().value = read_value(reader, at);
        }
        if (reader.ok()) visit(change);
    }
}

void add_to(settled_changes& changes, const change_view& change) {
    const bool has_values =
        std::any_of(change.fields.begin(), change.fields.end(),
                    [](const field_view& field) { return field.value != known_value{}; });
    changes.add(change.object_id, change.fate, change.doubt, change.fields.size(), has_values);
    for (const field_view& field : change.fields)
        changes.add_field(field.kind, field.name, 0, field.key, field.value);
}

template <class Visit>
void read_records(opened_blob& blob, const Visit& visit) {
    careful_reader& reader = blob.body;
    const unsigned fate_bits = blob.has_values() ? 3 : 2;
    // Damaged lengths must not make recovery visit records without end.
    std::uint64_t room = records_max;
    settled_record record;
    for (std::uint64_t files = reader.count(); files > 0 && reader.ok(); --files) {
        record.file += reader.number();
        record.ordinal = 0;
        for (std::uint64_t runs = reader.count(); runs > 0 && reader.ok(); --runs) {
            record.ordinal += reader.number();
            const std::uint64_t coded = reader.number();
            record.fate = fate_of(reader, coded & ((1U << fate_bits) - 1));
            std::uint64_t length = (coded >> fate_bits) + 1;
            // Checked before the visits: a caller that fills memory has no way back.
            if (length > room) reader.refuse();
            if (!reader.ok()) return;
            room -= length;
            for (; length > 0; --length, ++record.ordinal) visit(record);
        }
    }
}

} // namespace

std::size_t held_bytes(const batch_outcome& outcome) {
    std::size_t bytes =
        sizeof outcome + outcome.changes.bytes_apart() + outcome.records.bytes_apart();
    for (const dead_letter& letter : outcome.dead_letters)
        bytes += sizeof letter + letter.content.size() +
                 letter.records.size() * sizeof(dead_letter::origin) +
                 letter.values.size() * sizeof(dead_letter::value);
    return bytes + outcome.retries.size() * sizeof(settled_retry);
}

void note_retry(batch_outcome& outcome, const settled_record& settled, const order_key& key,
                const record_name& first) {
    const record_name first_record =
        first == record_name{} ? record_name{key.number, key.ordinal} : first;
    if (first_record == record_name{settled.file, settled.ordinal}) return;
    outcome.retries.push_back({first_record, settled.file, settled.ordinal, settled.fate});
}

std::string encode_settlement(const batch_outcome& outcome) {
    std::string body;
    outcome.changes.write(body);
    put_records(body, outcome.records);

    std::string blob(magic);
    blob.push_back(version);
    const auto sum = checksum(body);
    blob.append(sum.data(), sum.size());
    put_string(blob, body);
    return blob;
}

bool decode_settlement(std::string_view blob, settled_changes& changes, settled_records& records) {
    opened_blob opened = open_blob(blob);
    read_changes(opened, [&](const change_view& change) { add_to(changes, change); });
    read_records(opened, [&](const settled_record& record) { records.add(record); });
    return opened.body.ok() && opened.body.at_end();
}

bool visit_settled_changes(std::string_view blob,
                           const std::function<void(const change_view&)>& visit) {
    opened_blob opened = open_blob(blob);
    read_changes(opened, visit);
    return opened.body.ok();
}

settlement_search::settlement_search(std::string_view object_id) {
    put_string(coded_, object_id);
}

bool settlement_search::may_name(std::string_view blob) const {
    // Several times as fast as std::string_view::find(): ids of one length begin with one byte.
    return ::memmem(blob.data(), blob.size(), coded_.data(), coded_.size()) != nullptr;
}

bool visit_settled_records(std::string_view blob,
                           const std::function<void(const settled_record&)>& visit) {
    opened_blob opened = open_blob(blob);
    read_changes(opened, [](const change_view&) {});
    read_records(opened, visit);
    return opened.body.ok() && opened.body.at_end();
}

} // namespace hubspool
