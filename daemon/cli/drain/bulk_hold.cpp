#include "cli/drain/bulk_hold.hpp"

#include "state/state_store.hpp"

#include <cerrno>

namespace hubspool {

result<void> hold_bulk(const settings& options) {
    auto store = state_store::open(options.state.directory, state_store::access::operator_);
    if (!store) return store.error();
    return (*store)->ask_for(operator_command::hold_bulk);
}

result<void> release_bulk(const settings& options) {
    auto store = state_store::open(options.state.directory, state_store::access::operator_);
    // The start makes it, or brings it up to date, and tells what is wrong with it.
    if (!store) return {};
    const auto asked = (*store)->read_request();
    if (!asked) return asked.error();
    if (!asked->bulk_held) return {};
    return (*store)->ask_for(operator_command::release_bulk);
}

} // namespace hubspool
