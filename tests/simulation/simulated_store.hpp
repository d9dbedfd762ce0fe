// The state as the simulated world keeps it: rows, batches and marks. A commit is whole or not at
// all, and survives everything but the loss of the database.
#pragma once

#include "core/books/commit_unit.hpp"
#include "core/books/meta.hpp"
#include "core/books/start_plan.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace hubspool::simulation {

class simulated_store {
public:
    // As hubspool once did: a start takes the rows above a mark that trimming has noted. Only to
    // show that the simulation finds what comes of it.
    bool rows_by_mark = false;

    // One copy of the database.
    struct image {
        hubspool::meta meta;
        std::map<std::uint64_t, file_row> files;
        struct batch {
            std::uint64_t number = 0; // of the row
            std::uint64_t newest_file = 0;
            wall_time finished = {};
            settled_records records;
            settled_changes changes;
        };
        std::vector<batch> batches;
        std::uint64_t rows = 0;         // that were ever written
        std::uint64_t epoch = 0;        // another one after the database was lost
        order_key horizon;              // below it acknowledgements may be forgotten
        std::uint64_t noted_lowest = 0; // for rows_by_mark
    };
    const image& now() const { return now_; }
    void restore(image copy) { now_ = std::move(copy); }

    void commit(const commit_unit& unit);
    void begin_run(std::uint64_t run, const std::string& state_id);
    // `keep_from`: no row goes that tells of a key as large.
    void trim(wall_time before, std::uint64_t lowest_cur, const order_key& keep_from);
    void begin_epoch(std::uint64_t epoch, const order_key& horizon);

    std::vector<file_row> load_files(std::uint64_t from) const;
    template <class Visit>
    void load_settled(std::uint64_t from, Visit visit) const {
        for (const image::batch& batch : now_.batches)
            for (const settled_record& record : batch.records)
                if (record.file >= from) visit(record);
    }

private:
    image now_;
};

} // namespace hubspool::simulation
