#include "base/clocks.hpp"
#include "base/json_writer.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/history.hpp"
#include "cli/letters/left_out_letters.hpp"
#include "cli/letters/letter_choice.hpp"
#include "cli/letters/letter_selection.hpp"
#include "cli/printing.hpp"
#include "core/books/retry_records.hpp"
#include "core/records/change_json.hpp"
#include "spool/arrivals/queue_writer.hpp"

#include <fmt/core.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

namespace hubspool {

namespace {

// What is sent, of those that were chosen.
struct retry_plan {
    std::vector<std::uint64_t> rows; // letters
    std::uint64_t records = 0, edited = 0, under_way = 0;
    left_out_letters left_out;
};

constexpr std::string_view forgotten =
    "what was delivered since is not known any more: look into HubSpot; --as-newest sends it all "
    "the same";

bool is_below(const dead_letter& letter, const order_key& horizon) {
    return std::any_of(letter.values.begin(), letter.values.end(),
                       [&](const auto& value) { return value.key < horizon; });
}

// Writes what is to be sent into the queue's tmp/ as it comes by; in a dry run nowhere.
class retry_writer {
public:
    // A record whose key lies below `horizon` would be too late.
    retry_writer(const command_context& context, const dead_letter_arguments& arguments,
                 const order_key& horizon)
        : arguments_(arguments), horizon_(horizon),
          decoder_({context.options.records.refuse_unknown_fields,
                    context.options.records.name_value_only}) {}

    result<void> open(const command_context& context) {
        auto made = queue_writer::open(context.options.queue.directory, lane::bulk,
                                       context.options.queue.ignore);
        if (!made) return made.error();
        file_ = std::move(*made);
        return {};
    }
    void take(const kept_dead_letter& kept) {
        const retry_records records = retry_records_of(kept.letter, arguments_.edits);
        if (records.lines.empty()) return plan_.left_out.add(kept.letter, records.why_not);
        // What would only die once more stays where it is.
        if (!arguments_.edits.as_newest && is_below(kept.letter, horizon_))
            return plan_.left_out.add(kept.letter, forgotten);
        if (const std::string why = why_bad(records.lines); !why.empty())
            return plan_.left_out.add(kept.letter, "it would die again: " + why);
        for (const std::string& line : records.lines) write(line + '\n');
        plan_.rows.push_back(kept.row);
        plan_.records += records.lines.size();
        plan_.edited += records.edited ? 1 : 0;
        plan_.under_way += kept.retried ? 1 : 0;
    }
    const retry_plan& plan() const { return plan_; }
    const std::optional<failure>& failed() const { return failed_; }
    // The file's name; from here on it is in the queue.
    result<std::string> finish() { return file_->finish("ndjson"); }

private:
    std::string why_bad(const std::vector<std::string>& lines) {
        decoded_block block;
        for (const std::string& line : lines) decoder_.decode(line, 0, 0, 1, block);
        return block.bad.empty() ? std::string() : block.bad.front().reason;
    }
    void write(const std::string& line) {
        if (!file_ || failed_) return;
        if (auto written = file_->write(line); !written) failed_ = written.error();
    }

