#include "core/answers/response_mapper.hpp"

#include "core/answers/answer_parser.hpp"
#include "core/answers/answer_text.hpp"
#include "core/answers/judgement.hpp"
#include "core/words/http_date.hpp"

#include <algorithm>
#include <charconv>

namespace hubspool {

namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t limit_believed_max = 10'000;
constexpr std::uint32_t daily_believed_max = 100'000'000; // an Enterprise account with packs: 3 M
constexpr milliseconds lock_wait = 2s;                    // 423: "Locks will last for 2 seconds"
constexpr milliseconds migration_wait = 1h;  // 477 without Retry-After: "typically up to 24 hours"
constexpr milliseconds secondly_window = 1s; // the SECONDLY policy
// 5xx with Retry-After: longer than this, a server that is back would be left alone.
constexpr milliseconds outage_wait_max = 15min;
constexpr milliseconds short_wait_max = 1h; // 429 and 423 with Retry-After

std::optional<milliseconds> retry_after(const judgement& j) {
    return parse_retry_after(j.response.retry_after, j.response.date);
}

// Of what is no daily quota: a day of it would be a gateway's mistake.
std::optional<milliseconds> short_retry_after(const judgement& j) {
    const auto wait = retry_after(j);
    return wait ? std::optional(std::min(*wait, short_wait_max)) : std::nullopt;
}

// "404 OBJECT_NOT_FOUND: No marketing event found", as far as it is known.
std::string what_came(const judgement& j) {
    std::string text = std::to_string(j.response.status);
    if (!is_hubspots_own(j)) return words_of_a_stranger(j);
    if (!j.body.whole.category.empty()) text += " " + j.body.whole.category;
    if (!j.body.whole.words.empty()) text += ": " + j.body.whole.words;
    return text;
}

// What stops sending, in HubSpot's words and with what a person can do.
park_request make_park(const judgement& j, park_reason reason, const std::string& remedy,
                       std::optional<boot_time> until = {}) {
    // The answer's words give way to the remedy, not the other way round.
    const std::string who = is_hubspots_own(j) ? "HubSpot answered " : "the answer was ";
    const std::string said = clean_text(who + what_came(j), words_bytes_max / 2);
    return {reason, clean_text(said + ". " + remedy, words_bytes_max), until};
}

void park(judgement& j, park_reason reason, const std::string& remedy,
          std::optional<boot_time> until = {}) {
    j.verdict.park = make_park(j, reason, remedy, until);
    j.all(input_fate::again);
}

void unauthorized(judgement& j) {
    // Another token has come in its place meanwhile: the answer is about the one before.
    if (j.response.credential_changed) return j.all(input_fate::again);
    park(j, park_reason::unauthorized,
         j.options.oauth
             ? "Is the app still installed in the account? If not, re-install it and put its "
               "refresh "
               "token into api.oauth.refresh_token_file; the file is watched, and sending goes on "
               "when HubSpot accepts a probe"
             : "Put a valid token into api.token_file; the file is watched, and sending goes on "
               "when HubSpot accepts a probe");
}

void missing_scopes(judgement& j) {
    std::string scopes;
    for (const std::string& scope : j.body.scopes) {
        if (!scopes.empty()) scopes += ", ";
        scopes += scope;
    }
    // Without a list in the answer it is the one scope that this endpoint needs.
    if (scopes.empty()) scopes = "crm.objects.marketing_events.write";
    park(j, park_reason::forbidden,
         "Grant the app, or the key, the scope: " + clean_text(scopes, words_bytes_max / 4) +
             "; sending goes on when HubSpot accepts a probe");
}

constexpr const char* set_up_remedy =
    "Check api.url and api.version, and what stands between; sending goes on when HubSpot accepts "
    "a probe";

void misconfigured(judgement& j) {
    park(j, park_reason::misconfigured, set_up_remedy);
}

// A gateway's word, or HubSpot's about no record: of the set-up when it says so to all, else of
// what one record holds.
void set_up_or_record(judgement& j) {
    in_doubt(j);
    j.verdict.park_if_common = make_park(j, park_reason::misconfigured, set_up_remedy);
}

void forbidden(judgement& j) {
    if (!is_hubspots_own(j)) {
        // A proxy's or Cloudflare's block ("Attention Required!"): it never reached the API.
        in_doubt(j);
    } else if (j.body.whole.category == "MISSING_SCOPES") {
        missing_scopes(j);
    } else {
        misconfigured(j);
    }
}

// Nothing was written, and the answer names nobody: halve until the cause is alone.
void too_large(judgement& j) {
    // A gateway's limit may be everybody's: set too low, it refuses the smallest request.
    if (!is_hubspots_own(j)) return in_doubt(j);
    j.verdict.no_backoff = true;
    j.all(j.alone() ? input_fate::dead : input_fate::suspect);
}

void not_found(judgement& j) {
    if (!is_hubspots_own(j)) return set_up_or_record(j);
    if (j.body.whole.category != "OBJECT_NOT_FOUND") return misconfigured(j);
    j.verdict.no_backoff = true;
    j.all(j.alone() ? input_fate::dead : input_fate::suspect);
}

// Misdirected or too early: this connection is at fault. Counted as an outage, so that a server
// that says so on every connection is not asked without pause.
void wrong_connection(judgement& j) {
    j.verdict.close_connection = true;
    j.verdict.outage = true;
    j.all(input_fate::again);
}

void locked(judgement& j) {
    // HubSpot documents two seconds for a lock; Retry-After may ask for more, never for less.
    j.verdict.retry_after_min = std::max(lock_wait, short_retry_after(j).value_or(lock_wait));
    j.verdict.passing = true;
    j.all(input_fate::suspect);
}

void migrating(judgement& j) {
    park(j, park_reason::migration,
         "The account moves between HubSpot's data centres; sending is tried again by itself",
         j.now + retry_after(j).value_or(migration_wait));
}

void quota_spent(judgement& j) {
    // Midnight as the account's zone has it; a Retry-After beyond that is believed.
    boot_time until = j.response.quota_reset;
    if (const auto wait = retry_after(j)) until = std::max(until, j.now + *wait);
    park(
        j, park_reason::quota,
        "The account's daily quota is spent; sending goes on when it is given back, at midnight in "
        "rate_limit.time_zone",
        until > j.now ? std::optional(until) : std::nullopt);
}

void too_many_requests(judgement& j) {
    const std::string& policy = j.body.policy_name;
    // The policy is the name of the limit that was met (HubSpot, "Usage guidelines").
    if (!policy.empty()) j.verdict.reason = policy;
    if (policy == "DAILY") return quota_spent(j);
    // Only the limits that our own count stands for say that the count was wrong.
    j.verdict.throttled =
        policy.empty() || policy == "TEN_SECONDLY_ROLLING" || policy == "SECONDLY";
    // Without Retry-After a whole window is over by then, whatever was in it.
    j.verdict.hold =
        short_retry_after(j).value_or(policy == "SECONDLY" ? secondly_window : j.options.window);
    j.all(input_fate::again);
}

// No conclusive answer, and the request may have got through.
void lost(judgement& j) {
    j.verdict.may_still_land = true;
    in_doubt(j);
    j.verdict.no_backoff = false;
}

// 5xx; what HubSpot says to 502, 503 and 504 is "pause your requests for a few seconds", and a
// server or proxy that knows better says so (RFC 9110, 10.2.3).
void server_error(judgement& j) {
    if (const auto wait = retry_after(j)) j.verdict.hold = std::min(*wait, outage_wait_max);
    // But a 500 is what a record may cause that the server cannot digest.
    const int status = j.response.status;
    j.verdict.passing = is_hubspots_own(j) && status >= 502 && status <= 504;
    lost(j);
}

// The table. What HubSpot says of the codes: "Error handling"
// (https://developers.hubspot.com/docs/api-reference/error-handling); the rest is RFC 7231's
// meaning.
void judge_answer(judgement& j) {
    const int status = j.response.status;
    // A success may still name inputs in its errors, so it has a table of its own.
    if (status >= 200 && status < 300) return judge_results(j);
    switch (status) {
    case 400:
    case 409:
    case 422: return judge_refusal(j);
    case 401: return unauthorized(j);
    case 403: return forbidden(j);
    case 404: return not_found(j);
    case 407: return misconfigured(j); // the proxy asks for its password
    case 408: return lost(j);
    case 413: return too_large(j);
    case 421:
    case 425: return wrong_connection(j);
    case 423: return locked(j);
    case 429: return too_many_requests(j);
    case 477: return migrating(j);
    default: break;
    }
    // A redirect, or a refusal without a row: of the set-up, or of what one record holds.
    if (status >= 300 && status < 500) return set_up_or_record(j);
    if (status >= 500 && status < 600) return server_error(j);
    lost(j); // what is no final status at all (1xx, 0, 999) is no answer
}

// What was not wholly answered.
void judge_silence(judgement& j) {
    switch (j.response.end) {
    // Not a byte was written: nothing can land, and nobody is at fault.
    case exchange_end::not_sent: j.verdict.outage = true; return j.all(input_fate::again);
    case exchange_end::stale:
        // The server closed an idle connection, most likely before it saw the request.
        j.verdict.resend = true;
        j.verdict.may_still_land = true;
        return j.all(input_fate::again);
    case exchange_end::unanswered:
    case exchange_end::answered: return lost(j);
    }
}

std::string_view name_of(exchange_end end) {
    switch (end) {
    case exchange_end::not_sent: return "not_sent";
    case exchange_end::stale: return "stale";
    case exchange_end::unanswered:
    case exchange_end::answered: break;
    }
    return "unanswered";
}

std::optional<std::uint32_t> believable(std::string_view header, std::uint32_t least,
                                        std::uint32_t most) {
    // Partly a number is no number: such headers come from a proxy, or from the future.
    std::uint32_t value = 0;
    const char* const end = header.data() + header.size();
    const auto [stop, failed] = std::from_chars(header.data(), end, value);
    if (failed != std::errc() || stop != end || value < least || value > most) return {};
    return value;
}

// What the headers say of the limits; numbers that cannot be true count as absent.
void read_limits(judgement& j) {
    response_verdict& verdict = j.verdict;
    verdict.limit_max = believable(j.response.limit_max, 1, limit_believed_max);
    // Remaining without a limit cannot be judged.
    if (verdict.limit_max)
        verdict.limit_remaining = believable(j.response.limit_remaining, 0, *verdict.limit_max);
    verdict.daily_limit = believable(j.response.daily_limit, 1, daily_believed_max);
    if (verdict.daily_limit)
        verdict.daily_remaining = believable(j.response.daily_remaining, 0, *verdict.daily_limit);
}

// The category where HubSpot gives one, else the code of the first error in it.
std::string reason_of(const judgement& j) {
    if (!j.body.whole.category.empty()) return j.body.whole.category;
    // Some refusals name the category only inside.
    if (!j.body.errors.empty() && !j.body.errors.front().category.empty()) {
        return j.body.errors.front().category;
    }
    return "http_" + std::to_string(j.response.status);
}

void describe_answer(judgement& j) {
    response_verdict& verdict = j.verdict;
    verdict.status = j.body.status;
    verdict.reason = reason_of(j);
    verdict.words = j.body.whole.words;
    const bool success = j.response.status >= 200 && j.response.status < 300;
    // A refusal without words gets ours, so that no dead letter stands without a reason.
    if (verdict.words.empty() && !success) verdict.words = what_came(j);
    verdict.correlation_id = clean_text(j.response.correlation_id, name_bytes_max);
    // The header is HubSpot's own; the body repeats it.
    if (verdict.correlation_id.empty()) verdict.correlation_id = j.body.correlation_id;
    read_limits(j);
}

} // namespace

response_verdict map_response(const api_response& response, const std::vector<sent_input>& inputs,
                              const mapper_options& options, boot_time now) {
    judgement j{response, inputs, options, now, {}, {}};
    if (response.end == exchange_end::answered) {
        j.body = parse_answer(response.body);
        describe_answer(j);
        // Suspect is where every input begins: only an answer's word makes it better or worse.
        j.all(input_fate::suspect);
        judge_answer(j);
    } else {
        j.verdict.reason = name_of(response.end);
        j.verdict.words = clean_text(response.error, words_bytes_max);
        judge_silence(j);
    }
    return std::move(j.verdict);
}

} // namespace hubspool
