// The transaction that is being gathered: what goes into it, whether it is due, and how long it
// waits for more.
//
// A transaction costs much the same for one outcome as for ten. Where outcomes come faster than it
// takes to commit them, they wait for one another; else each is durable as soon as it can be. What
// the loop thread waits for before it sends (frontier, day, parks) waits for nothing. Pure. Owned
// by the state thread.
#pragma once

#include "core/books/commit_unit.hpp"
#include "core/books/queue_books.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

class group_commit {
public:
    // Since the commit before, at most.
    static constexpr milliseconds wait_max{3};

    // `before`: what the runs before have counted. `last_number`: the largest that was ever given.
    group_commit(const totals& before, std::uint64_t last_number)
        : totals_(before), last_number_(last_number) {}

    // `bytes`: what it holds of the budget of outcomes that wait for their commit.
    void add(batch_outcome outcome, std::size_t bytes);
    // Of a file that has left cur/ already.
    void add(file_row row);
    // Does not make a commit due: the number is also in the file's name.
    void number_given(std::uint64_t number);
    void raise_frontier(lane which, arrival upto);
    void count_day(day_count count);
    void replace_parks(std::vector<park_row> parks);
    // Of the credential; outcomes that were gathered before may be another one's.
    void change_portal(portal_change change);
    void stamp_given(as_of_ms stamp); // does not make a commit due, as above

    // Something is to be made durable, here or in the books.
    bool due(const queue_books& books) const { return due_ || books.has_rows(); }
    // How long the commit should wait for more outcomes; 0: not at all.
    milliseconds wait_for_more(const queue_books& books, boot_time now) const;
    // Completes it: closes the books of complete files, and adds rows and totals. It stays as it is
    // until committed().
    const commit_unit& close(queue_books& books, const queue_books::closing& how);

    // It is durable: what to tell of it. The next one begins.
    struct durable {
        std::vector<std::uint64_t> tickets; // of outcomes; 0 is none
        std::size_t bytes = 0;
        frontiers read_to; // {}: neither was raised
        std::optional<day_count> today;
    };
    durable committed(queue_books& books, boot_time now);

private:
    commit_unit unit_;
    std::size_t bytes_ = 0; // of outcomes in it
    bool due_ = false;
    totals totals_;
    std::uint64_t last_number_;
    std::size_t together_ = 0; // outcomes, in the commit before
    boot_time committed_at_ = {};
};

} // namespace hubspool
