#include "base/json_writer.hpp"
#include "cli/commands/commands.hpp"
#include "cli/plan/plan_making.hpp"
#include "cli/plan/plan_words.hpp"
#include "cli/printing.hpp"

namespace hubspool {

int run_plan(const command_context& context, const plan_arguments& arguments) {
    const auto plan = plan_drain(context, arguments);
    if (!plan) return complain(exit_failed, plan.error().message);
    const milliseconds window = context.options.rate_limit.window;
    if (context.json) {
        json_writer json;
        json.begin_object();
        put_plan(json, *plan, window);
        json.end_object();
        print_json(json);
    } else {
        print_text(plan_text(*plan, window));
        for (const std::string& body : plan->sample) print("{}\n", body);
    }
    // As the drain would end.
    const bool are_taken = !plan->online || plan->online->is_clean();
    const bool all_is_well = plan->sent.fates.dead == 0 && plan->left_out_total == 0 && are_taken;
    return all_is_well ? exit_done : exit_dead_letters;
}

} // namespace hubspool
