#include "app/online/event_questions.hpp"
#include "base/clocks.hpp"
#include "cli/live_daemon.hpp"
#include "cli/printing.hpp"
#include "cli/replay/replay_plan.hpp"
#include "cli/verify/verified_object.hpp"
#include "cli/verify/verify_selection.hpp"
#include "cli/verify/verify_usage.hpp"
#include "core/words/iso_instant.hpp"
#include "os/core_dump.hpp"
#include "state/ledger/acknowledging_rows.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace hubspool {

namespace {

constexpr std::string_view usual_config = "/etc/hubspool/hubspool.yaml";

// The clocks of two machines may differ by so much.
constexpr milliseconds clocks_differ_by{60'000};
// From an answer to its commit.
constexpr milliseconds commit_takes{1000};

class verifying {
public:
    verifying(const command_context& context, const verify_arguments& arguments)
        : context_(context), arguments_(arguments),
          config_(context.config_path == usual_config ? "" : context.config_path),
          repair_(config_) {}

    int run(std::set<std::string> chosen);

private:
    result<void> look_at(const std::set<std::string>& object_ids);
    void tell_begin(std::size_t objects) const;
    void take(delivered_object delivered, const std::optional<told_event>& event,
              const defined_properties* known);
    bool may_be_under_way(const verified_object& object) const;
    void tell(const verified_object& object);
    void tell_end() const;
    int exit_code() const;

    const command_context& context_;
    const verify_arguments& arguments_;
    std::string config_; // for the commands that are shown
    repair_command repair_;
    std::set<std::string> again_; // to be looked at once more
    bool is_second_look_ = false;
    std::string stopped_;      // why HubSpot was not asked for all; empty: it was
    std::size_t left_out_ = 0; // beyond --max-requests
    std::size_t unknown_ = 0;  // of which nothing was acknowledged
    std::size_t asked_ = 0, differing_ = 0, gone_ = 0, uncompared_ = 0;
    std::map<std::string, std::size_t> untold_fields_; // that were not compared, by why
};

int verifying::run(std::set<std::string> chosen) {
    const std::size_t all = chosen.size();
    while (chosen.size() > arguments_.requests_max) chosen.erase(std::prev(chosen.end()));
    left_out_ = all - chosen.size();
    if (left_out_ > 0)
        complain(0, fmt::format("{} more are chosen than are asked for: say --max-requests {}",
                                left_out_, all));
    if (auto looked = look_at(chosen); !looked)
        return complain(exit_failed, looked.error().message);
    if (!again_.empty()) {
        const milliseconds until = context_.options.api.request_timeout + commit_takes;
        complain(0, fmt::format("{} that hubspool may be sending just now: looked at again in {} s",
                                counted(again_.size(), "object"), until.count() / 1000));
        std::this_thread::sleep_for(until);
        is_second_look_ = true;
        if (auto looked = look_at(std::exchange(again_, {})); !looked)
            return complain(exit_failed, looked.error().message);
    }
    if (!context_.json) tell_end();
    if (!stopped_.empty()) complain(0, "HubSpot was not asked for all: " + stopped_);
    return exit_code();
}

result<void> verifying::look_at(const std::set<std::string>& object_ids) {
    auto delivered = gather_delivered(context_, object_ids);
    if (!delivered) return delivered.error();
    unknown_ += std::erase_if(*delivered, [](const auto& one) { return one.values.empty(); });
    if (delivered->empty())
        return failure{"nothing of what is chosen was acknowledged by HubSpot, as far as the "
                       "history goes back"};
    if (unknown_ > 0 && !is_second_look_)
        complain(0, fmt::format("of {} nothing was acknowledged, as far as the history goes back",
                                counted(unknown_, "object")));
    auto portal = portal_of_history(context_.options.state.directory);
    if (!portal) return portal.error();
    event_round round{std::move(*portal), {}, present_limit(context_.options), {}};
    for (const delivered_object& object : *delivered) round.object_ids.push_back(object.object_id);
    round.take = [&](std::size_t place, const std::optional<told_event>& event,
                     const defined_properties* known) {
        take(std::move((*delivered)[place]), event, known);
    };
    if (!is_second_look_) tell_begin(delivered->size());
    refuse_core_dumps(); // the token is read from here on
    const asked_events asked = ask_for_events(context_.options, round);
    for (const finding& one : asked.found)
        if (one.level != finding::good) complain(0, one.subject + ": " + one.words);
    stopped_ = asked.stopped;
    return {};
}

void verifying::tell_begin(std::size_t objects) const {
    if (context_.json) return;
    const std::string seed =
        arguments_.sample == 0 ? "" : fmt::format(", a sample by --seed {}", arguments_.seed);
    print("{} are asked for, with {}{}\n", counted(objects, "object"),
          counted(objects + questions_before_events, "request"), seed);
}

void verifying::take(delivered_object delivered, const std::optional<told_event>& event,
                     const defined_properties* known) {
    const verified_object object = verified(std::move(delivered), event, known);
    if (may_be_under_way(object))
        again_.insert(object.delivered.object_id);
    else
        tell(object);
}

// A daemon may have sent newer values, of which the answer, or its commit, is still to come.
bool verifying::may_be_under_way(const verified_object& object) const {
    if (is_second_look_ || object.match() != object_match::differs) return false;
    const auto changed = iso_instant(object.updated_at);
    const milliseconds recent = context_.options.api.request_timeout + clocks_differ_by;
    const bool is_recent = !changed || wall_now() - wall_time(milliseconds(*changed)) < recent;
    return is_recent && find_daemon(context_.options).has_value();
}

void verifying::tell(const verified_object& object) {
    const auto match = object.match();
    ++asked_;
    differing_ += match == object_match::differs ? 1 : 0;
    gone_ += match == object_match::gone ? 1 : 0;
    uncompared_ += match == object_match::not_compared ? 1 : 0;
    for (const matched_field& field : object.fields)
        if (field.match == field_match::not_compared) ++untold_fields_[field.note];
    repair_.add(object);
    if (context_.json) {
        repair_command of_it(config_);
        of_it.add(object);
        json_writer json;
        put_verified(json, object, of_it.text());
        print_json(json);
    } else if (match == object_match::differs || match == object_match::gone) {
        print_text(verified_text(object));
    }
}

void verifying::tell_end() const {
    print("{} asked for: {} as delivered, {} differ, {} not there\n", counted(asked_, "object"),
          asked_ - differing_ - gone_ - uncompared_, differing_, gone_);
    for (const auto& [why, fields] : untold_fields_)
        print("{} not compared: {}\n", counted(fields, "field"), why);
    if (const std::string command = repair_.text(); !command.empty())
        print("to send again what differs, and then the daemon or `drain` sends it:\n  {}\n",
              command);
}

int verifying::exit_code() const {
    if (differing_ + gone_ > 0) return exit_dead_letters;
    if (asked_ == 0) return exit_failed;
    const bool is_whole = stopped_.empty() && left_out_ + unknown_ + uncompared_ == 0;
    return is_whole ? exit_done : exit_stopped;
}

} // namespace

int run_verify(const command_context& context, const verify_arguments& arguments) {
    if (!arguments.chooses_any())
        return complain(exit_usage, "verify what? Say --object, --file, --since or --sample");
    if (std::ranges::count(arguments.object_ids, "") > 0)
        return complain(exit_usage, "--object: which? It is empty");
    if (std::ranges::count(arguments.files, "") > 0)
        return complain(exit_usage, "--file: which? Its name is empty");
    const auto chosen = choose_objects(context, arguments);
    if (!chosen) return complain(exit_failed, chosen.error().message);
    return verifying(context, arguments).run(*chosen);
}

} // namespace hubspool
