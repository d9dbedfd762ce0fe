#include "cli/queue_files.hpp"

#include "os/file_io.hpp"
#include "spool/unpacking/text_form.hpp"

#include <algorithm>
#include <set>

namespace hubspool {

namespace {
constexpr std::size_t page_files = 50000;
} // namespace

std::string_view to_string(file_place place) {
    switch (place) {
    case file_place::cur: return "cur";
    case file_place::done: return "done";
    case file_place::rejected: return "rejected";
    }
    return "";
}

std::optional<std::uint64_t> queue_file::pending() const {
    // Not read to its end: nobody knows how many there are.
    if (!row.records_in) return std::nullopt;
    return *row.records_in - std::min(*row.records_in, row.counts.settled());
}

bool queue_file::balanced() const {
    // Disagreed once already.
    if (row.mismatches > 0) return false;
    if (!row.records_in) return true;
    // While it is open fewer may be settled; afterwards all must be.
    return row.settled ? row.counts.settled() == *row.records_in
                       : row.counts.settled() <= *row.records_in;
}

std::uint64_t queue_file::unread_bytes() const {
    if (row.records_in) return 0;
    // Its watermark counts in its text.
    if (!is_plain) return row.size;
    return row.size - std::min(row.size, row.watermark.offset);
}

bool is_plain(const queue_survey& queue, const claimed_file& file) {
    const auto kept = queue.open_kept(file, std::nullopt);
    if (!kept || !*kept) return true;
    const auto beginning = read_at_most((*kept)->descriptor.get(), form_told_by);
    return !beginning || text_form_of(*beginning).is_plain();
}

result<std::unique_ptr<queue_survey>> look_into_queue(const queue_settings& options) {
    queue_options how;
    how.directory = options.directory;
    how.ignore = options.ignore;
    return queue_survey::open(how);
}

result<void> each_claimed(const queue_survey& queue,
                          const std::function<void(const claimed_file&)>& visit) {
    // Page by page: a million claimed files need no list.
    std::uint64_t after = 0;
    while (true) {
        std::vector<skipped_name> skipped;
        const auto page = queue.claimed_page(after, page_files, skipped);
        if (!page) return page.error();
        for (const claimed_file& file : *page) visit(file);
        if (page->size() < page_files) return {};
        after = page->back().number;
    }
}

result<std::vector<queue_file>> merge_files(const queue_survey& queue, std::vector<file_row> rows) {
    std::set<std::uint64_t> numbers;
    for (const file_row& row : rows) numbers.insert(row.number);
    std::set<std::uint64_t> in_cur;
    std::vector<queue_file> files;
    auto visited = each_claimed(queue, [&](const claimed_file& claimed) {
        in_cur.insert(claimed.number);
        // It has a row, which knows more than its name.
        if (numbers.contains(claimed.number)) return;
        queue_file file;
        file.row.number = claimed.number;
        file.row.lane = claimed.lane;
        file.row.name = claimed.name;
        file.row.size = claimed.size;
        files.push_back(std::move(file));
    });
    if (!visited) return visited.error();
    for (file_row& row : rows) {
        // A file that vanished unsettled is told of where its records were.
        const bool stays = in_cur.contains(row.number) || !row.settled;
        const file_place place = stays              ? file_place::cur
                                 : row.keep_because ? file_place::rejected
                                                    : file_place::done;
        files.push_back({std::move(row), true, place});
    }
    // Rows and claims come from two places.
    std::sort(files.begin(), files.end(),
              [](const queue_file& a, const queue_file& b) { return a.row.number < b.row.number; });
    return files;
}

} // namespace hubspool
