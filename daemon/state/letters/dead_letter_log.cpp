#include "state/letters/dead_letter_log.hpp"

#include "base/clocks.hpp"
#include "base/json_writer.hpp"
#include "core/words/base64.hpp"
#include "core/words/utf8.hpp"
#include "os/file_io.hpp"
#include "state/letters/letter_values.hpp"
#include "state/state_failure.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace hubspool {

namespace {

constexpr std::size_t buffer_max = 1U << 20;
// What stands before a file's number in a line. Inside a string the quote would be escaped, so
// content cannot be taken for it.
constexpr std::string_view file_key = R"("file":)"; // read, not written
constexpr std::size_t digits_max = 18;              // longer ones are no numbers of ours

void put_origin(json_writer& json, const dead_letter::origin& record) {
    json.begin_object().key("file").value(record.file);
    // Left out where nothing is known: a reader must not take 0 for a place.
    if (record.offset) json.key("offset").value(*record.offset);
    json.key("size").value(record.size).key("line").value(record.line);
    json.key("ordinal").value(record.ordinal);
    if (record.count != 1) json.key("count").value(record.count);
    if (!record.reference.empty()) json.key("reference").value(record.reference);
    json.end_object();
}

// The numbers after each file_key in `text`, as far as they are whole.
std::uint64_t largest_in(std::string_view text) {
    std::uint64_t largest = 0;
    for (std::size_t at = text.find(file_key); at != std::string_view::npos;
         at = text.find(file_key, at)) {
        at += file_key.size();
        std::uint64_t number = 0;
        std::size_t digits = 0;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++digits) {
            number = number * 10 + static_cast<std::uint64_t>(text[at] - '0');
        }
        // Digits of somebody's text may be of any number.
        if (digits <= digits_max) largest = std::max(largest, number);
    }
    return largest;
}

} // namespace

result<dead_letter_log> dead_letter_log::open(const std::string& directory) {
    std::string path = directory + "/dead-letters.ndjson";
    const int flags = O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW;
    // A new file's name has to be durable as well.
    const bool present = ::access(path.c_str(), F_OK) == 0;
    owned_descriptor file(::open(path.c_str(), flags, 0600));
    if (!file) return state_failure("open", path, errno);
    if (!present) {
        if (!sync_directory(directory)) return state_failure("make durable", directory, errno);
    }
    struct stat status{};
    if (::fstat(file.get(), &status) != 0) return state_failure("look at", path, errno);
    if (!S_ISREG(status.st_mode)) {
        return failure{path + " is not a regular file; move it away, hubspool makes its own"};
    }
    dead_letter_log log(std::move(path), std::move(file),
                        static_cast<std::uint64_t>(status.st_size));
    // A crash may have cut the last line: it is ended, so that the next one begins on a line of its
    // own.
    if (auto ended = log.end_torn_line(); !ended) return ended.error();
    return log;
}

result<dead_letter_log> dead_letter_log::create(const std::string& directory,
                                                const std::string& name) {
    std::string path = directory + "/" + name;
    const int flags = O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW;
    owned_descriptor file(::open(path.c_str(), flags, 0600));
    if (!file) return state_failure("create", path, errno);
    if (!sync_directory(directory)) return state_failure("make durable", directory, errno);
    return dead_letter_log(std::move(path), std::move(file), 0);
}

result<void> dead_letter_log::end_torn_line() {
    if (size_ == 0) return {};
    char last = 0;
    if (!read_all_at(file_.get(), &last, 1, size_ - 1)) return state_failure("read", path_, errno);
    if (last == '\n') return {};
    if (!write_all(file_.get(), "\n")) return state_failure("write to", path_, errno);
    ++size_;
    return {};
}

result<void> dead_letter_log::append(const dead_letter& letter, wall_time died) {
    json_writer json;
    json.begin_object().key("time").value(iso_time(died));
    json.key("object_id").value(letter.object_id).key("category").value(letter.category);
    json.key("reason").value(letter.reason).key("content").value(letter.content);
    // JSON is UTF-8: other bytes show as U+FFFD, and the exact ones stand in base64.
    if (!is_utf8(letter.content)) json.key("content_base64").value(base64(letter.content));
    json.key("batch").value(letter.batch).key("records").begin_array();
    for (const dead_letter::origin& record : letter.records) {
        put_origin(json, record);
        // A merged change may have a hundred thousand records: the line goes out in parts.
        if (buffer_.size() + json.text().size() < buffer_max) continue;
        buffer_ += json.take();
        if (auto flushed = flush(); !flushed) return flushed;
    }
    json.end_array();
    if (!letter.values.empty()) put_values(json, letter.values);
    json.end_object();
    buffer_ += json.take();
    buffer_ += '\n';
    return buffer_.size() < buffer_max ? result<void>() : flush();
}

result<void> dead_letter_log::flush() {
    // Cleared whatever came of it: take_back() deals with what was written.
    const bool written = write_all(file_.get(), buffer_);
    buffer_.clear();
    if (!written) return state_failure("write to", path_, errno);
    return {};
}

result<void> dead_letter_log::sync() {
    if (auto flushed = flush(); !flushed) return flushed;
    // fdatasync(2) also writes the size, which an append changes.
    if (::fdatasync(file_.get()) != 0) return state_failure("make durable", path_, errno);
    return {};
}

void dead_letter_log::take_back() {
    buffer_.clear();
    // When even this fails, lines come twice or the last is cut; the next open() ends that one.
    (void)!::ftruncate(file_.get(), static_cast<off_t>(size_));
}

// Read in windows that overlap by a key and its number: none is cut between two.
result<std::uint64_t> dead_letter_log::largest_file() const {
    constexpr std::size_t overlap =
        file_key.size() + digits_max + 1; // a key and its number, cut by the window
    std::string window(buffer_max, '\0');
    std::uint64_t largest = 0;
    for (std::uint64_t at = 0; at < size_;) {
        const std::size_t size = std::min<std::uint64_t>(window.size(), size_ - at);
        if (!read_all_at(file_.get(), window.data(), size, at)) {
            return state_failure("read", path_, errno);
        }
        largest = std::max(largest, largest_in({window.data(), size}));
        if (at + size == size_) break;
        at += size - overlap;
    }
    return largest;
}

} // namespace hubspool
