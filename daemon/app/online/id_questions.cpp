#include "app/online/id_questions.hpp"

#include "app/online/paced_questions.hpp"
#include "config/hubspot_paths.hpp"
#include "core/properties/event_answer.hpp"
#include "core/properties/id_search.hpp"
#include "core/words/printable.hpp"

#include <fmt/core.h>

#include <utility>

namespace hubspool {

namespace asio = boost::asio;

namespace {

using question = id_search::question;

class looking_up {
public:
    looking_up(const settings& options, id_round round)
        : options_(options), round_(std::move(round)), search_(std::move(round_.object_ids)) {}

    asio::awaitable<void> run(hubspot_questions& hubspot, const api_maker& make_api) {
        paced_questions questions(hubspot, options_, round_.limit);
        stopped_ = co_await questions.begin(make_api, round_.portal);
        while (stopped_.empty() && search_.next() != question::none) {
            // One may take two, the second after a failure.
            if (asked_ + 1 >= round_.questions_max) {
                stopped_ =
                    fmt::format("no more than {} questions are asked for it", round_.questions_max);
                break;
            }
            round_.progress(search_.left());
            const bool asks_for_page = search_.next() == question::page;
            const api_response answer = co_await questions.get(path(asks_for_page));
            asked_ = questions.asked();
            asks_for_page ? take_page(answer) : take_one(answer);
        }
    }

    asked_ids result() {
        return {search_.unknown(), search_.left(), asked_,
                stopped_.empty() ? left_because_ : stopped_};
    }

private:
    std::string path(bool of_page) const {
        const std::string& version = options_.api.version;
        return of_page ? event_list_path(version, search_.after())
                       : event_path(version, search_.one());
    }

    void take_page(const api_response& answer) {
        const auto page = is_answered(answer, 200) ? read_event_page(answer.body) : std::nullopt;
        page ? search_.take_page(*page) : stop(answer);
    }

    void take_one(const api_response& answer) {
        const auto event = is_answered(answer, 200) ? read_event(answer.body) : std::nullopt;
        const bool exists = event && event->object_id == search_.one();
        if (exists || tells_that_it_is_gone(answer))
            search_.take_one(exists);
        else if (is_of_the_id(answer))
            leave_one(answer);
        else
            stop(answer);
    }

    // What HubSpot cannot even look for is no word on the others.
    static bool is_of_the_id(const api_response& answer) {
        return is_answered(answer, 400) || is_answered(answer, 414) || is_answered(answer, 422);
    }

    void leave_one(const api_response& answer) {
        if (left_because_.empty())
            left_because_ = fmt::format("objectId {}: {}", printable(search_.one()),
                                        paced_questions::trouble_of(answer));
        search_.leave_one();
    }

    void stop(const api_response& answer) { stopped_ = paced_questions::trouble_of(answer); }

    const settings& options_;
    id_round round_;
    id_search search_;
    std::uint64_t asked_ = 0;
    std::string stopped_, left_because_;
};

} // namespace

asked_ids ask_for_unknown_ids(const settings& options, id_round round, const api_maker& make_api) {
    looking_up questions(options, std::move(round));
    hubspot_questions hubspot(options);
    hubspot.run([&] { return questions.run(hubspot, make_api); });
    return questions.result();
}

} // namespace hubspool
