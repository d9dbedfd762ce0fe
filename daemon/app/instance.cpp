#include "app/instance.hpp"

#include "api/credential/secret_access.hpp"
#include "config/settings_check.hpp"
#include "os/core_dump.hpp"
#include "state/database_file.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <utility>
#include <vector>

namespace hubspool {

result<std::unique_ptr<instance>> open_instance(const settings& options) {
    refuse_core_dumps();
    auto opened = std::make_unique<instance>();
    opened->options = options;
    opened->token = std::make_unique<credential>(make_credential_files(options));
    if (auto read = opened->token->refresh(); !read) return read.error();

    // Before queue and state are opened: two processes with one credential would send twice as much
    // as the limit allows.
    if (auto locked = lock_credential(*opened); !locked) return locked.error();

    queue_options queue;
    queue.directory = options.queue.directory;
    queue.quiet_period = options.queue.quiet_period;
    queue.ignore = options.queue.ignore;
    auto directory = queue_directory::open(queue);
    if (!directory) return directory.error();
    opened->queue = std::move(*directory);

    // The state last: to open it may take long, and waits for a lock of another program.
    auto store = state_store::open(options.state.directory, state_store::access::read_write);
    if (!store) return store.error();
    opened->store = std::move(*store);
    return opened;
}

result<void> lock_credential(instance& running) {
    const std::string identity = running.options.api.url + ' ' + running.token->identity();
    if (running.locks.contains(identity)) return {};
    auto lock = credential_lock::take(identity);
    if (!lock) {
        failure busy = lock.error();
        // "Address in use" would send a person looking for a port; it is an abstract socket, and
        // what is in use is the credential.
        if (busy.code == EADDRINUSE) busy.code = EBUSY;
        return busy;
    }
    running.locks.emplace(identity, std::move(*lock));
    return {};
}

// After another credential was proved. Until then both are locked, since either may be the one that
// sends.
void keep_one_lock(instance& running) {
    const std::string identity = running.options.api.url + ' ' + running.token->identity();
    std::erase_if(running.locks, [&](const auto& lock) { return lock.first != identity; });
}

credential_files make_credential_files(const settings& from) {
    const oauth_settings& oauth = from.api.oauth;
    return {from.api.token_file, oauth.client_id_file, oauth.client_secret_file,
            oauth.refresh_token_file, kept_token_file(from)};
}

std::vector<std::string> files_of_others(const settings& from) {
    std::vector<std::string> all = database_files(from.state.directory);
    const credential_files own = make_credential_files(from);
    for (const std::string& file :
         {own.token_file, own.client_id_file, own.client_secret_file, own.refresh_token_file})
        if (!file.empty()) all.push_back(file);
    return all;
}

std::vector<std::string> open_secrets(const settings& from) {
    const api_settings& api = from.api;
    // With OAuth an old api.token_file may still be set. It is not read, so its mode does not
    // matter.
    std::vector<std::string> warnings;
    for (const auto& [setting, file] :
         {std::pair{"api.token_file", api.oauth.is_set() ? std::string() : api.token_file},
          std::pair{"api.oauth.client_id_file", api.oauth.client_id_file},
          std::pair{"api.oauth.client_secret_file", api.oauth.client_secret_file},
          std::pair{"api.oauth.refresh_token_file", api.oauth.refresh_token_file},
          std::pair{"api.client_key_file", api.client_key_file},
          std::pair{"api.proxy_credentials_file", api.proxy_credentials_file},
          std::pair{"notify.url_file", from.notify.url_file}}) {
        // An option that is not set has no file, and an empty warning is none.
        std::string warning = file.empty() ? file : secret_warning(setting, file);
        if (!warning.empty()) warnings.push_back(std::move(warning));
    }
    return warnings;
}

std::string kept_token_file(const settings& from) {
    // With the state, not with the configuration: HubSpot gives a new refresh token whenever it
    // likes, and the service must be able to write it.
    return from.state.directory + "/refresh-token";
}

std::vector<std::string> unsafe_conditions(const instance& running) {
    std::vector<std::string> found = unsafe_combinations(running.options);
    for (const std::string& mode : running.queue->survey().mode_warnings()) found.push_back(mode);
    for (std::string& open : open_secrets(running.options)) found.push_back(std::move(open));
    return found;
}

} // namespace hubspool
