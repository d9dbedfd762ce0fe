// The books of files over random reading, answers, commits and restarts, beside plain sets.
#include "core/books/queue_books.hpp"
#include "support/random_rounds.hpp"
#include "support/start_time.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace hubspool {
namespace {

// A file as plain sets know it.
struct modelled_file {
    std::uint64_t records = 0; // that it has
    std::uint64_t read = 0;    // of these
    bool read_to_end = false;
    bool end_is_known = false;           // by this run or one before
    std::map<std::uint64_t, fate> fates; // by ordinal
    std::vector<std::uint64_t> blocks{}; // first ordinals, ascending
    bool complete() const { return end_is_known && fates.size() == records; }
    fate_counts counts() const {
        fate_counts all;
        for (const auto& [ordinal, of] : fates) all.add(of);
        return all;
    }
    std::uint64_t first_open() const {
        std::uint64_t ordinal = 0;
        while (fates.contains(ordinal)) ++ordinal;
        return ordinal;
    }
};

class queue_books_model : public ::testing::Test {
protected:
    std::uint64_t below(std::uint64_t bound) { return random() % bound; }

    void begin_file() {
        const std::uint64_t number = ++last_number;
        files[number].records = below(200);
        file_row row;
        row.number = number;
        books.started(row);
    }
    void read_some() {
        for (auto& [number, file] : files) {
            if (file.read_to_end) continue;
            // One after the other, as the intake reads.
            file.blocks.push_back(file.read);
            books.block_read(number, {file.read * 10, file.read}, {1000, 0, {}, {}});
            file.read = std::min(file.records, file.read + 1 + below(60));
            if (file.read < file.records) return;
            file.read_to_end = file.end_is_known = true;
            books.read_to_end(number, file.records, {1000, 0, {}, {}}, now);
            return;
        }
    }
    // What was read and has no fate, of any file.
    void settle_some() {
        batch_outcome outcome;
        for (auto& [number, file] : files) {
            for (std::uint64_t ordinal = 0; ordinal < file.read; ++ordinal) {
                if (file.fates.contains(ordinal) || below(3) != 0) continue;
                const auto of = static_cast<fate>(below(4));
                file.fates[ordinal] = of;
                outcome.records.add({number, ordinal, of});
            }
        }
        books.settle(outcome, [](const settled_record& record) {
            ADD_FAILURE() << "file " << record.file << " record " << record.ordinal << " twice";
        });
    }
    void settle_again() {
        for (auto& [number, file] : files) {
            if (file.fates.empty()) continue;
            batch_outcome outcome;
            outcome.records.add({number, file.fates.begin()->first, fate::dead});
            int twice = 0;
            books.settle(outcome, [&](const settled_record&) { ++twice; });
            EXPECT_EQ(twice, 1) << "a record with two fates is told";
            return;
        }
    }
    void commit() {
        std::vector<file_row> rows;
        books.take_waiting_rows(now);
        books.close({wall_time(now.time_since_epoch()),
                     [](const file_row&) { return std::optional<std::uint64_t>(1000); },
                     [](const file_row&, const std::string& sums) { ADD_FAILURE() << sums; },
                     [this](const file_row& row) { overtaken.insert(row.number); }},
                    rows, records_in);
        books.written();
        for (const file_row& row : rows) durable[row.number] = row;
        expect_rows();
        expect_leaving();
    }
    void expect_rows() {
        for (const auto& [number, row] : durable) {
            const modelled_file& file = files.contains(number) ? files[number] : gone[number];
            EXPECT_EQ(row.counts, file.counts()) << number;
            EXPECT_EQ(row.settled.has_value(), file.complete()) << number;
            // All below the watermark has its fate, and reading can begin there.
            EXPECT_LE(row.watermark.ordinal, file.first_open()) << number;
            if (row.watermark.ordinal > 0) {
                EXPECT_TRUE(std::binary_search(file.blocks.begin(), file.blocks.end(),
                                               row.watermark.ordinal))
                    << number;
            }
            const fate_counts counts = file.counts();
            if (row.settled && counts.overtaken * 2 > counts.settled()) {
                EXPECT_TRUE(overtaken.contains(number)) << number;
            }
        }
    }
    void expect_leaving() {
        std::vector<std::uint64_t> expected;
        bool in_turn = true;
        for (const auto& [number, file] : files) {
            const bool is_settled = durable.contains(number) && durable[number].settled;
            if (!is_settled) in_turn = false;
            if (is_settled && (in_turn || file.records == 0)) expected.push_back(number);
        }
        EXPECT_EQ(books.may_leave(), expected);
    }
    // Right after a commit, as the state thread does it.
    void move_some() {
        commit();
        for (const std::uint64_t number : books.may_leave()) {
            if (below(3) == 0) break; // the disk is slow
            books.left(number);
            gone[number] = files[number];
            files.erase(number);
        }
        EXPECT_EQ(books.size().files, files.size());
    }
    // Everything that was not durable is lost, and what was read is read again from the watermark.
    void restart() {
        commit();
        queue_books next;
        for (auto& [number, file] : files) {
            if (!durable.contains(number)) {
                // Nothing of it was recorded: it is begun anew.
                EXPECT_TRUE(file.fates.empty());
                file.read = 0;
                file.read_to_end = file.end_is_known = false;
                file.blocks.clear();
                file_row row;
                row.number = number;
                next.started(row);
                continue;
            }
            open_file open;
            open.row = durable[number];
            open.book.counts = open.row.counts;
            open.book.watermark = open.row.watermark;
            open.book.records_in = open.row.records_in;
            open.book.settled.raise_base(open.row.watermark.ordinal);
            for (const auto& [ordinal, of] : file.fates)
                if (ordinal >= open.row.watermark.ordinal) open.book.settled.insert(ordinal);
            next.restore(std::move(open));
            if (durable[number].settled) continue;
            file.read = durable[number].watermark.ordinal;
            file.read_to_end = false;
            file.end_is_known = durable[number].records_in.has_value();
            std::erase_if(file.blocks, [&](std::uint64_t block) { return block > file.read; });
        }
        books = std::move(next);
    }

    queue_books books;
    std::mt19937_64 random{20261130};
    boot_time now = start;
    std::map<std::uint64_t, modelled_file> files, gone;
    std::map<std::uint64_t, file_row> durable;
    std::set<std::uint64_t> overtaken;
    std::uint64_t last_number = 0, records_in = 0;
};

TEST_F(queue_books_model, rows_watermarks_and_leaving_files_are_what_plain_sets_say) {
    for (int round = 0; round < testing::random_rounds(2500); ++round) {
        now += milliseconds(below(400));
        switch (below(12)) {
        case 0:
            if (files.size() < 8) begin_file();
            break;
        case 1:
        case 2:
        case 3: read_some(); break;
        case 4:
        case 5:
        case 6: settle_some(); break;
        case 7: settle_again(); break;
        case 8: restart(); break;
        case 9: move_some(); break;
        default: commit();
        }
        if (HasFailure()) FAIL() << "in round " << round;
    }
    // In the end all of it leaves.
    for (int turn = 0; turn < 1000 && !files.empty(); ++turn) {
        now += milliseconds(400);
        read_some();
        settle_some();
        commit();
        move_some();
    }
    EXPECT_TRUE(files.empty());
    std::uint64_t all = 0;
    for (const auto& [number, file] : gone) all += file.records;
    EXPECT_EQ(records_in, all) << "each record is counted once, over restarts too";
}

} // namespace
} // namespace hubspool
