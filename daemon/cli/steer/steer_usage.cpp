#include "cli/steer/steer_usage.hpp"

namespace hubspool {

void add_steering(CLI::App& app, const command_adder& add_command) {
    add_command(app, "pause", "Hold sending, also over a restart", run_pause);
    add_command(app, "resume", "Continue sending; ends a pause and a park for suspect data",
                run_resume);
    add_command(app, "flush", "Ask HubSpot now: no park and no backoff is waited for", run_flush);
    add_command(app, "reload", "Have `run` read its configuration again, as SIGHUP does",
                run_reload);
}

} // namespace hubspool
