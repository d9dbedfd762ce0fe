#include "core/rows/piece_feed.hpp"

#include "core/records/foreign_form.hpp"
#include "core/rows/table_name.hpp"
#include "core/rows/whole_pieces.hpp"

#include <utility>

namespace hubspool {

piece_feed::piece_feed(std::size_t record_bytes_max, csv_options csv, std::string_view name)
    : csv_(std::move(csv)), table_(table_named(name)), scanner_(record_bytes_max) {
}

void piece_feed::take(std::string_view bytes, text_end end, const piece_taker& to) {
    const bool last = end != text_end::open;
    window_.append(bytes);
    // Too little to tell: the rest is waited for.
    if (!is_told_ && !last && window_.size() < form_bytes_max) return;
    if (!is_told_) tell(last);
    if (form_.empty()) {
        take_whole_pieces(scanner_, window_, end, to);
        form_ = scanner_.refusal();
    }
    if (!form_.empty()) window_.clear();
}

void piece_feed::tell(bool last) {
    is_told_ = true;
    if (table_ && !begins_as_json(window_)) {
        form_ = foreign_table(window_);
        scanner_.begin_table(csv_, *table_);
    } else {
        form_ = foreign_form(window_, last);
    }
}

} // namespace hubspool
