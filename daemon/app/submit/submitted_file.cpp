#include "app/submit/submitted_file.hpp"

#include "app/options.hpp"
#include "app/submit/record_check.hpp"
#include "base/clocks.hpp"
#include "core/records/misspelt_as_of.hpp"
#include "core/rows/table_name.hpp"
#include "core/words/named_as_of.hpp"
#include "core/words/printable.hpp"
#include "os/owned_descriptor.hpp"
#include "spool/arrivals/left_alone_names.hpp"
#include "spool/arrivals/queue_writer.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <memory>

namespace hubspool {

namespace {

constexpr std::size_t chunk_bytes = 256U << 10;
constexpr std::size_t extension_bytes_max = 16;

bool names_packing(std::string_view as_written) {
    std::string extension(as_written);
    std::ranges::transform(extension, extension.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return extension == "gz" || extension == "gzip" || extension == "zst" || extension == "zstd";
}

// The file's own when it is a plain one, else what its content calls for.
std::string extension_of(std::string_view file, file_format format, packing form,
                         const left_alone_names& left_alone) {
    // Only its name makes it a table.
    if (format == file_format::rows || format == file_format::cut_rows)
        return fmt::format("{}{}", table_named(file) == '\t' ? "tsv" : "csv", suffix_of(form));
    std::size_t dot = file.rfind('.');
    // "ndjson.gz": in front of what says how it is compressed.
    if (form != packing::none && dot != std::string_view::npos &&
        names_packing(file.substr(dot + 1))) {
        file = file.substr(0, dot);
        dot = file.rfind('.');
    }
    const std::string own(dot == std::string_view::npos ? std::string_view()
                                                        : file.substr(dot + 1));
    const bool plain =
        !own.empty() && own.size() <= extension_bytes_max &&
        std::all_of(own.begin(), own.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
    // An extension that is left alone would keep the file in the queue for ever.
    const bool is_taken = plain && !left_alone.contain("x." + own);
    const std::string_view by_content = format == file_format::sequence ? "ndjson" : "json";
    return fmt::format("{}{}", is_taken ? std::string_view(own) : by_content, suffix_of(form));
}

result<std::optional<as_of_ms>> as_of_in_name(const std::string& file) {
    const std::string name = file.substr(file.rfind('/') + 1);
    if (const std::string why = why_no_as_of(name); !why.empty())
        return failure{fmt::format("{}: {}", printable(file), why), EINVAL};
    const auto named = find_as_of(name);
    if (!named) return std::optional<as_of_ms>();
    if (wall_time(milliseconds(*named->time)) > wall_now())
        return failure{fmt::format("{}: as_of= in its name is a time in the future; nothing of it "
                                   "was queued",
                                   printable(file)),
                       EINVAL};
    return named->time;
}

failure cannot_read(const std::string& source, int code) {
    // A full disk on the reading side is no full queue.
    return {fmt::format("{} cannot be read: {}; nothing of it was queued", printable(source),
                        std::strerror(code)),
            code == ENOSPC || code == EDQUOT ? EIO : code};
}

// What is being submitted, a piece at a time, into the queue's writer once it was looked at.
class checked_copy {
public:
    // `name`: of the file, which tells a table.
    checked_copy(const settings& options, std::string_view name)
        : check_(options, name), feed_(make_unpack_limits(options)) {}

    // To nobody when it is only checked. False: nothing that can be read, or damaged; the rest need
    // not be.
    result<bool> take(std::string_view bytes, queue_writer* to);
    void end();
    // Why nothing of it is queued, whatever its records are; empty: they decide.
    std::string why_refused() const;
    void describe(submitted_file& out) const;
    file_format format() const { return check_.format(); }
    packing packed() const { return feed_.form().packed; }

private:
    record_check check_;
    text_feed feed_;
};

result<bool> checked_copy::take(std::string_view bytes, queue_writer* to) {
    feed_.take(bytes, [this](std::string_view text) { check_.take(text); });
    if (!check_.form().empty() || !feed_.fault().empty()) return false;
    // A file that is refused needs no more room; it is still read for the list of what is bad.
    if (check_.bad() > 0 || to == nullptr) return true;
    if (auto written = to->write(bytes); !written) return written.error();
    return true;
}

void checked_copy::end() {
    feed_.end([this](std::string_view text) { check_.take(text); });
    check_.end();
}

std::string checked_copy::why_refused() const {
    if (!check_.form().empty()) return about_file(feed_.form(), check_.form());
    return feed_.fault();
}

void checked_copy::describe(submitted_file& out) const {
    out.records = check_.records();
    out.bad = check_.bad();
    out.listed = check_.listed();
    out.lone_surrogates = check_.lone_surrogates() + feed_.lone_surrogates();
    out.future_as_of = check_.future_as_of();
    out.unknown_fields = check_.unknown_fields();
}

result<void> take_all(int from, const std::string& source, checked_copy& into, queue_writer* to) {
    const auto chunk = std::make_unique<std::array<char, chunk_bytes>>();
    while (true) {
        const ssize_t size = ::read(from, chunk->data(), chunk->size());
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return cannot_read(source, errno);
        if (size == 0) break;
        const auto goes_on = into.take({chunk->data(), static_cast<std::size_t>(size)}, to);
        if (!goes_on) return goes_on.error();
        if (!*goes_on) return {};
    }
    into.end();
    return {};
}

// Text in memory, in pieces too: a check holds several times of one.
result<void> take_all(std::string_view text, checked_copy& into, queue_writer* to) {
    for (; !text.empty(); text.remove_prefix(std::min(text.size(), chunk_bytes))) {
        const auto goes_on = into.take(text.substr(0, chunk_bytes), to);
        if (!goes_on) return goes_on.error();
        if (!*goes_on) return {};
    }
    into.end();
    return {};
}

result<std::unique_ptr<queue_writer>> writer_for(const settings& options, const submit_how& how) {
    if (how.check_only) return std::unique_ptr<queue_writer>();
    return queue_writer::open(options.queue.directory, how.lane, options.queue.ignore);
}

// Into the queue, when all of it is good.
result<submitted_file> conclude(const checked_copy& read, submitted_file out, std::string_view name,
                                const settings& options, const submit_how& how,
                                queue_writer* writer) {
    read.describe(out);
    if (const std::string why = read.why_refused(); !why.empty())
        return failure{fmt::format("{} {}; nothing was queued", printable(out.source), why),
                       EINVAL};
    // Bad ones, or nothing to queue: the writer takes its file back.
    if (out.bad > 0 || out.records == 0 || how.check_only) return out;
    // Before the rename: afterwards the name may be gone at once.
    if (how.follow) {
        auto followed = writer->follow();
        if (!followed) return followed.error();
        out.followed = std::move(*followed);
    }
    const std::string extension =
        extension_of(name, read.format(), read.packed(), left_alone_names(options.queue.ignore));
    auto queued =
        writer->finish(how.as_of ? format_as_of(*how.as_of) + '.' + extension : extension);
    if (!queued) return queued.error();
    out.name = std::move(*queued);
    return out;
}

} // namespace

result<submitted_file> submit_file(const std::string& file, const settings& options,
                                   submit_how how) {
    const bool is_input = file == "-";
    submitted_file out;
    out.source = is_input ? "standard input" : file;
    // It gets another name in the queue: what its own says of as_of goes with it.
    if (!how.as_of && !is_input) {
        auto named = as_of_in_name(file);
        if (!named) return named.error();
        how.as_of = *named;
        out.misspelt_as_of = misspelt_as_of(file.substr(file.rfind('/') + 1));
    }
    // A duplicate, so that closing it leaves standard input open.
    owned_descriptor opened(is_input ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                     : ::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!opened) return cannot_read(out.source, errno);
    const auto writer = writer_for(options, how);
    if (!writer) return writer.error();
    const std::string name = is_input ? std::string() : file;
    checked_copy read(options, name);
    if (auto taken = take_all(opened.get(), out.source, read, writer->get()); !taken)
        return taken.error();
    return conclude(read, std::move(out), name, options, how, writer->get());
}

result<submitted_file> submit_text(std::string_view text, const std::string& name,
                                   const settings& options, const submit_how& how) {
    submitted_file out;
    out.source = "the body";
    const auto writer = writer_for(options, how);
    if (!writer) return writer.error();
    checked_copy read(options, name);
    if (auto taken = take_all(text, read, writer->get()); !taken) return taken.error();
    return conclude(read, std::move(out), name, options, how, writer->get());
}

} // namespace hubspool
