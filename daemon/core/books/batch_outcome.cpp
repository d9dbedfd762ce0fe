// The settlement blob:
//
//   "HS" version(1)  checksum(4, little endian, FNV-1a of the body)  length of the body  body
//   body: names: count, string...          each field name once, in order of first use
//         changes: count, { object id, fate, count, index of name... }...
//         files: count, { number minus the one before, count, run... }...
//         run: ordinals passed over since the run before, (length - 1) << 2 | fate
//
// All numbers are varints. A batch of a bulk file settles neighbours, so that runs are few.
#include "core/books/batch_outcome.hpp"

#include "core/words/fnv.hpp"
#include "core/words/varint.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace hubspool {

namespace {

constexpr std::string_view magic = "HS";
constexpr char version = 1;
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
        put_varint(runs_, (length_ - 1) << 2 | static_cast<std::uint64_t>(last_.fate));
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

// Takes numbers and strings off the front of untrusted bytes. After the first that is cut short all
// further ones are zero and empty, and ok() is false.
class careful_reader {
public:
    explicit careful_reader(std::string_view blob) : left_(blob) {}

    std::uint64_t number() {
        if (left_.empty()) {
            ok_ = false;
            return 0;
        }
        const char* const begin = left_.data();
        // get_varint() takes what is there, also of a number that was cut off: so the last byte is
        // looked at.
        const std::uint64_t value = get_varint(left_);
        const bool cut = (static_cast<unsigned char>(*(left_.data() - 1)) & 0x80) != 0;
        if (cut || left_.data() - begin > 10) ok_ = false;
        return ok_ ? value : 0;
    }
    // A count of things of at least one byte each: never more than bytes that are left.
    std::uint64_t count() {
        const std::uint64_t value = number();
        // Without this a damaged count would ask for memory or time without bound.
        if (value > left_.size()) ok_ = false;
        return ok_ ? value : 0;
    }
    std::string_view text() {
        const std::uint64_t size = count();
        const std::string_view value = left_.substr(0, size);
        left_.remove_prefix(size);
        return value;
    }
    fate last_fate() {
        const std::uint64_t value = number();
        return fate_of(value);
    }
    fate fate_of(std::uint64_t value) {
        // Two bits hold four values, and only three are fates.
        if (value > static_cast<std::uint64_t>(fate::dead)) ok_ = false;
        return ok_ ? static_cast<fate>(value) : fate::delivered;
    }
    void refuse() { ok_ = false; }
    bool ok() const { return ok_; }
    bool at_end() const { return left_.empty(); }

private:
    std::string_view left_;
    bool ok_ = true;
};

// The body of a blob whose frame is whole, else nothing but a reader that is not ok.
careful_reader open_blob(std::string_view blob) {
    // Whoever reads on from here gets zeros and empty texts, so callers ask ok() once, at the end.
    careful_reader bad{std::string_view{}};
    bad.refuse();
    const std::size_t head = magic.size() + 1 + checksum_bytes;
    if (blob.size() < head || blob.substr(0, magic.size()) != magic) return bad;
    // Another version is not guessed at: such a blob counts as damaged.
    if (blob[magic.size()] != version) return bad;
    const std::string_view sum = blob.substr(magic.size() + 1, checksum_bytes);

    careful_reader frame{blob.substr(head)};
    const std::string_view body = frame.text();
    const auto expected = checksum(body);
    const bool whole =
        frame.ok() && frame.at_end() && sum == std::string_view(expected.data(), expected.size());
    return whole ? careful_reader{body} : bad;
}

void read_changes(careful_reader& reader, settled_changes* changes) {
    // Field names stand once in front; each change names its own by their places.
    std::vector<std::string_view> names(reader.count());
    for (std::string_view& name : names) name = reader.text();

    for (std::uint64_t left = reader.count(); left > 0 && reader.ok(); --left) {
        settled_change change;
        change.object_id = reader.text();
        change.fate = reader.last_fate();
        for (std::uint64_t fields = reader.count(); fields > 0 && reader.ok(); --fields) {
            const std::uint64_t name = reader.number();
            // A place beyond the names would read foreign memory.
            if (name >= names.size()) {
                reader.refuse();
                break;
            }
            if (changes != nullptr) change.fields.emplace_back(names[name]);
        }
        if (changes != nullptr && reader.ok()) changes->add(change);
    }
}

template <class Visit>
void read_records(careful_reader& reader, const Visit& visit) {
    // Damaged lengths must not make recovery visit records without end.
    std::uint64_t room = records_max;
    settled_record record;
    for (std::uint64_t files = reader.count(); files > 0 && reader.ok(); --files) {
        record.file += reader.number();
        record.ordinal = 0;
        for (std::uint64_t runs = reader.count(); runs > 0 && reader.ok(); --runs) {
            record.ordinal += reader.number();
            const std::uint64_t coded = reader.number();
            record.fate = reader.fate_of(coded & 3);
            std::uint64_t length = (coded >> 2) + 1;
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
                 letter.records.size() * sizeof(dead_letter::origin);
    return bytes;
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
    careful_reader reader = open_blob(blob);
    read_changes(reader, &changes);
    read_records(reader, [&](const settled_record& record) { records.add(record); });
    return reader.ok() && reader.at_end();
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
    careful_reader reader = open_blob(blob);
    read_changes(reader, nullptr);
    read_records(reader, visit);
    return reader.ok() && reader.at_end();
}

} // namespace hubspool