    const dead_letter_arguments& arguments_;
    order_key horizon_;
    change_decoder decoder_;
    std::unique_ptr<queue_writer> file_;
    retry_plan plan_;
    std::optional<failure> failed_;
};

std::string plan_text(const retry_plan& plan) {
    return fmt::format("{} as {}", counted(plan.rows.size(), "dead letter"),
                       counted(plan.records, "record"));
}

void put_plan(json_writer& json, const retry_plan& plan, const letter_selection& found) {
    json.key("chosen").value(found.counts.letters()).key("letters").value(plan.rows.size());
    json.key("records").value(plan.records).key("edited").value(plan.edited);
    json.key("retried_before").value(plan.under_way).key("held").value(found.held);
    json.key("left_out").begin_object();
    for (const auto& [reason, letters] : plan.left_out.by_reason()) json.key(reason).value(letters);
    json.end_object();
}

void tell(const command_context& context, const dead_letter_arguments& arguments,
          const retry_plan& plan, const letter_selection& found, const std::string& name) {
    if (context.json) {
        json_writer json;
        json.begin_object().key("dry_run").value(arguments.dry_run);
        put_plan(json, plan, found);
        json.key("file");
        name.empty() ? json.null() : json.value(name);
        json.end_object();
        return print_json(json);
    }
    if (found.rows.empty())
        print("no dead letter is like that; nothing was sent\n");
    else if (plan.rows.empty())
        print("none of these can be sent; nothing was sent\n");
    else if (arguments.dry_run)
        print("{} would be sent once more\n", plan_text(plan));
    else
        print("bulk/{}  {}\n", name, plan_text(plan));
    if (plan.rows.empty()) return tell_held(context, found.held);
    const letter_edits& edits = arguments.edits;
    if (!edits.rename.empty() || !edits.set.empty()) print("{} of them changed\n", plan.edited);
    if (plan.under_way > 0)
        print("{} of them sent before, too, and not settled yet, which does no harm\n",
              plan.under_way);
    if (!name.empty())
        print(
            "they are struck when these records are delivered or superseded: `hubspool status`\n");
    tell_held(context, found.held);
}

// Exit code, if it ends here.
std::optional<int> ask(const dead_letter_arguments& arguments, const retry_plan& plan) {
    if (!arguments.edits.as_newest || arguments.yes || plan.rows.empty()) return std::nullopt;
    if (::isatty(STDIN_FILENO) != 1)
        return complain(exit_usage, "--as-newest overwrites what is newer in HubSpot, and nobody "
                                    "is there to be asked; --yes sends without asking");
    const bool agreed = is_agreed(
        fmt::format("send {} as new, over whatever is newer in HubSpot?", plan_text(plan)));
    if (!agreed) return complain(exit_failed, "nothing was sent");
    return std::nullopt;
}

result<order_key> horizon_of(const command_context& context) {
    const auto store = open_for_reading(context);
    if (!store) return store.error();
    const auto meta = (*store)->load_meta();
    if (!meta) return meta.error();
    return meta->horizon;
}

int complain_of_queue(const failure& why) {
    const bool full = why.code == ENOSPC || why.code == EDQUOT;
    return complain(full ? exit_try_again : exit_failed, why.message);
}

} // namespace

int run_dead_letters_retry(const command_context& context, const dead_letter_arguments& arguments) {
    if (const auto wrong = wrong_choice("retry", arguments); !wrong.empty())
        return complain(exit_usage, wrong);
    auto box = open_letters(context, arguments.dry_run ? dead_letter_box::access::look
                                                       : dead_letter_box::access::change);
    if (!box) return complain(exit_failed, box.error().message);
    const auto found = choose_letters(context, *box, arguments, held_letters::spared);
    if (!found) return complain(exit_failed, found.error().message + "; nothing was sent");

    const auto horizon = horizon_of(context);
    if (!horizon) return complain(exit_failed, horizon.error().message + "; nothing was sent");
    retry_writer writer(context, arguments, *horizon);
    if (!arguments.dry_run && !found->rows.empty()) {
        if (auto opened = writer.open(context); !opened) return complain_of_queue(opened.error());
    }
    auto read =
        each_letter(*box, found->rows, [&](const kept_dead_letter& kept) { writer.take(kept); });
    if (!read) return complain(exit_failed, read.error().message + "; nothing was sent");
    if (writer.failed()) return complain_of_queue(*writer.failed());
    const retry_plan& plan = writer.plan();
    plan.left_out.complain_of("sent");
    std::string name;
    if (!arguments.dry_run && !plan.rows.empty()) {
        if (const auto ended = ask(arguments, plan)) return *ended;
        auto finished = writer.finish();
        if (!finished) return complain_of_queue(finished.error());
        name = std::move(*finished);
        // The file is in the queue in any case: what follows only tells `list` and `status`.
        const auto noted = box->note_retried(plan.rows, name, wall_now());
        if (!noted)
            complain(exit_failed, fmt::format("bulk/{} is in the queue; that its letters were "
                                              "sent could not be noted: {}",
                                              name, noted.error().message));
    }
    tell(context, arguments, plan, *found, name);
    return plan.left_out.letters() == 0 ? exit_done : exit_dead_letters;
}

} // namespace hubspool
