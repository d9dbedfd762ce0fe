#include "cli/check/check_findings.hpp"

#include "api/credential/credential.hpp"
#include "api/route/api_url.hpp"
#include "api/route/proxy_route.hpp"
#include "api/route/proxy_tunnel.hpp"
#include "api/tls/client_certificate.hpp"
#include "api/tls/tls_context.hpp"
#include "app/instance.hpp"
#include "cli/check/directory_check.hpp"
#include "cli/check/queue_check.hpp"
#include "cli/check/secret_readers_check.hpp"
#include "cli/live_daemon.hpp"
#include "cli/printing.hpp"
#include "config/hubspot_paths.hpp"
#include "config/settings_check.hpp"
#include "core/json/json_kernel.hpp"
#include "state/state_store.hpp"

#include <fmt/core.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace hubspool {

namespace {

using findings = std::vector<finding>;

constexpr std::size_t words_shown_max = 1000;

void check_credential(const settings& options, findings& out) {
    // Read as the daemon would read it.
    credential token(make_credential_files(options));
    if (const auto read = token.refresh(); !read) {
        out.push_back({finding::error, "token", read.error().message});
    } else if (token.is_oauth()) {
        out.push_back({finding::good, "token", "an OAuth app's: the three files of api.oauth"});
    } else {
        // Its length tells a token from a whole page pasted in; the token itself is never shown.
        out.push_back({finding::good, "token",
                       fmt::format("{} holds a token of {} characters", options.api.token_file,
                                   token.offered().size())});
    }
    // Open to others, and yet used: a warning each.
    for (std::string& open : open_secrets(options))
        out.push_back({finding::warning, "token", std::move(open)});
}

void check_api(const settings& options, findings& out) {
    const std::string path = batch_update_path(options.api.version);
    if (const auto url = parse_api_url(options.api.url); url) {
        out.push_back({finding::good, "api", fmt::format("{}{}", options.api.url, path)});
    } else {
        out.push_back({finding::error, "api", url.error().message});
    }
    // HubSpot's announcement: v3 ends then.
    if (options.api.version == "v3")
        out.push_back(
            {finding::warning, "api",
             "api.version: HubSpot supports v3 until September 2027; plan to set a dated one "
             "(2026-03) before"});
    // Without authorities nothing can be trusted, so nothing further is looked at.
    auto context = make_tls_context(options.api.ca_file, options.api.tls_min);
    if (context) {
        out.push_back(
            {finding::good, "tls",
             fmt::format("TLS {} or newer, authorities of {}", options.api.tls_min,
                         options.api.ca_file.empty() ? "the system" : options.api.ca_file)});
    } else {
        out.push_back({finding::error, "tls", context.error().message});
        return;
    }
    // A renewed certificate shows here before the daemon needs it.
    client_certificate ours(options.api.client_cert_file, options.api.client_key_file);
    if (const auto read = ours.refresh(context->native_handle()); !read) {
        out.push_back({finding::error, "tls", read.error().message});
    } else if (const auto valid = ours.is_valid_now(); !valid) {
        // It runs, and takes a renewed one as soon as that is there.
        out.push_back({finding::warning, "tls", "nothing is sent: " + valid.error().message});
    } else if (*read) {
        out.push_back({finding::good, "tls", "a certificate to show: " + ours.description()});
    }
}

void check_proxy(const settings& options, findings& out) {
    const auto url = parse_api_url(options.api.url);
    // A wrong URL was told above.
    if (!url || options.api.proxy.empty()) return;
    const auto route = route_to(*url, options.api.proxy, options.api.no_proxy);
    if (!route) {
        out.push_back({finding::error, "proxy", route.error().message});
        return;
    }
    if (!*route) {
        out.push_back({finding::good, "proxy",
                       fmt::format("api.no_proxy exempts {}: the proxy is not used", url->host)});
        return;
    }
    // The credentials are read as they would be for a connection.
    const std::string& file = options.api.proxy_credentials_file;
    if (!file.empty()) {
        if (const auto read = proxy_authorization(file); !read) {
            // As above.
            out.push_back({finding::warning, "proxy", "nothing is sent: " + read.error().message});
            return;
        }
    }
    out.push_back({finding::good, "proxy",
                   fmt::format("through {}, {}", (*route)->place(),
                               file.empty() ? "without credentials" : "as the user in " + file)});
}

void check_state(const settings& options, findings& out) {
    const std::string& directory = options.state.directory;
    if (!check_directory("state", "state.directory", directory, out)) return;
    // 0700: dead letters hold the content of events.
    struct stat found{};
    if (::stat(directory.c_str(), &found) == 0 && (found.st_mode & 077U) != 0)
        out.push_back(
            {finding::warning, "state",
             fmt::format("{0} has mode {1:04o}: dead letters hold events' content; chmod 0700 {0}",
                         directory, found.st_mode & 07777U)});
    // Files of an earlier call as root would stop the service later.
    if (!check_own_files(
            "state", directory,
            {"lock", "state.db", "state.db-wal", "state.db-shm", "dead-letters.ndjson", "sending"},
            out))
        return;
    const auto store = state_store::open(directory, state_store::access::read_only);
    if (store) {
        out.push_back(
            {finding::good, "state", fmt::format("{} holds a sound database", directory)});
    } else if (store.error().code == ESTALE) {
        // An older schema is no fault: only the daemon brings it up to date.
        out.push_back({finding::good, "state",
                       directory + " holds the database of an older version; the next start brings "
                                   "it up to date"});
    } else if (store.error().code == ENOENT) {
        out.push_back(
            {finding::good, "state", "no database yet; hubspool makes it at its first start"});
    } else {
        out.push_back({finding::error, "state", store.error().message});
    }
}

void check_who(const settings& options, findings& out) {
    // Root may do everything, so what was found says nothing about the service.
    if (::geteuid() == 0)
        out.push_back(
            {finding::warning, "user",
             fmt::format("looked at as root, who may do anything; {} belongs to nobody else, so "
                         "the service's user is not known here",
                         options.state.directory)});
    const auto daemon = find_daemon(options);
    if (!daemon) return;
    out.push_back(
        {finding::good, "daemon", fmt::format("process {} works on this queue", daemon->pid)});
    // The daemon knows why it does not take the newer credential.
    const std::string why = daemon->status ? daemon->status->credential_waits : "";
    if (!why.empty())
        out.push_back({finding::warning, "token",
                       "the daemon works with the credential of before, and the newer one waits: " +
                           one_line(why, words_shown_max)});
}

} // namespace

std::string_view to_string(finding::level level) {
    switch (level) {
    case finding::good: return "ok";
    case finding::warning: return "warning";
    case finding::error: return "error";
    }
    return "";
}

std::vector<finding> check_everything(const settings& options, bool errors_only) {
    // In the order in which a person would mend things: directories, credential, way to HubSpot.
    findings out;
    check_queue(options, errors_only, out);
    check_state(options, out);
    check_credential(options, out);
    check_secret_readers(options, out);
    check_api(options, out);
    check_proxy(options, out);
    check_who(options, out);
    for (std::string& words : unsafe_combinations(options))
        out.push_back({finding::warning, "settings", std::move(words)});
    out.push_back({finding::good, "decoder", "simdjson's kernel is " + std::string(json_kernel())});
    return out;
}

} // namespace hubspool
