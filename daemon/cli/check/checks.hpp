// The parts of `check`, one function each, in the file of its name. Each looks at one thing,
// changes nothing, and adds what it found.
#pragma once

#include "app/finding.hpp"
#include "config/settings.hpp"

#include <vector>

namespace hubspool {

using findings = std::vector<finding>;

// `errors_only` leaves out what can only warn and takes long: the files that wait.
void check_queue(const settings& options, bool errors_only, findings& out);
void check_state(const settings& options, findings& out);
void check_credential(const settings& options, findings& out);
// A warning for each group of producers that may read a secret, with the commands that take its
// members out of it.
void check_secret_readers(const settings& options, findings& out);
void check_api(const settings& options, findings& out);
void check_tls(const settings& options, findings& out);
void check_proxy(const settings& options, findings& out);
void check_user(const settings& options, findings& out);
void check_notify(const settings& options, findings& out);
void check_daemon(const settings& options, findings& out);

} // namespace hubspool
