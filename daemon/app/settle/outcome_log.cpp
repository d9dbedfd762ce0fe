#include "app/settle/outcome_log.hpp"

#include "base/clocks.hpp"
#include "base/log.hpp"

#include <algorithm>

namespace hubspool {

namespace {
constexpr std::size_t dead_letters_named_max = 5; // a block

const park* find(const std::vector<park>& parks, park_reason reason) {
    // Few parks exist at a time, so a walk is enough.
    const auto at =
        std::find_if(parks.begin(), parks.end(), [&](const park& p) { return p.reason == reason; });
    return at == parks.end() ? nullptr : &*at;
}

// Of the other parks' words, none is about a record.
std::string logged_words(const park& p) {
    if (p.reason != park_reason::suspect_data) return p.words;
    return "one reason would make dead letters of too many objects; `hubspool status` tells it. Is "
           "it the right portal, and do all properties exist? Mend the cause, then `hubspool "
           "resume`";
}
} // namespace

void log_outcome(const batch_outcome& o, log::level clean_at) {
    const bool clean = o.delivered == o.inputs;
    // A failed batch is never below a warning, however quiet successes are.
    log::write(clean ? clean_at : log::level::warning, o.probe ? "probe" : "batch",
               {{"batch", o.batch},
                {"attempt", o.attempt},
                {"lane", o.lane == lane::live ? "live" : "bulk"},
                {"inputs", o.inputs},
                {"delivered", o.delivered},
                {"retried", o.retried},
                {"dead_lettered", o.dead_lettered},
                {"http_status", o.http_status},
                {"status", o.status},
                {"duration_ms", o.duration_ms},
                {"queue_wait_ms", o.queue_wait_ms},
                {"correlation_id", o.correlation_id},
                {"reason", clean ? std::string() : o.reason}});
    // HubSpot's words quote values as often as not ("2026-13 was not a valid date"), in no fixed
    // place. `hubspool batches` shows them to who may read the state.
    if (!clean) log::debug("words of the answer: " + o.words, {{"batch", o.batch}});
}

void log_dead_letters(const batch_outcome& outcome) {
    // A bad export can make thousands: the journal gets some, the list has all.
    std::size_t named = 0;
    for (const dead_letter& letter : outcome.dead_letters) {
        if (named++ == dead_letters_named_max) break;
        // One record is enough to find it by: the list names all of a merged change.
        const dead_letter::origin& at = letter.records.front();
        log::warning("dead letter; `hubspool dead-letters show` tells why",
                     {{"file", at.file},
                      {"line", at.line},
                      {"offset", letter.at.place},
                      {"object", letter.object_id},
                      {"category", letter.category}});
        // Only at debug level, for the same reason as the answer's words.
        log::debug("dead letter: " + letter.reason,
                   {{"file", at.file}, {"offset", letter.at.place}});
    }
    if (outcome.dead_letters.size() > dead_letters_named_max)
        log::warning("more dead letters in the same block; `hubspool dead-letters list` shows all",
                     {{"more", outcome.dead_letters.size() - dead_letters_named_max}});
}

void log_parks(const std::vector<park>& before, const std::vector<park>& now) {
    for (const park& p : now) {
        // Also when only its words have changed: they may name another remedy now.
        const park* const known = find(before, p.reason);
        if (known == nullptr || known->words != p.words)
            log::warning("sending is parked: " + logged_words(p), {{"park", to_string(p.reason)}});
    }
    for (const park& p : before) {
        if (find(now, p.reason) == nullptr)
            log::info("a park has ended", {{"park", to_string(p.reason)}});
    }
}

std::vector<park_row> park_rows(const std::vector<park>& parks, boot_time now, wall_time wall) {
    std::vector<park_row> rows;
    for (const park& p : parks) {
        // On the wall clock, since rows outlive the boot.
        park_row row{p.reason, p.since, p.words, std::nullopt};
        // max() means that nothing probes; then the row has no time.
        if (p.probe_at != boot_time::max()) row.probe_at = wall + (p.probe_at - now);
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace hubspool
