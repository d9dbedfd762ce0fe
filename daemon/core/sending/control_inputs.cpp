#include "core/sending/control_inputs.hpp"

#include "core/sending/batch_json.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace hubspool {

namespace {
// Of several objects, since one may have become pending again, perhaps as the suspect itself.
constexpr std::size_t kept_max = 4;
constexpr std::size_t json_bytes_max = 16U << 10;
constexpr milliseconds kept_unless_renewed = std::chrono::minutes(5);
constexpr milliseconds kept_at_most = std::chrono::minutes(30);
} // namespace

void control_inputs::add(std::string_view object_id, const field_set& fields, boot_time sent,
                         boot_time now) {
    // Of one object only the newest: an older one would go backwards.
    drop(object_id);
    // Its answer came after that of the account check: it is the account of before.
    if (sent <= account_since_) return;
    // A large control would cost more than it tells.
    if (input_bytes_max(object_id, fields) > json_bytes_max) return;
    control_input made{std::string(object_id), {}, now, now};
    append_input(made.json, object_id, fields);
    // The oldest gives way: it is the first that would be too old.
    if (newest_first_.size() == kept_max) newest_first_.pop_back();
    newest_first_.insert(newest_first_.begin(), std::move(made));
}

void control_inputs::drop(std::string_view object_id) {
    std::erase_if(newest_first_,
                  [&](const control_input& each) { return each.object_id == object_id; });
}

void control_inputs::renew(std::string_view object_id, boot_time now) {
    for (control_input& each : newest_first_)
        if (each.object_id == object_id) each.delivered = now;
}

void control_inputs::drop_all(boot_time now) {
    newest_first_.clear();
    account_since_ = now;
}

boot_time control_inputs::lasts_until(const control_input& control) {
    return control.delivered + kept_unless_renewed;
}

const control_input* control_inputs::find(const pending_set& pending, boot_time now) const {
    for (const control_input& each : newest_first_) {
        object_index index = 0;
        // What has something pending must not be sent as it was: that could overwrite what is
        // newer.
        const bool is_fresh =
            now <= lasts_until(each) && now <= each.first_delivered + kept_at_most;
        if (is_fresh && !pending.find(each.object_id, index)) return &each;
    }
    return nullptr;
}

} // namespace hubspool
