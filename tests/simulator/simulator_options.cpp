#include "simulator/simulator_options.hpp"

#include "simulator/property_desk.hpp"

#include <CLI/CLI.hpp>

namespace hubspool::simulator {

namespace {

void add_server_options(CLI::App& app, simulator_options& options) {
    app.add_option("--address", options.address, "to listen on")->capture_default_str();
    app.add_option("--port", options.port, "0: any that is free");
    app.add_option("--port-file", options.port_file,
                   "where the port is written to once it listens");
    app.add_option("--certificate", options.certificate, "chain, PEM")->required();
    app.add_option("--key", options.key, "PEM")->required();
    app.add_option("--path", options.path, "of the batch update")->capture_default_str();
    app.add_option("--threads", options.threads)->check(CLI::Range(1, 64));
    app.add_option("--seed", options.seed, "of rates and jitter");
    app.add_option("--schema", options.schema_file,
                   "HubSpot's OpenAPI file, against which every body is held");
    app.add_option("--report", options.report_file, "written at the end");
    app.add_flag("--print-report", options.print_report, "at the end, to standard output");
}

void add_limit_options(CLI::App& app, simulator_options& options) {
    auto& settings = options.settings;
    app.add_option("--limit", settings.limit, "requests per window; 0: none");
    app.add_option("--window-ms", options.window_ms)->capture_default_str();
    app.add_flag("--enforce", settings.enforce, "answer 429 above the limit; else only count");
    app.add_flag("--send-limit-headers", settings.send_limit_headers, "X-HubSpot-RateLimit-*");
    app.add_option("--daily", settings.daily, "requests until 429 DAILY; 0: any number");
    app.add_option("--others-in-window", settings.others_in_window,
                   "requests of other clients in each window");
    app.add_option("--others-today", settings.others_today, "requests of other apps today");
}

void add_trouble_options(CLI::App& app, behaviour& settings) {
    app.add_option("--token", settings.token, "the only one that is let in; empty: any");
    app.add_option("--latency-ms", settings.latency_ms, "before a request is applied and answered");
    app.add_option("--jitter-ms", settings.jitter_ms, "0 to this is added to the latency");
    app.add_option("--fault", settings.faults, "every=7,status=503 and the like; repeatable")
        ->check([](const std::string& rule) {
            const auto made = parse_fault(rule);
            return made ? std::string() : made.error().message;
        });
    app.add_option("--unknown-every", settings.unknown_every, "ids divisible by it do not exist");
    app.add_option("--bad400-every", settings.bad400_every,
                   "ids one above a multiple of it make their batch a 400 that names nobody");
    app.add_option("--status500-object", settings.status500_object, "makes its batch a 500");
    app.add_flag("--all-unknown", settings.all_unknown, "no id exists: the wrong portal");
    app.add_option("--refuse-property", settings.refuse_property, "a custom property not defined");
    app.add_flag("--html-portal", settings.html_portal, "200 with a page, whatever is asked");
    app.add_flag("--unauthorized", settings.unauthorized, "401 for any token");
    app.add_flag("--forbidden", settings.forbidden, "403 MISSING_SCOPES");
    app.add_option("--max-inputs", settings.max_inputs, "400 above it; 0: any number");
}

void add_account_options(CLI::App& app, behaviour& settings) {
    app.add_option("--portal-id", settings.portal_id, "of the account")->capture_default_str();
    app.add_option("--time-zone", settings.time_zone, "of the account")->capture_default_str();
    app.add_option("--other-portals", settings.other_portals,
                   "TOKEN=PORTAL: a good token of another account; repeatable");
    app.add_option("--property", settings.properties,
                   "name=seats,type=number and the like, that the account has made; repeatable")
        ->check([](const std::string& words) {
            const auto made = parse_property(words);
            return made ? std::string() : made.error().message;
        });
    app.add_option("--client-id", settings.client_id, "of the OAuth app");
    app.add_option("--client-secret", settings.client_secret);
    app.add_option("--refresh-token", settings.refresh_token, "the only one that is good");
    app.add_option("--token-life-ms", settings.token_life_ms, "of access tokens");
    app.add_flag("--rotate-refresh-token", settings.rotate_refresh_token,
                 "each grant replaces it, and the one before is void");
}

} // namespace

std::optional<int> parse_options(int argc, char** argv, simulator_options& options) {
    CLI::App app("A stand-in for HubSpot's marketing-events batch/update, with TLS.");
    add_server_options(app, options);
    add_limit_options(app, options);
    add_account_options(app, options.settings);
    add_trouble_options(app, options.settings);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error);
    }
    return std::nullopt;
}

} // namespace hubspool::simulator
