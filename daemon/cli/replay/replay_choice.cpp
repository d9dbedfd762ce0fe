#include "cli/replay/replay_choice.hpp"

#include "base/clocks.hpp"
#include "cli/commands/history.hpp"
#include "cli/printing.hpp"
#include "cli/queue_files.hpp"
#include "core/words/printable.hpp"
#include "spool/queue_names.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace hubspool {

namespace {

wall_time time_of(as_of_ms stamp) {
    return wall_time(milliseconds(static_cast<std::int64_t>(stamp)));
}

std::optional<std::uint64_t> number_in(std::string_view text) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    return error == std::errc{} && stopped == end ? std::optional(number) : std::nullopt;
}

// What the command line names.
class named_files {
public:
    explicit named_files(const std::vector<std::string>& names) {
        for (const std::string& name : names) {
            // Of a path the last part tells the file; so a whole line of `ls` may be given.
            const std::size_t slash = name.rfind('/');
            wanted_.push_back({name, name.substr(slash == std::string::npos ? 0 : slash + 1)});
        }
    }
    // `is_of_lane`: of the lane that is asked for.
    bool take(const claimed_file& file, bool is_of_lane) {
        const std::string whole = format_claimed_name(file);
        bool any = false;
        for (one& w : wanted_) {
            const bool is_it =
                w.name == whole || w.name == file.name || number_in(w.name) == file.number;
            if (is_it && is_of_lane) w.numbers.insert(file.number);
            w.is_of_other_lane = w.is_of_other_lane || (is_it && !is_of_lane);
            any = any || (is_it && is_of_lane);
        }
        return any;
    }
    // Why not each names one file; empty: each does.
    std::string fault(const std::vector<file_row>& rows) const {
        for (const one& w : wanted_) {
            if (w.numbers.empty() && w.is_of_other_lane)
                return printable(w.given) + " is of the other lane than --lane says";
            if (w.numbers.empty()) return missing(w, rows);
            if (w.numbers.size() == 1) continue;
            std::string numbers;
            for (const std::uint64_t number : w.numbers)
                if (numbers.size() < 100) numbers += fmt::format(" {}", number);
            return fmt::format("{} files in done/ are called {}: name one by its number, such "
                               "as{}",
                               w.numbers.size(), printable(w.given), numbers);
        }
        return {};
    }

private:
    struct one {
        std::string given, name;
        std::set<std::uint64_t> numbers = {}; // of files so called
        bool is_of_other_lane = false;        // one that is so called
    };
    static std::string missing(const one& w, const std::vector<file_row>& rows) {
        for (const file_row& row : rows) {
            const bool is_it = w.name == row.name || number_in(w.name) == row.number ||
                               w.name == format_claimed_name(file_of(row));
            if (is_it && !row.settled)
                return printable(w.given) + " is not settled yet: it is being delivered";
            if (is_it && row.keep_because)
                return printable(w.given) + " is in rejected/: mend it and submit it again; only "
                                            "what was settled is replayed";
            if (is_it)
                return printable(w.given) + " is not in done/ any more: settled files are kept for "
                                            "queue.retention";
        }
        return printable(w.given) + " is no file in done/, and no number or name of one";
    }

    std::vector<one> wanted_;
};

class time_choice {
public:
    time_choice(const replay_arguments& arguments, const std::vector<file_row>& rows)
        : since_(arguments.since.value_or(wall_time{})),
          until_(arguments.until.value_or(wall_time::max())) {
        for (const file_row& row : rows)
            if (row.settled) settled_.emplace(row.number, *row.settled);
    }
    bool has(const claimed_file& file, const std::string& day) const {
        if (time_of(file.order.stamp) > until_) return false;
        const auto known = settled_.find(file.number);
        if (known != settled_.end()) return known->second >= since_;
        // Its row is gone: within the day of its directory.
        return day >= iso_day(since_);
    }

private:
    wall_time since_, until_;
    std::map<std::uint64_t, wall_time> settled_;
};

