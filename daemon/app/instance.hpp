// What one running hubspool holds: its credential, queue and state, each locked against a second
// one.
#pragma once

#include "api/credential.hpp"
#include "base/credential_lock.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"
#include "spool/queue_directory.hpp"
#include "state/state_store.hpp"

#include <memory>
#include <optional>
#include <string>

namespace hubspool {

struct instance {
    settings options;
    std::unique_ptr<credential> token;
    std::optional<credential_lock> lock;
    std::string locked_token; // the one that `lock` is for
    std::unique_ptr<queue_directory> queue;
    std::unique_ptr<state_store> store;
};

// Opens in that order. A failure of code EBUSY is another hubspool, which its message names; any
// other is a matter of configuration or of the system.
result<std::unique_ptr<instance>> open_instance(const settings& options);

// Takes the lock of the token that is used now, and gives the one before back. EBUSY: somebody has
// it.
result<void> lock_credential(instance& of);

// Sentences about what is possible but unsafe: settings, modes of directories, space.
std::vector<std::string> unsafe_conditions(const instance& of);

} // namespace hubspool
