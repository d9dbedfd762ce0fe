#include "base/clocks.hpp"
#include "base/json_writer.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/history.hpp"
#include "cli/live_daemon.hpp"
#include "cli/printing.hpp"
#include "cli/state_owner.hpp"
#include "cli/terminal.hpp"
#include "core/records/object_id.hpp"
#include "core/words/printable.hpp"
#include "state/ledger/ledger_survey.hpp"

#include <fmt/core.h>

#include <unistd.h>

#include <cerrno>

namespace hubspool {

namespace {

constexpr std::uint64_t differences_shown_max = 20;

wall_time time_of(as_of_ms as_of) {
    return wall_time(milliseconds(static_cast<std::int64_t>(as_of)));
}

std::string key_text(const order_key& key) {
    if (key == order_key{}) return "nothing";
    return fmt::format("{} (record {} of file {})", iso_time(time_of(key.as_of)), key.ordinal + 1,
                       key.number);
}

// A custom property may have the name of a field.
std::string field_text(const field_key& field) {
    return (field.kind == field_kind::custom ? "customProperties/" : "") + printable(field.name);
}

void put_key(json_writer& json, std::string_view name, const order_key& key) {
    json.key(name);
    if (key == order_key{}) {
        json.null();
        return;
    }
    json.begin_object().key("as_of").value(iso_time(time_of(key.as_of)));
    json.key("file").value(key.number).key("ordinal").value(key.ordinal).end_object();
}

void put_field(json_writer& json, const field_key& field) {
    json.key("field").value(field.name);
    json.key("custom").value(field.kind == field_kind::custom);
}

void print_view(const ledger_view& view) {
    print("object {}, portal {}\n", one_line(view.entry.object_id, 200),
          view.portal.empty() ? "not proved yet" : view.portal);
    text_table table({"field", "+acknowledged", ">file", ">record", "+in doubt below"});
    for (const ledger_field& f : view.entry.fields) {
        const order_key& key = f.acknowledged;
        const bool is_known = key != order_key{};
        table.add({field_text(f.field), is_known ? iso_time(time_of(key.as_of)) : "-",
                   is_known ? std::to_string(key.number) : "-",
                   is_known ? std::to_string(key.ordinal + 1) : "-",
                   key < f.doubt ? key_text(f.doubt) : ""});
    }
    print_text(table.text(terminal_width(STDOUT_FILENO)));
    print("values are not kept: HubSpot has the present ones, and the files in done/ those that "
          "were sent\n");
    if (view.horizon != order_key{})
        print("what is older than {} is not sent: it becomes a dead letter, too_late\n",
              iso_time(time_of(view.horizon.as_of)));
}

void print_view_json(const ledger_view& view) {
    json_writer json;
    json.begin_object().key("object_id").value(view.entry.object_id);
    json.key("portal").value(view.portal);
    put_key(json, "horizon", view.horizon);
    json.key("fields").begin_array();
    for (const ledger_field& f : view.entry.fields) {
        json.begin_object();
        put_field(json, f.field);
        put_key(json, "acknowledged", f.acknowledged);
        put_key(json, "doubt", f.acknowledged < f.doubt ? f.doubt : order_key{});
        json.end_object();
    }
    json.end_array().end_object();
    print_json(json);
}

void print_difference(const command_context& context, const ledger_difference& found) {
    if (!context.json) {
        print("object {}, {}{}: the ledger has {}, the history {}\n",
              one_line(found.object_id, 200), field_text(found.field),
              found.doubt ? " in doubt" : "", key_text(found.in_ledger),
              key_text(found.in_history));
        return;
    }
    json_writer json;
    json.begin_object().key("object_id").value(found.object_id);
    put_field(json, found.field);
    json.key("doubt").value(found.doubt);
    put_key(json, "ledger", found.in_ledger);
    put_key(json, "history", found.in_history);
    json.end_object();
    print_json(json);
}

} // namespace

int run_ledger_show(const command_context& context, const ledger_arguments& arguments) {
    const std::string object_id(canonical_object_id(arguments.object_id));
    if (auto became = become_state_owner(context.options); !became)
        return complain(exit_failed, became.error().message);
    const auto view = open_what_is_made(
        context.options, [&] { return view_ledger(context.options.state.directory, object_id); });
    if (!view) return complain(exit_failed, view.error().message);
    if (context.json) print_view_json(*view);
    if (view->entry.fields.empty())
        return complain(exit_failed,
                        fmt::format("nothing of object {} was acknowledged, as far as the history "
                                    "goes back",
                                    one_line(object_id, 200)));
    if (!context.json) print_view(*view);
    return exit_done;
}

int run_ledger_check(const command_context& context) {
    if (auto became = become_state_owner(context.options); !became)
        return complain(exit_failed, became.error().message);
    std::uint64_t shown = 0;
    const auto found =
        compare_ledger(context.options.state.directory, [&](const ledger_difference& difference) {
            if (context.json || shown++ < differences_shown_max)
                print_difference(context, difference);
        });
    if (!found && found.error().code == ENOENT)
        return complain(exit_failed, "there is no ledger yet: it is made when something may be "
                                     "late, or by `hubspool ledger rebuild`");
    if (!found) return complain(exit_failed, found.error().message);
    if (found->differences > 0)
        return complain(exit_failed,
                        fmt::format("{} between the ledger and the history; stop hubspool and "
                                    "run `hubspool ledger rebuild`",
                                    counted(found->differences, "difference")));
    if (!context.json)
        print("the ledger of {} agrees with the history up to row {} of {}\n",
              counted(found->objects, "object"), found->rows, found->newest);
    if (!context.json && found->rows < found->newest)
        print("what is behind that row is taken in before it answers the next question\n");
    return exit_done;
}

int run_ledger_rebuild(const command_context& context) {
    // Becomes the state's owner, and says so where there is no state.
    if (auto store = open_for_reading(context); !store)
        return complain(exit_failed, store.error().message);
    const boot_time begun = boot_now();
    const auto done = rebuild_ledger(context.options.state.directory, [&](std::uint64_t rows) {
        print("{} of the history will be taken in\n", counted(rows, "row"));
    });
    if (!done && done.error().code == EBUSY)
        return complain(exit_failed,
                        "the ledger is in use, stop hubspool first: " + done.error().message);
    if (!done) return complain(exit_failed, done.error().message);
    print("done in {:.1f} s\n", static_cast<double>((boot_now() - begun).count()) / 1000.0);
    return exit_done;
}

} // namespace hubspool
