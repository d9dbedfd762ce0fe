#include "cli/record_check.hpp"

#include <fmt/core.h>

namespace hubspool {

record_check::record_check(const settings& options)
    : record_bytes_max_(options.queue.max_record_bytes), scanner_(record_bytes_max_),
      decoder_({options.records.refuse_unknown_fields, options.records.name_value_only}) {
}

void record_check::take(std::string_view bytes) {
    window_.append(bytes);
    walk(false);
}

void record_check::end() {
    walk(true);
}

void record_check::walk(bool last) {
    std::string_view rest = window_;
    while (true) {
        const std::uint64_t used = scanner_.consumed();
        const auto found = scanner_.next(rest, last);
        if (found) judge(*found);
        rest.remove_prefix(scanner_.consumed() - used);
        if (!found) break;
    }
    window_.erase(0, window_.size() - rest.size());
}

void record_check::judge(const piece& found) {
    decoded_block block;
    if (found.kind == piece_kind::object) {
        decoder_.decode(found.text, found.offset, ordinal_, found.line, block);
    } else {
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
    for (bad_record& bad : block.bad) {
        if (listed_.size() == bad_records_listed_max) break;
        bad.content.clear();
        listed_.push_back(std::move(bad));
    }
}

} // namespace hubspool
