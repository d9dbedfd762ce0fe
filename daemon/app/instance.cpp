#include "app/instance.hpp"

#include "config/settings_yaml.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <vector>

namespace hubspool {

result<std::unique_ptr<instance>> open_instance(const settings& options) {
    auto opened = std::make_unique<instance>();
    opened->options = options;
    opened->token = std::make_unique<credential>(options.api.token_file);
    if (auto read = opened->token->refresh(); !read) return read.error();

    if (auto locked = lock_credential(*opened); !locked) return locked.error();

    queue_options queue;
    queue.directory = options.queue.directory;
    queue.quiet_period = options.queue.quiet_period;
    auto directory = queue_directory::open(queue);
    if (!directory) return directory.error();
    opened->queue = std::move(*directory);

    auto store = state_store::open(options.state.directory, state_store::access::read_write);
    if (!store) return store.error();
    opened->store = std::move(*store);
    return opened;
}

result<void> lock_credential(instance& of) {
    auto lock = credential_lock::take(of.options.api.url + ' ' + of.token->token());
    if (!lock) {
        failure busy = lock.error();
        if (busy.code == EADDRINUSE) busy.code = EBUSY;
        return busy;
    }
    of.lock.emplace(std::move(*lock));
    of.locked_token = of.token->token();
    return {};
}

std::vector<std::string> unsafe_conditions(const instance& of) {
    std::vector<std::string> found = unsafe_combinations(of.options);
    for (std::string& mode : of.queue->open_mode_warnings()) found.push_back(std::move(mode));
    const std::uint64_t free = of.queue->free_bytes();
    if (free != 0 && free < of.options.queue.reserve_bytes)
        found.push_back(
            fmt::format("the queue's file system has only {} left, less than queue.reserve ({}); "
                        "producers will soon fail to write",
                        size_text(free), size_text(of.options.queue.reserve_bytes)));
    return found;
}

} // namespace hubspool
