#include "state/letters/dead_letter_box.hpp"

#include "base/clocks.hpp"
#include "state/database_file.hpp"
#include "state/letters/dead_letter_log.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace hubspool {

namespace {

// A step holds the write lock for some milliseconds: the daemon commits in between.
constexpr std::size_t rows_a_step = 500;
constexpr int files_a_second_max = 1000;

// 20261130T011200Z
std::string file_stamp(wall_time at) {
    std::string text = iso_time(at);
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    return text.substr(0, text.find('.')) + 'Z';
}

// Two in one second get two files.
result<dead_letter_log> create_file(const std::string& directory, wall_time now) {
    const std::string stem = "dead-letters.dropped-" + file_stamp(now);
    auto made = dead_letter_log::create(directory, stem + ".ndjson");
    for (int other = 2; !made && made.error().code == EEXIST && other < files_a_second_max; ++other)
        made = dead_letter_log::create(directory, fmt::format("{}-{}.ndjson", stem, other));
    return made;
}

} // namespace

result<dead_letter_box> dead_letter_box::open(const std::string& directory, access how) {
    auto db = open_database(directory, how == access::look ? database::mode::read_only
                                                           : database::mode::write);
    if (!db) return db.error();
    return dead_letter_box(directory, std::move(*db));
}

result<void> dead_letter_box::visit(const std::function<bool(const kept_dead_letter&)>& visit) {
    return visit_dead_letter_rows(db_, visit);
}

result<std::optional<kept_dead_letter>> dead_letter_box::load(std::uint64_t row) {
    return load_dead_letter_row(db_, row);
}

result<dead_letter_box::dropped> dead_letter_box::drop(const std::vector<std::uint64_t>& rows,
                                                       wall_time now) {
    dropped done;
    if (rows.empty()) return done;
    // The file is durable before the first row changes: nothing is ever in neither of them.
    auto written = write_down(rows, now);
    if (!written) return written.error();
    done.file = std::move(*written);
    if (done.file.empty()) return done;
    const auto dropping = [&](std::uint64_t row) { return drop_dead_letter_row(db_, row, now); };
    if (auto marked = mark(rows, dropping, done.letters); !marked)
        return not_marked(marked.error(), done);
    return done;
}

result<std::uint64_t> dead_letter_box::hold(const std::vector<std::uint64_t>& rows,
                                            std::optional<wall_time> since) {
    std::uint64_t letters = 0;
    auto marked = mark(
        rows, [&](std::uint64_t row) { return hold_dead_letter_row(db_, row, since); }, letters);
    if (!marked) return marked.error();
    return letters;
}

result<std::uint64_t> dead_letter_box::note_retried(const std::vector<std::uint64_t>& rows,
                                                    const std::string& name, wall_time now) {
    std::uint64_t letters = 0;
    auto marked = mark(
        rows, [&](std::uint64_t row) { return note_dead_letter_retried(db_, row, name, now); },
        letters);
    if (!marked) return marked.error();
    return letters;
}

failure dead_letter_box::not_marked(const failure& why, const dropped& done) const {
    // Taken back for certain: the letters are where they were, and the file would only fill the
    // disk.
    if (done.letters == 0 && (why.code == ENOSPC || why.code == EBUSY)) {
        (void)::unlink(done.file.c_str());
        return {why.message + "; nothing was dropped", why.code};
    }
    return {fmt::format("{}; {} dead letters were dropped, all that were to be are in {}",
                        why.message, done.letters, done.file),
            why.code};
}

result<std::string> dead_letter_box::write_down(const std::vector<std::uint64_t>& rows,
                                                wall_time now) {
    auto file = create_file(directory_, now);
    if (!file) return file.error();
    const auto letters = fill(*file, rows);
    if (letters && *letters > 0) return file->path();
    // On a full disk half a file is worse than none.
    (void)::unlink(file->path().c_str());
    if (letters) return std::string();
    return failure{letters.error().message + "; nothing was dropped", letters.error().code};
}

result<std::uint64_t> dead_letter_box::fill(dead_letter_log& file,
                                            const std::vector<std::uint64_t>& rows) {
    std::uint64_t letters = 0;
    for (const std::uint64_t row : rows) {
        const auto kept = load_dead_letter_row(db_, row);
        if (!kept) return kept.error();
        // Somebody else has dropped it meanwhile: it is in that one's file. Or it was struck.
        if (!*kept || !(*kept)->is_open()) continue;
        if (auto done = file.append((*kept)->letter, (*kept)->died); !done) return done.error();
        ++letters;
    }
    if (auto done = file.sync(); !done) return done.error();
    return letters;
}

result<void> dead_letter_box::mark(const std::vector<std::uint64_t>& rows, const change& each,
                                   std::uint64_t& letters) {
    const std::uint64_t* const end = rows.data() + rows.size();
    for (const std::uint64_t* from = rows.data(); from != end;) {
        const std::uint64_t* const to =
            from + std::min<std::size_t>(rows_a_step, static_cast<std::size_t>(end - from));
        if (auto marked = mark_step(from, to, each, letters); !marked) return marked;
        // Where no daemon runs nobody else does: the log of changes would grow with each step.
        if (auto moved = db_.checkpoint_if_due(); !moved) return moved;
        from = to;
    }
    return {};
}

result<void> dead_letter_box::mark_step(const std::uint64_t* from, const std::uint64_t* to,
                                        const change& each, std::uint64_t& letters) {
    if (auto begun = db_.begin(); !begun) return begun;
    std::uint64_t marked = 0;
    for (; from != to; ++from) {
        const auto done = each(*from);
        if (!done) {
            db_.roll_back();
            return done.error();
        }
        marked += *done ? 1 : 0;
    }
    if (auto done = db_.commit(); !done) {
        db_.roll_back();
        return done;
    }
    letters += marked;
    return {};
}

} // namespace hubspool
