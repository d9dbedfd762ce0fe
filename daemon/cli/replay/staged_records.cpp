#include "cli/replay/staged_records.hpp"

#include "base/json_writer.hpp"
#include "core/pending/field_set.hpp"
#include "core/records/record_order.hpp"
#include "core/sending/batch_json.hpp"
#include "os/file_io.hpp"
#include "os/system_failure.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace hubspool {

std::string line_of(const decoded_block& block, const decoded_record& record, bool as_newest) {
    std::vector<numbered_key> keys;
    keys.reserve(block.keys.size());
    for (const field_key& key : block.keys) keys.push_back(number(nullptr, key.kind, key.name));
    field_set fields;
    fields.merge(block.text(record.fields), keys, 0);
    std::string line;
    append_input(line, block.text(record.object_id), fields);
    json_writer ours;
    ours.begin_object().key("$hubspool").begin_object();
    if (record.reference.size > 0) ours.key("id").value(block.text(record.reference));
    ours.key("order").value(format_order(block.key_of(record)));
    if (as_newest) ours.key("as_newest").value(true);
    ours.end_object().end_object();
    // Its one member becomes the last one of the record, which has others.
    line.back() = ',';
    return line.append(ours.text(), 1) + '\n';
}

staged_records::~staged_records() {
    std::error_code ignored;
    if (made_ && !keeps_) std::filesystem::remove_all(path(), ignored);
}

result<void> staged_records::add(const decoded_block& block, const decoded_record& record) {
    lines_ += line_of(block, record, as_newest_);
    return lines_.size() < file_bytes ? result<void>() : write();
}

result<void> staged_records::write() {
    if (!made_ && ::mkdir(path().c_str(), 0700) != 0) return system_failure("make", path(), errno);
    made_ = true;
    replay_file file;
    file.source = fmt::format("{}/{}.ndjson", name_, files_.size() + 1);
    file.staged = true;
    const std::string shown = state_ + '/' + file.source;
    const owned_descriptor out(
        ::open(shown.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    struct stat look{};
    if (!out || !write_all(out.get(), lines_) || ::fsync(out.get()) != 0 ||
        ::fstat(out.get(), &look) != 0)
        return system_failure("write", shown, errno);
    file.size = static_cast<std::uint64_t>(look.st_size);
    file.mtime_ns = std::int64_t{look.st_mtim.tv_sec} * 1'000'000'000 + look.st_mtim.tv_nsec;
    lines_.clear();
    files_.push_back(std::move(file));
    return {};
}

result<std::vector<replay_file>> staged_records::finish() {
    if (!lines_.empty())
        if (auto written = write(); !written) return written.error();
    if (made_ && (!sync_directory(path()) || !sync_directory(state_)))
        return system_failure("make durable", path(), errno);
    return std::move(files_);
}

} // namespace hubspool
