// What one running hubspool holds: its credential, queue and state, each locked against a second
// one.
#pragma once

#include "api/credential/credential.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"
#include "os/credential_lock.hpp"
#include "spool/queue_directory.hpp"
#include "state/state_store.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace hubspool {

struct instance {
    settings options;
    std::unique_ptr<credential> token;
    // By what it is for: the credential that was read last, and those read since one was proved.
    std::map<std::string, credential_lock> locks;
    std::unique_ptr<queue_directory> queue;
    std::unique_ptr<state_store> store;
};

// Opens in that order. A failure of code EBUSY, or EWOULDBLOCK of the queue, is another hubspool,
// which its message names; any other is a matter of configuration or of the system.
result<std::unique_ptr<instance>> open_instance(const settings& options);

// Takes the lock of the credential that was read last. EBUSY: somebody has it.
result<void> lock_credential(instance& running);
// Gives all others back.
void keep_one_lock(instance& running);

credential_files make_credential_files(const settings& from);
// What other processes write and a running hubspool reads again: its credential, and the database.
std::vector<std::string> files_of_others(const settings& from);
// In the state directory, mode 0600.
std::string kept_token_file(const settings& from);

// Sentences about files of secrets that others may read, and that are used all the same.
std::vector<std::string> open_secrets(const settings& from);
// Sentences about what is possible but unsafe: settings, modes of directories, space.
std::vector<std::string> unsafe_conditions(const instance& running);

} // namespace hubspool
