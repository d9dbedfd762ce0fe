// The dead letters of a state, for who looks at them and puts them away; also beside a daemon that
// commits.
//
// Errors as in state/outcome_store.hpp; EACCES for who may not write, ENOENT and ESTALE as in
// state/database_file.hpp. Holds one letter at a time. One thread at a time.
#pragma once

#include "base/result.hpp"
#include "state/database.hpp"
#include "state/letters/dead_letter_rows.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

class dead_letter_log;

class dead_letter_box {
public:
    enum class access : std::uint8_t { look, change };
    static result<dead_letter_box> open(const std::string& directory, access how);

    // From new to old, dropped ones too, until `visit` says false. What it takes from the database
    // is of one moment; it should not wait for anybody meanwhile.
    result<void> visit(const std::function<bool(const kept_dead_letter&)>& visit);
    // By its row; nothing: it is gone.
    result<std::optional<kept_dead_letter>> load(std::uint64_t row);

    struct dropped {
        std::uint64_t letters = 0; // what another process dropped meanwhile is not counted
        std::string file;          // where they are now; empty: none was to be dropped
    };
    // Writes them into a file of its own beside dead-letters.ndjson, in its form and fsynced, then
    // marks the rows in steps of bounded size. A file that cannot be written whole is removed, and
    // nothing dropped; so it is on a full disk before the first step. What fails later leaves
    // letters that are in the file and not dropped.
    result<dropped> drop(const std::vector<std::uint64_t>& rows, wall_time now);

    // These mark rows in steps of bounded size, too, and give how many they did; what fails leaves
    // the steps before. Letters that are not open any more are left alone.
    //
    // A person has them in hand since then; nothing: not any more. Which are so already is not
    // counted.
    result<std::uint64_t> hold(const std::vector<std::uint64_t>& rows,
                               std::optional<wall_time> since);
    // They were put into the queue, as this file.
    result<std::uint64_t> note_retried(const std::vector<std::uint64_t>& rows,
                                       const std::string& name, wall_time now);

private:
    dead_letter_box(std::string directory, database db)
        : directory_(std::move(directory)), db_(std::move(db)) {}
    result<std::string> write_down(const std::vector<std::uint64_t>& rows, wall_time now);
    result<std::uint64_t> fill(dead_letter_log& file, const std::vector<std::uint64_t>& rows);
    // Changes a row; whether it did.
    using change = std::function<result<bool>(std::uint64_t row)>;
    // Adds to `letters` with each step.
    result<void> mark(const std::vector<std::uint64_t>& rows, const change& each,
                      std::uint64_t& letters);
    result<void> mark_step(const std::uint64_t* from, const std::uint64_t* to, const change& each,
                           std::uint64_t& letters);
    failure not_marked(const failure& why, const dropped& done) const;

    std::string directory_;
    database db_;
};

} // namespace hubspool
