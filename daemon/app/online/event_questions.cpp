#include "app/online/event_questions.hpp"

#include "app/online/paced_questions.hpp"
#include "config/hubspot_paths.hpp"

#include <utility>

namespace hubspool {

namespace asio = boost::asio;

namespace {

class asking {
public:
    asking(const settings& options, const event_round& round) : options_(options), round_(round) {}

    asio::awaitable<void> run(hubspot_questions& hubspot, const api_maker& make_api) {
        paced_questions questions(hubspot, options_, round_.limit);
        asked.stopped = co_await questions.begin(make_api, round_.portal);
        if (!asked.stopped.empty()) co_return;
        told_properties told = co_await ask_for_properties(hubspot, options_.api.version);
        asked.found = std::move(told.found);
        const defined_properties* const known = told.known ? &*told.known : nullptr;
        for (const std::string& id : round_.object_ids) {
            const api_response answer =
                co_await questions.get(event_path(options_.api.version, id));
            std::optional<told_event> event;
            if (is_answered(answer, 200)) event = read_event(answer.body);
            const bool is_it = event && event->object_id == id;
            if (!is_it && !tells_that_it_is_gone(answer)) {
                asked.stopped = event ? "HubSpot answered with another event than the one asked for"
                                      : paced_questions::trouble_of(answer);
                co_return;
            }
            round_.take(asked.asked++, event, known);
        }
    }

    asked_events asked;

private:
    const settings& options_;
    const event_round& round_;
};

} // namespace

asked_events ask_for_events(const settings& options, const event_round& round,
                            const api_maker& make_api) {
    asking questions(options, round);
    hubspot_questions hubspot(options);
    hubspot.run([&] { return questions.run(hubspot, make_api); });
    return std::move(questions.asked);
}

} // namespace hubspool
