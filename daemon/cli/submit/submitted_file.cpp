#include "cli/submit/submitted_file.hpp"

#include "app/options.hpp"
#include "base/clocks.hpp"
#include "cli/submit/record_check.hpp"
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

// To nobody when it is only checked.
result<void> copy(int from, const std::string& source, text_feed& feed, record_check& check,
                  queue_writer* to) {
    const auto look_at = [&check](std::string_view text) { check.take(text); };
    const auto chunk = std::make_unique<std::array<char, chunk_bytes>>();
    while (true) {
        const ssize_t size = ::read(from, chunk->data(), chunk->size());
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return cannot_read(source, errno);
        if (size == 0) break;
        const std::string_view bytes(chunk->data(), static_cast<std::size_t>(size));
        feed.take(bytes, look_at);
        // Nothing that can be read, or damaged: the rest need not be.
        if (!check.form().empty() || !feed.fault().empty()) return {};
        // A file that is refused needs no more room; it is still read for the list of what is bad.
        if (check.bad() > 0 || to == nullptr) continue;
        if (auto written = to->write(bytes); !written) return written;
    }
    feed.end(look_at);
    check.end();
    return {};
}

// Why nothing of it is queued, whatever its records are; empty: they decide.
std::string why_refused(const text_feed& feed, const record_check& check) {
    if (!check.form().empty()) return about_file(feed.form(), check.form());
    return feed.fault();
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
    std::unique_ptr<queue_writer> writer;
    if (!how.check_only) {
        auto made = queue_writer::open(options.queue.directory, how.lane, options.queue.ignore);
        if (!made) return made.error();
        writer = std::move(*made);
    }

    record_check check(options, is_input ? std::string() : file);
    text_feed feed(make_unpack_limits(options));
    if (auto copied = copy(opened.get(), out.source, feed, check, writer.get()); !copied)
        return copied.error();
    out.records = check.records();
    out.bad = check.bad();
    out.listed = check.listed();
    out.lone_surrogates = check.lone_surrogates() + feed.lone_surrogates();
    out.future_as_of = check.future_as_of();
    out.unknown_fields = check.unknown_fields();
    if (const std::string why = why_refused(feed, check); !why.empty())
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
        extension_of(is_input ? std::string() : file, check.format(), feed.form().packed,
                     left_alone_names(options.queue.ignore));
    auto name = writer->finish(how.as_of ? format_as_of(*how.as_of) + '.' + extension : extension);
    if (!name) return name.error();
    out.name = std::move(*name);
    return out;
}

} // namespace hubspool
