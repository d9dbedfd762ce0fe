#include "cli/verify/verify_selection.hpp"

#include "app/options.hpp"
#include "cli/commands/history.hpp"
#include "cli/replay/replay_choice.hpp"
#include "core/records/object_id.hpp"
#include "os/system_failure.hpp"
#include "spool/reading/file_reader.hpp"
#include "state/fate_feed.hpp"
#include "state/ledger/acknowledging_rows.hpp"

#include <fcntl.h>

#include <cerrno>
#include <iterator>

namespace hubspool {

namespace {

std::uint64_t mixed(std::uint64_t hash) {
    hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
    hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
    return hash ^ (hash >> 33);
}

result<void> take_of_file(const settings& options, const done_file& from, seeded_sample& into) {
    const std::string path = options.queue.directory + '/' + from.path;
    const int opened = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (opened < 0) return system_failure("open", path, errno);
    const auto reader = file_reader::make(opened, from.file, {}, make_reader_options(options));
    while (const auto block = reader->next())
        for (const decoded_record& record : block->records)
            into.take(block->text(record.object_id));
    return {};
}

result<void> take_of_files(const command_context& context, const std::vector<std::string>& names,
                           seeded_sample& into) {
    replay_arguments named;
    named.files = names;
    named.as_newest = true; // also those that could not be replayed else
    const auto chosen = choose_files(context, named);
    if (!chosen) return chosen.error();
    if (!chosen->left_out.empty())
        return failure{chosen->left_out.front().path + ": " + chosen->left_out.front().why};
    for (const done_file& file : chosen->files)
        if (auto taken = take_of_file(context.options, file, into); !taken) return taken;
    return {};
}

result<void> take_of_history(const std::string& directory, const std::optional<wall_time>& since,
                             seeded_sample& into) {
    std::uint64_t first = 0;
    if (since) {
        auto feed = fate_feed::open(directory);
        if (!feed) return feed.error();
        const auto found = feed->first_since(*since);
        if (!found) return found.error();
        first = *found;
    }
    return visit_acknowledged(directory, first, [&](std::string_view id) { into.take(id); });
}

} // namespace

void seeded_sample::take(std::string_view object_id) {
    const std::uint64_t hash = size_ == 0 ? 0 : mixed(fnv_64(object_id) ^ mixed(seed_));
    if (size_ != 0 && kept_.size() == size_ && hash > std::prev(kept_.end())->first) return;
    kept_.emplace(hash, object_id);
    if (size_ != 0 && kept_.size() > size_) kept_.erase(std::prev(kept_.end()));
}

std::set<std::string> seeded_sample::ids() const {
    std::set<std::string> ids;
    for (const auto& [hash, id] : kept_) ids.insert(id);
    return ids;
}

result<std::set<std::string>> choose_objects(const command_context& context,
                                             const verify_arguments& arguments) {
    if (auto store = open_for_reading(context); !store) return store.error();
    seeded_sample chosen(arguments.sample, arguments.seed);
    for (const std::string& id : arguments.object_ids) chosen.take(canonical_object_id(id));
    if (!arguments.files.empty())
        if (auto taken = take_of_files(context, arguments.files, chosen); !taken)
            return taken.error();
    const bool is_of_history =
        arguments.since || (arguments.object_ids.empty() && arguments.files.empty());
    if (is_of_history)
        if (auto taken = take_of_history(context.options.state.directory, arguments.since, chosen);
            !taken)
            return taken.error();
    return chosen.ids();
}

} // namespace hubspool