// Why it cannot be replayed; empty: it can.
std::string why_not(const claimed_file& file, const order_key& horizon, bool as_newest) {
    if (as_newest) return {};
    if (file.order.stamp == 0)
        return "it was claimed by a version that noted no order; only with --as-newest";
    if (file.order.key({}, std::numeric_limits<std::uint64_t>::max()) >= horizon) return {};
    return fmt::format("what was delivered since is known only from {} on; only with --as-newest",
                       shown_time(time_of(horizon.as_of)));
}

file_base base_of(const claimed_file& file) {
    return file.order.base.value_or(file_base{file.order.stamp, file.number});
}

// Those that only wait for their turn to leave cur/.
result<std::vector<claimed_file>> settled_in_cur(const queue_survey& queue,
                                                 const std::vector<file_row>& rows) {
    std::set<std::uint64_t> settled;
    for (const file_row& row : rows)
        if (row.settled && !row.keep_because) settled.insert(row.number);
    std::vector<claimed_file> files;
    const auto visited = each_claimed(queue, [&](const claimed_file& file) {
        if (settled.contains(file.number)) files.push_back(file);
    });
    if (!visited) return visited.error();
    return files;
}

void leave_out(const std::vector<claimed_file>& in_cur, replay_choice& choice) {
    std::set<std::uint64_t> in_done; // by now, perhaps
    for (const done_file& found : choice.files) in_done.insert(found.file.number);
    for (const claimed_file& file : in_cur)
        if (!in_done.contains(file.number))
            choice.left_out.push_back({format_claimed_name(file),
                                       "it is settled, and comes to done/ when the files before it "
                                       "have left cur/; replay it then"});
}

void settle(replay_choice& choice, const order_key& horizon, bool as_newest) {
    std::sort(choice.files.begin(), choice.files.end(), [](const auto& a, const auto& b) {
        return std::pair(base_of(a.file).number, a.file.number) <
               std::pair(base_of(b.file).number, b.file.number);
    });
    std::vector<done_file> kept;
    for (done_file& found : choice.files) {
        if (const std::string why = why_not(found.file, horizon, as_newest); !why.empty()) {
            choice.left_out.push_back({found.path, why});
        } else if (!kept.empty() && base_of(kept.back().file) == base_of(found.file)) {
            ++choice.doubles; // the same records once more
        } else {
            choice.bytes += found.file.size;
            kept.push_back(std::move(found));
        }
    }
    // What is sent as new gets its place as its key: the newest values come last.
    if (as_newest)
        std::stable_sort(kept.begin(), kept.end(), [](const auto& a, const auto& b) {
            return a.file.order.key({}, 0) < b.file.order.key({}, 0);
        });
    choice.files = std::move(kept);
}

} // namespace

result<replay_choice> choose_files(const command_context& context,
                                   const replay_arguments& arguments) {
    auto store = open_for_reading(context);
    if (!store) return store.error();
    const auto known = (*store)->load_meta();
    if (!known) return known.error();
    const auto rows = (*store)->load_files(0);
    if (!rows) return rows.error();
    const auto queue = look_into_queue(context.options.queue);
    if (!queue) return queue.error();

    named_files named(arguments.files);
    const time_choice timed(arguments, *rows);
    const bool by_name = !arguments.files.empty();
    const auto is_chosen = [&](const claimed_file& file, const std::string& day) {
        const bool is_of_lane = !arguments.only || file.lane == *arguments.only;
        return by_name ? named.take(file, is_of_lane) : is_of_lane && timed.has(file, day);
    };
    // First, so that one that leaves meanwhile is met.
    auto in_cur = settled_in_cur(**queue, *rows);
    if (!in_cur) return in_cur.error();
    std::erase_if(*in_cur, [&](const claimed_file& file) { return !is_chosen(file, {}); });
    replay_choice choice;
    auto listed = (*queue)->visit_done(
        is_chosen, [&](done_file found) { choice.files.push_back(std::move(found)); });
    if (!listed) return listed.error();
    leave_out(*in_cur, choice);
    if (const std::string fault = by_name ? named.fault(*rows) : std::string(); !fault.empty())
        return failure{fault};
    settle(choice, known->horizon, arguments.as_newest);
    return choice;
}

} // namespace hubspool
