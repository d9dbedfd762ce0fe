#include "cli/explain/reason_table.hpp"

#include <algorithm>
#include <array>

namespace hubspool {

namespace {

using kind = reason_kind;

constexpr std::string_view unknown_end =
    "HubSpot's answer does not tell what became of it: look at the event in HubSpot, then `retry`, "
    "or drop it";
constexpr std::string_view perhaps_older =
    "look at the event in HubSpot: if these values are wanted there, `retry --as-newest`; else "
    "drop it";

constexpr std::array table{
    reason_entry{kind::park, "paused", "somebody said `hubspool pause`; it survives a restart",
                 "`hubspool resume`"},
    reason_entry{kind::park, "unauthorized",
                 "HubSpot does not take the token (401): it was rotated or revoked; of an OAuth "
                 "app: it was removed from the account, or its refresh token is void",
                 "write the new token into its file: a running daemon tries it at once; of an "
                 "OAuth app: install it again, and write the new refresh token into its file"},
    reason_entry{kind::park, "forbidden", "the app lacks a scope, which the words name (403)",
                 "grant it in HubSpot; sending asks again by itself, or at once by `hubspool "
                 "resume`"},
    reason_entry{kind::park, "wrong_portal",
                 "the credential is another account's than api.portal_id says, or (with "
                 "records.unchanged: skip) than the one before; nothing was sent there",
                 "put the right account's credential in place, or correct api.portal_id and "
                 "`hubspool reload`"},
    reason_entry{
        kind::park, "misconfigured",
        "an answer that only a wrong api.url, api.version, proxy or OAuth client explains, "
        "also to a request that had been taken before",
        "see `hubspool check --online`; correct it, and `hubspool reload` unless it was "
        "a credential's file"},
    reason_entry{kind::park, "quota",
                 "the day's requests are spent, by all apps of the account, or as far as "
                 "rate_limit.daily_reserve lets hubspool",
                 "nothing: it ends at midnight in rate_limit.time_zone"},
    reason_entry{kind::park, "migration", "HubSpot moves the account between data centres (477)",
                 "nothing: it asks again when HubSpot said so"},
    reason_entry{kind::park, "suspect_data",
                 "many records were refused for one reason: a renamed property, another account's "
                 "ids, a broken export. Sending stopped before thousands followed",
                 "see `hubspool dead-letters list`; mend the cause, then `hubspool resume`"},
    reason_entry{kind::hold, "park", "sending is parked; the park has a code of its own",
                 "see `hubspool status`, and explain that code"},
    reason_entry{kind::hold, "restart",
                 "the machine was started anew, and requests of before may still be applied",
                 "nothing: it ends after api.late"},
    reason_entry{kind::hold, "retry_after", "HubSpot asked to wait (Retry-After)",
                 "nothing; `hubspool resume` asks at once"},
    reason_entry{kind::hold, "rate_limited",
                 "HubSpot answered that its limit was exceeded (429): other apps use it as well",
                 "nothing; if it comes often, lower rate_limit.requests"},
    reason_entry{kind::hold, "may_land",
                 "each object that could be asked with has a request that may still be applied",
                 "nothing: it ends after api.late"},
    reason_entry{kind::hold, "not_noted", "the state directory does not take what is to be sent",
                 "make room on its disk; the log says what failed"},
    reason_entry{kind::hold, "backoff", "a request failed, and the next waits its time", ""},
    reason_entry{kind::hold, "outage", "HubSpot is not reached; one record asks now and then",
                 "see `hubspool check --online` for network, proxy and certificates"},
    reason_entry{kind::hold, "outcomes", "too many outcomes wait to be recorded",
                 "make room on the state's disk; the log says what failed"},
    reason_entry{kind::hold, "credential", "no usable credential, or it is being asked whose it is",
                 "write the token into the file that api.token_file names"},
    reason_entry{kind::hold, "bulk", "a drain came to its deadline: bulk files wait",
                 "the next `hubspool drain` sends them, or `hubspool resume`"},
    reason_entry{kind::hold, "frontier", "what the run before had read is read again first", ""},
    reason_entry{kind::hold, "reading", "all that is queued is read first", ""},
    reason_entry{kind::dead_letter, "decode", "hubspool cannot read the record",
                 "`export` it, repair it as the reason says, and `submit` it"},
    reason_entry{kind::dead_letter, "VALIDATION_ERROR",
                 "HubSpot refused a value or a property of the record",
                 "make the property in HubSpot, then `retry`; or `retry` with --set or "
                 "--rename-property"},
    reason_entry{kind::dead_letter, "OBJECT_NOT_FOUND", "HubSpot has no event of this id",
                 "HubSpot has no event of this id: check the id and the account; `retry` when the "
                 "event is there, else drop it"},
    reason_entry{kind::dead_letter, "not_stored",
                 "HubSpot answered with success, and did not store this property",
                 "HubSpot took the request without this property: make it in HubSpot, then "
                 "`retry`; or `retry --rename-property`"},
    reason_entry{kind::dead_letter, "too_late",
                 "the record is older than all that is still known of what was delivered",
                 perhaps_older},
    reason_entry{kind::dead_letter, "in_doubt",
                 "a newer change of the object died after a crash, and an older value of it may "
                 "have been delivered before",
                 perhaps_older},
    reason_entry{kind::dead_letter, "http_413", "HubSpot finds the record too large",
                 "HubSpot finds it too large: `export` it, and `submit` it in parts"},
    reason_entry{kind::dead_letter, "http_4xx",
                 "HubSpot, or a gateway before it, refused this record alone, while others got "
                 "through",
                 "see the answer's words in `dead-letters show`: mend the record, then `submit` "
                 "or `retry` it"},
    reason_entry{kind::dead_letter, "http_3xx",
                 "this record alone was answered with a redirect, while others got through",
                 unknown_end},
    reason_entry{kind::dead_letter, "http_2xx",
                 "HubSpot named the record as refused, without saying why",
                 "see the answer's words in `dead-letters show`: mend the record, then `retry`"},
    reason_entry{kind::dead_letter, "max_inputs",
                 "HubSpot refused the record, alone in its request, as too many",
                 "`retry` later; when it dies again, ask HubSpot with the correlation id"},
    reason_entry{kind::dead_letter, "unanswered",
                 "requests with this record alone had no whole answer, while others got through: "
                 "it may have been applied",
                 unknown_end},
    reason_entry{
        kind::dead_letter, "http_5xx",
        "HubSpot failed on this record alone each time, while it took others",
        "HubSpot failed on this record alone each time: `retry` later; when it dies again, "
        "ask HubSpot with the correlation id"},
    reason_entry{kind::dead_letter, "unattributed",
                 "HubSpot's answers named the record neither among what it took nor among what it "
                 "refused",
                 unknown_end},
    reason_entry{kind::dead_letter, "not_json",
                 "answers to this record alone were no JSON, while others got through",
                 unknown_end},
    reason_entry{kind::dead_letter, "empty_answer",
                 "answers to this record alone had neither results nor errors", unknown_end},
    reason_entry{kind::fate, "delivered", "HubSpot acknowledged at least one of its fields", ""},
    reason_entry{kind::fate, "superseded", "newer records of its object went in its place", ""},
    reason_entry{kind::fate, "overtaken",
                 "HubSpot had acknowledged newer values of all its fields before: it came too late",
                 "nothing; if its values are wanted, `hubspool replay --as-newest`"},
    reason_entry{kind::fate, "unchanged",
                 "HubSpot had acknowledged the same values before (records.unchanged: skip)",
                 "nothing; `hubspool drain --full` sends it all the same"},
    reason_entry{kind::fate, "dead", "it cannot be delivered: a dead letter keeps it",
                 "see `hubspool dead-letters list`"},
    reason_entry{kind::fate, "pending", "it has none of the others yet", "see `hubspool status`"},
    reason_entry{kind::exit_code, "0", "done", ""},
    reason_entry{kind::exit_code, "1", "failed; with `status --exit-code`: parked or stuck",
                 "standard error says what and why"},
    reason_entry{kind::exit_code, "2", "wrong usage, or a mistake in the configuration",
                 "see `hubspool COMMAND --help`, or `hubspool check`"},
    reason_entry{
        kind::exit_code, "3",
        "done, but some records were dead-lettered or files rejected; of `plan`: would be; "
        "of `verify`: something differs; of `dead-letters export` and `retry`: some were "
        "left out",
        "see what the command printed, `hubspool dead-letters list` and `hubspool files "
        "--failed`"},
    reason_entry{kind::exit_code, "4",
                 "stopped before the queue was empty, or files were there that hubspool may not "
                 "read; of `verify`: HubSpot was not asked for all; with `status --exit-code`: "
                 "nothing runs",
                 "see `hubspool status`; the next drain, or the daemon, goes on"},
    reason_entry{kind::exit_code, "75", "it cannot be taken just now: the queue has no room",
                 "try again; hubspool frees the room by sending"},
};

char canonical_sign(char c) {
    if (c == '-') return '_';
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

} // namespace

std::string_view to_string(reason_kind kind) {
    switch (kind) {
    case reason_kind::park: return "park";
    case reason_kind::hold: return "hold";
    case reason_kind::dead_letter: return "dead_letter";
    case reason_kind::fate: return "fate";
    case reason_kind::exit_code: return "exit_code";
    }
    return "unknown";
}

std::span<const reason_entry> reason_table() {
    return table;
}

bool is_of(const reason_entry& entry, std::string_view code) {
    return code.size() == entry.code.size() &&
           std::equal(code.begin(), code.end(), entry.code.begin(), [](char given, char known) {
               const bool is_digit = given >= '0' && given <= '9';
               return canonical_sign(given) == canonical_sign(known) || (known == 'x' && is_digit);
           });
}

const reason_entry* find_reason(reason_kind kind, std::string_view code) {
    const auto found = std::find_if(table.begin(), table.end(), [&](const reason_entry& entry) {
        return entry.kind == kind && is_of(entry, code);
    });
    return found == table.end() ? nullptr : found;
}

} // namespace hubspool
