#include "app/plan/start_survey.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace hubspool {

namespace {

result<std::set<std::uint64_t>> numbers_in_cur(const queue_survey& queue) {
    std::set<std::uint64_t> numbers;
    for (std::size_t page = files_known_max; page == files_known_max;) {
        std::vector<skipped_name> skipped;
        const auto files =
            queue.claimed_page(numbers.empty() ? 0 : *numbers.rbegin(), files_known_max, skipped);
        if (!files) return files.error();
        page = files->size();
        for (const claimed_file& file : *files) numbers.insert(file.number);
    }
    return numbers;
}

} // namespace

result<recovered> look_at_start(const queue_survey& queue, state_store* store) {
    recovered out;
    const auto given = queue.given();
    if (!given) return given.error();
    if (store != nullptr) {
        auto known = store->load_meta();
        if (!known) return known.error();
        out.meta = std::move(*known);
    }
    out.mark.last_number = std::max(out.meta.last_number, given->number);
    out.mark.last_stamp = std::max(out.meta.last_stamp, given->stamp);
    out.intake.last_stamp = out.mark.last_stamp;
    out.intake.read_to = out.meta.read_to;
    // As plan_start() numbers: behind all that was promised to have been read.
    out.intake.next_number = std::max({out.mark.last_number, out.intake.read_to.live.file,
                                       out.intake.read_to.bulk.file}) +
                             1;
    if (store == nullptr) return out;

    const auto present = numbers_in_cur(queue);
    if (!present) return present.error();
    auto rows = store->load_files(present->empty() ? no_file : *present->begin());
    if (!rows) return rows.error();
    out.files = files_at_start::of(
        std::move(*rows), [&](const file_row& row) { return present->contains(row.number); });
    if (out.files.open.empty()) return out;
    auto loaded = store->load_settled(
        out.files.settled_from(), [&](const settled_record& record) { out.files.take_up(record); });
    if (!loaded) return loaded.error();
    return out;
}

} // namespace hubspool
