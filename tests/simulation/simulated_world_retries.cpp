// Dead letters in the simulated world: somebody sends them once more, mended or not, wholly or in
// part, perhaps twice, while newer changes of the same objects come.
#include "core/books/letter_categories.hpp"
#include "core/books/retry_records.hpp"
#include "core/records/record_order.hpp"
#include "simulation/simulated_world.hpp"

#include <fmt/core.h>
#include <simdjson.h>

#include <algorithm>

namespace hubspool::simulation {

namespace {

constexpr std::uint64_t retries_max = 12;

// The value that is sent in the place of another: one of which seven is no divisor. The same for
// each retry, since two of one key are one record.
std::uint64_t mended(std::uint64_t value) {
    constexpr std::uint64_t beyond = 1'000'000;
    return value > beyond ? value : 7 * (value + beyond) + 1;
}

simulated_records::record record_of(const std::string& line, bool is_mended) {
    simulated_records::record r;
    simdjson::dom::parser parser;
    const simdjson::dom::object members = parser.parse(line).get_object();
    for (const auto [key, value] : members) {
        std::uint64_t number = 0;
        if (key == "objectId") r.object = std::string(value.get_string().value());
        if (value.get_uint64().get(number) != simdjson::SUCCESS) continue;
        r.fields.emplace_back(key);
        r.number = is_mended ? mended(number) : number;
    }
    r.order = *order_of_text(members["$hubspool"]["order"].get_string().value());
    return r;
}

} // namespace

void simulated_world::retry() {
    if (letters_.empty() || report_.retries >= retries_max) return;
    const dead_letter& letter = letters_[random_() % letters_.size()];
    letter_edits edits;
    edits.as_newest = asks_a_person(letter.category);
    const retry_records records = retry_records_of(letter, edits);
    const bool is_mended = chance(0.7) || edits.as_newest, is_part = chance(0.3);
    simulated_records::file f;
    f.in = lane::bulk;
    for (const std::string& line : records.lines) {
        if (is_part && records.lines.size() > 1 && chance(0.5)) continue;
        f.records.push_back(record_of(line, is_mended));
        simulated_records::record& r = f.records.back();
        r.as_newest = edits.as_newest;
        // Its key is another one than that of the value which died: so is its value.
        if (r.as_newest)
            r.number = 7 * (100'000'000 + 1'000 * report_.retries + f.records.size()) + 1;
    }
    if (f.records.empty()) return;
    ++report_.retries;
    report_.retried_lines += f.records.size();
    records_.insert_file(arrived_, std::move(f));
}

// By these a letter is struck, or replaced by the one as which it died again.
void simulated_world::check_retries(const batch_outcome& outcome) {
    for (const settled_record& settled : outcome.records) {
        const simulated_records::file& f = file_of(settled.file);
        const simulated_records::record& r = f.records[settled.ordinal];
        record_name first{r.order.number, r.order.ordinal};
        // A replay's records were those of its base.
        if (f.base && r.order == order_key{})
            first = {queue_.name_of(settled.file).base.number, settled.ordinal};
        const auto told = std::find_if(
            outcome.retries.begin(), outcome.retries.end(), [&](const settled_retry& retry) {
                return retry.file == settled.file && retry.ordinal == settled.ordinal;
            });
        const bool is_told = told != outcome.retries.end();
        if (is_told != (first != record_name{}))
            throw breach(fmt::format("RETRY {}:{} is told wrongly", settled.file, settled.ordinal));
        if (!is_told) continue;
        if (told->first != first || told->fate != settled.fate)
            throw breach(fmt::format("RETRY {}:{} is of another", settled.file, settled.ordinal));
        report_.retried_well += settled.fate == fate::dead ? 0 : 1;
    }
}

} // namespace hubspool::simulation
