#include "cli/commands/history.hpp"

#include "cli/live_daemon.hpp"
#include "cli/state_owner.hpp"

namespace hubspool {

result<std::unique_ptr<state_store>> open_for_reading(const command_context& context) {
    if (auto became = become_state_owner(context.options); !became) return became.error();
    // With more rights than its owner root could make files that the daemon cannot write.
    return open_what_is_made(context.options, [&] {
        return state_store::open(context.options.state.directory, state_store::access::read_only);
    });
}

history_filter filter_of(const history_arguments& arguments) {
    history_filter filter;
    filter.since = arguments.since;
    filter.failed_only = arguments.failed_only;
    filter.rows_max = arguments.rows_max;
    return filter;
}

result<file_names> load_file_names(const command_context& context) {
    auto store = open_for_reading(context);
    if (!store) return store.error();
    auto rows = (*store)->load_files(0);
    if (!rows) return rows.error();
    file_names names;
    for (file_row& row : *rows) names.emplace(row.number, std::move(row.name));
    return names;
}

} // namespace hubspool
