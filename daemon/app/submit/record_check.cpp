#include "app/submit/record_check.hpp"

#include "app/options.hpp"
#include "base/clocks.hpp"
#include "core/records/known_fields.hpp"

#include <fmt/core.h>

namespace hubspool {

record_check::record_check(const settings& options, std::string_view name)
    : record_bytes_max_(options.queue.max_record_bytes),
      feed_(record_bytes_max_, make_csv_options(options), name),
      decoder_({options.records.refuse_unknown_fields, options.records.name_value_only}),
      now_(static_cast<as_of_ms>(wall_now().time_since_epoch().count())) {
}

void record_check::take(std::string_view bytes) {
    feed_.take(bytes, [this](const piece& found) { judge(found); });
}

void record_check::end() {
    feed_.end([this](const piece& found) { judge(found); });
}

void record_check::judge(const piece& found) {
    // The first piece tells the format, which decides the extension.
    if (ordinal_ == 0) format_ = feed_.format();
    decoded_block block;
    if (found.kind == piece_kind::object) {
        decoder_.decode(found.text, found.offset, ordinal_, found.line, block, found.reason);
    } else {
        // No object, so the decoder is not asked.
        block.bad.emplace_back();
        block.bad.back().offset = found.offset;
        block.bad.back().line = found.line;
        block.bad.back().reason = found.reason;
        if (found.kind == piece_kind::oversized)
            block.bad.back().reason +=
                fmt::format(" (queue.max_record_bytes, {} bytes)", record_bytes_max_);
    }
    ++ordinal_;
    bad_ += block.bad.size();
    lone_surrogates_ += block.lone_surrogates;
    future_as_of_ += block.as_of_above(now_);
    note_unknown(block);
    // Listed as far as a person reads; counted to the end.
    for (bad_record& bad : block.bad) {
        if (listed_.size() == bad_records_listed_max) break;
        bad.content.clear();
        listed_.push_back(std::move(bad));
    }
}

void record_check::note_unknown(const decoded_block& block) {
    for (const field_key& key : block.keys) {
        if (key.kind != field_kind::property || type_of(input_fields, key.name)) continue;
        const auto known = unknown_fields_.find(key.name);
        if (known != unknown_fields_.end())
            ++known->second;
        else if (unknown_fields_.size() < unknown_fields_listed_max)
            unknown_fields_.emplace(key.name, 1);
    }
}

} // namespace hubspool
