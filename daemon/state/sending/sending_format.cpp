#include "state/sending/sending_format.hpp"

#include "core/words/fnv.hpp"

#include <algorithm>
#include <cstring>

namespace hubspool::sending_format {

namespace {

// Version 2 knew one mark of the boot, and in another header: such a file is made anew.
constexpr std::uint64_t magic = 0x33474e49444e4553; // "SENDING3"
constexpr std::size_t boot_mark_bytes = 64;
constexpr std::int64_t ring_slack_ms = 1001; // a second, and the millisecond that both ends share

template <class Number>
void put(std::string& out, Number number) {
    char bytes[sizeof number];
    std::memcpy(bytes, &number, sizeof number);
    out.append(bytes, sizeof number);
}

// The caller has checked that the bytes are there.
template <class Number>
Number take(std::string_view& rest) {
    Number number{};
    std::memcpy(&number, rest.data(), sizeof number);
    rest.remove_prefix(sizeof number);
    return number;
}

template <std::size_t Size>
std::array<char, Size> array_of(const std::string& bytes) {
    std::array<char, Size> array{};
    std::copy_n(bytes.begin(), std::min(bytes.size(), Size), array.begin());
    return array;
}

std::uint32_t short_sum(std::string_view bytes) {
    const std::uint64_t sum = fnv_64(bytes);
    return static_cast<std::uint32_t>(sum ^ (sum >> 32));
}

// A slot's head lies in one page: the system writes page by page, and a kill between two would tear
// the head of a request that is on the wire.
constexpr std::uint64_t slot_alignment = 32;
static_assert(slot_head_bytes <= slot_alignment);

std::uint64_t rounded_up(std::uint64_t bytes, std::uint64_t to) {
    return (bytes + to - 1) / to * to;
}

} // namespace

std::uint64_t geometry::buckets() const {
    return static_cast<std::uint64_t>(window_ms + margin_ms + ring_slack_ms);
}

std::uint64_t geometry::slot_bytes() const {
    return rounded_up(slot_head_bytes + 8 * ids, slot_alignment);
}

std::uint64_t geometry::slot_offset(std::uint64_t slot) const {
    return rounded_up(bucket_offset(buckets()), slot_alignment) + slot * slot_bytes();
}

std::uint64_t geometry::bucket_offset(std::uint64_t bucket) const {
    return buckets_offset + bucket * bucket_bytes;
}

std::string encode(const header& value) {
    std::string bytes;
    put(bytes, magic);
    put(bytes, value.sizes.slots);
    put(bytes, value.sizes.ids);
    put(bytes, value.sizes.window_ms);
    put(bytes, value.sizes.margin_ms);
    put(bytes, value.hold_all_until_ms);
    for (const std::string& mark : {value.boot.kernel, value.boot.memory}) {
        // A longer mark is cut; a shorter one is filled with zero bytes.
        const std::size_t end = bytes.size() + boot_mark_bytes;
        bytes += mark.substr(0, boot_mark_bytes);
        bytes.resize(end);
    }
    bytes.resize(header_bytes - sizeof(std::uint64_t));
    put(bytes, fnv_64(bytes));
    return bytes;
}

bool decode(std::string_view bytes, header& value) {
    if (bytes.size() != header_bytes) return false;
    std::string_view sum = bytes.substr(header_bytes - sizeof(std::uint64_t));
    // The checksum first: nothing of a torn header is used.
    if (take<std::uint64_t>(sum) != fnv_64(bytes.substr(0, header_bytes - sizeof(std::uint64_t)))) {
        return false;
    }
    if (take<std::uint64_t>(bytes) != magic) return false;
    value.sizes.slots = take<std::uint64_t>(bytes);
    value.sizes.ids = take<std::uint64_t>(bytes);
    value.sizes.window_ms = take<std::int64_t>(bytes);
    value.sizes.margin_ms = take<std::int64_t>(bytes);
    value.hold_all_until_ms = take<std::int64_t>(bytes);
    for (std::string* const mark : {&value.boot.kernel, &value.boot.memory}) {
        const std::string_view text = bytes.substr(0, boot_mark_bytes);
        *mark = text.substr(0, text.find('\0'));
        bytes.remove_prefix(boot_mark_bytes);
    }
    return true;
}

std::array<char, mark_bytes> encode(const mark& value) {
    std::string bytes;
    put(bytes, value.file);
    put(bytes, value.begin);
    put(bytes, value.end);
    put(bytes, value.crashes_before);
    put(bytes, static_cast<std::uint32_t>(value.set));
    put(bytes, std::uint64_t{0});
    // The confirmation stands behind the checksum, so that the handler need not compute one.
    bytes.resize(40);
    put(bytes, fnv_64(bytes));
    return array_of<mark_bytes>(bytes); // and no confirmation
}

bool decode(std::string_view bytes, mark& value) {
    if (bytes.size() != mark_bytes) return false;
    std::string_view sum = bytes.substr(40);
    if (take<std::uint64_t>(sum) != fnv_64(bytes.substr(0, 40))) return false;
    // Anything else than the exact word is no confirmation.
    value.confirmed = sum == std::string_view(confirmed_bytes.data(), confirmed_bytes.size());
    value.file = take<std::uint64_t>(bytes);
    value.begin = take<std::uint64_t>(bytes);
    value.end = take<std::uint64_t>(bytes);
    value.crashes_before = take<std::uint32_t>(bytes);
    value.set = take<std::uint32_t>(bytes) != 0;
    return true;
}

std::array<char, spot_bytes> encode(const spot& value) {
    std::string bytes;
    put(bytes, value.file);
    put(bytes, value.offset);
    put(bytes, fnv_64(bytes));
    return array_of<spot_bytes>(bytes);
}

bool decode(std::string_view bytes, spot& value) {
    const std::string_view summed = bytes.substr(0, 16);
    value.file = take<std::uint64_t>(bytes);
    value.offset = take<std::uint64_t>(bytes);
    return take<std::uint64_t>(bytes) == fnv_64(summed);
}

std::array<char, bucket_bytes> encode(const bucket& value) {
    std::string bytes;
    put(bytes, value.at_ms);
    put(bytes, value.count);
    put(bytes, short_sum(bytes));
    return array_of<bucket_bytes>(bytes);
}

bool decode(std::string_view bytes, bucket& value) {
    if (bytes.size() != bucket_bytes) return false;
    const std::string_view summed = bytes.substr(0, 12);
    value.at_ms = take<std::int64_t>(bytes);
    value.count = take<std::uint32_t>(bytes);
    return take<std::uint32_t>(bytes) == short_sum(summed);
}

std::string encode(const slot& value, bool head_only) {
    std::string rest;
    rest.reserve(slot_head_bytes + sizeof(std::uint64_t) * value.id_hashes.size());
    put(rest, static_cast<std::uint32_t>(value.state));
    put(rest, static_cast<std::uint32_t>(value.id_hashes.size()));
    put(rest, value.written_ms);
    for (const std::uint64_t hash : value.id_hashes) put(rest, hash);

    std::string bytes;
    put(bytes, fnv_64(rest));
    bytes += rest;
    // An answer needs the head only: the ids stay as they are, and so does the checksum over them.
    if (head_only) bytes.resize(slot_head_bytes);
    return bytes;
}

slot decode_slot(std::string_view bytes) {
    if (bytes.size() < slot_head_bytes) return {};
    const auto sum = take<std::uint64_t>(bytes);
    const std::string_view rest = bytes;
    const auto state = take<std::uint32_t>(bytes);
    const auto count = take<std::uint32_t>(bytes);
    slot value;
    value.written_ms = take<std::int64_t>(bytes);
    // Checked against the bytes before the sum is formed over them.
    if (count > bytes.size() / 8) return {};
    if (sum != fnv_64(rest.substr(0, 16 + std::size_t{8} * count))) return {};
    // Free, or torn: both hold nothing.
    if (state != static_cast<std::uint32_t>(slot_state::sent) &&
        state != static_cast<std::uint32_t>(slot_state::answered)) {
        return {};
    }
    value.state = static_cast<slot_state>(state);
    for (std::uint32_t i = 0; i < count; ++i) value.id_hashes.push_back(take<std::uint64_t>(bytes));
    return value;
}

} // namespace hubspool::sending_format
