#include "cli/verify/delivered_values.hpp"

#include "cli/fates/place_finder.hpp"
#include "cli/queue_files.hpp"
#include "core/records/field_coding.hpp"
#include "state/fate_feed.hpp"
#include "state/ledger/acknowledging_rows.hpp"
#include "state/ledger/ledger_survey.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>
#include <tuple>
#include <utility>

namespace hubspool {

namespace {

constexpr const char* beyond_history = "the history does not go back to it (state.history)";
constexpr const char* file_is_gone = "its file is not kept any more (queue.retention)";
constexpr const char* file_is_another = "its file is read otherwise than when it was delivered";

std::optional<wall_time> time_of(const known_value& value) {
    if (value.at == 0) return {};
    return wall_time(std::chrono::seconds(value.at));
}

// The field as it is sent; nothing: the record has none of that name.
std::optional<std::string> value_in(const decoded_block& block, const decoded_record& record,
                                    const field_key& wanted) {
    std::string_view coded = block.text(record.fields);
    while (coded.size() >= sizeof(coded_header)) {
        coded_header header{};
        std::memcpy(&header, coded.data(), sizeof header);
        const field_key& key = block.keys[header.key];
        coded.remove_prefix(sizeof header);
        if (key.kind == wanted.kind && key.name == wanted.name)
            return std::string(coded.substr(0, header.value_size));
        coded.remove_prefix(header.value_size);
    }
    return {};
}

class gathering {
public:
    gathering(const settings& options, fate_feed feed, std::unique_ptr<queue_survey> queue)
        : feed_(std::move(feed)), queue_(std::move(queue)), finder_(options, feed_, *queue_) {}

    result<std::vector<delivered_object>> run(const std::vector<ledger_entry>& entries,
                                              const field_rows& rows) {
        for (std::size_t i = 0; i < entries.size(); ++i) add(entries[i], rows[i]);
        if (auto done = look_into_rows(); !done) return done.error();
        if (auto done = read_records(); !done) return done.error();
        return std::move(objects_);
    }

private:
    // Where a value may stand.
    struct candidate {
        record_name record;
        std::size_t object = 0, value = 0;
    };
    struct acknowledged {
        std::uint64_t row = 0;
        std::size_t object = 0, value = 0;
    };

    void add(const ledger_entry& entry, const std::vector<std::uint64_t>& rows) {
        delivered_object object{entry.object_id, {}};
        for (std::size_t i = 0; i < entry.fields.size(); ++i) {
            const ledger_field& f = entry.fields[i];
            if (f.acknowledged == order_key{}) continue;
            const acknowledged at{rows[i], objects_.size(), object.values.size()};
            object.values.push_back({{f.field, {}, f.value.hash, file_is_gone},
                                     f.acknowledged,
                                     time_of(f.value),
                                     0,
                                     0});
            if (at.row != 0) {
                acknowledged_.push_back(at);
                continue;
            }
            object.values.back().sent.why_not = beyond_history;
            // Nobody knows which record was delivered with it; but by its hash it is told.
            if (f.value.hash != 0)
                candidates_.push_back(
                    {{f.acknowledged.number, f.acknowledged.ordinal}, at.object, at.value});
        }
        objects_.push_back(std::move(object));
    }

    delivered_value& value_of(const auto& place) {
        return objects_[place.object].values[place.value];
    }

    result<void> look_into_rows() {
        std::ranges::sort(acknowledged_, {}, &acknowledged::row);
        std::vector<fate_feed::fed_row> row;
        for (const acknowledged& one : acknowledged_) {
            if (row.empty() || row.front().number != one.row) {
                auto read = feed_.rows_after(one.row - 1, 1);
                if (!read) return read.error();
                row = std::move(*read);
            }
            // Trimmed since.
            if (row.empty() || row.front().number != one.row) continue;
            look_into(row.front().outcome, one);
        }
        return {};
    }

    void look_into(const batch_outcome& outcome, const acknowledged& one) {
        delivered_value& value = value_of(one);
        value.batch = outcome.batch;
        if (outcome.batch != 0 || !value.at) value.at = outcome.finished;
        const record_name named{value.key.number, value.key.ordinal};
        std::vector<record_name> others;
        for (const settled_record& record : outcome.records) {
            if (!is_at_hubspot(record.fate)) continue;
            const record_name settled{record.file, record.ordinal};
            if (settled == named) return candidates_.push_back({named, one.object, one.value});
            // A replay, or the retry of a dead letter, has the key of the first one.
            if (record.file != named.number) others.push_back(settled);
        }
        for (const record_name& other : others)
            candidates_.push_back({other, one.object, one.value});
    }

    // In the order of the files, so that each is read once.
    result<void> read_records() {
        std::ranges::sort(candidates_, {}, [](const candidate& c) {
            return std::tuple(c.record.number, c.record.ordinal, c.object);
        });
        for (const candidate& one : candidates_) {
            if (value_of(one).sent.value) continue;
            const auto block = finder_.find_block(one.record.number, one.record.ordinal);
            if (!block) return block.error();
            if (*block != nullptr) read(**block, one);
        }
        return {};
    }

    void read(const decoded_block& block, const candidate& one) {
        delivered_value& value = value_of(one);
        const auto record = std::ranges::lower_bound(block.records, one.record.ordinal, {},
                                                     &decoded_record::ordinal);
        if (record == block.records.end() || record->ordinal != one.record.ordinal ||
            block.text(record->object_id) != objects_[one.object].object_id ||
            block.key_of(*record) != value.key)
            return;
        auto found = value_in(block, *record, value.sent.key);
        const std::uint64_t hash = value.sent.hash;
        if (!found || (hash != 0 && hash_of_value(*found) != hash)) {
            value.sent.why_not = file_is_another;
            return;
        }
        value.sent.value = std::move(found);
        value.file = one.record.number;
    }

    fate_feed feed_;
    std::unique_ptr<queue_survey> queue_;
    place_finder finder_;
    std::vector<delivered_object> objects_;
    std::vector<acknowledged> acknowledged_;
    std::vector<candidate> candidates_;
};

} // namespace

result<std::vector<delivered_object>> gather_delivered(const command_context& context,
                                                       const std::set<std::string>& object_ids) {
    const std::string& directory = context.options.state.directory;
    const auto entries = look_into_ledger(directory, object_ids);
    if (!entries) return entries.error();
    const auto rows = find_acknowledging_rows(directory, *entries);
    if (!rows) return rows.error();
    auto feed = fate_feed::open(directory);
    if (!feed) return feed.error();
    auto queue = look_into_queue(context.options.queue);
    if (!queue) return queue.error();
    return gathering(context.options, std::move(*feed), std::move(*queue)).run(*entries, *rows);
}

} // namespace hubspool
