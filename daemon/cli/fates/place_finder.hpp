// Which object a record is of, by its file and ordinal: read in the file again, as long as that is
// kept.
//
// A file is read forward once, in blocks, and of each only where it begins is kept; blocks are kept
// while they are used. So memory is bounded, and records that lie near each other cost one reading.
// One thread.
#pragma once

#include "base/result.hpp"
#include "config/settings.hpp"
#include "core/books/file_row.hpp"
#include "core/records/decoded_block.hpp"
#include "spool/queue_survey.hpp"
#include "spool/reading/file_reader.hpp"
#include "state/fate_feed.hpp"

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hubspool {

struct record_place {
    std::string file;       // its producer's name; empty: the row of it is gone
    std::uint64_t line = 0; // 0: the file is gone, or is not what it was
    std::string object_id;  // empty: not known
    std::string reference;  // the producer's id of it
    std::string bad;        // why it is no record; empty: it is one
};

class place_finder {
public:
    // Both outlive it.
    place_finder(const settings& options, fate_feed& feed, const queue_survey& queue)
        : options_(options), feed_(feed), queue_(queue) {}

    result<record_place> find(std::uint64_t file, std::uint64_t ordinal);
    // The block that has the record, until the next call; null: the file is gone, or ends before.
    result<const decoded_block*> find_block(std::uint64_t file, std::uint64_t ordinal);

private:
    static constexpr std::size_t blocks_max = 128, files_max = 1000;

    struct known_file {
        std::optional<file_row> row;
        std::vector<read_point> begins = {{}}; // of blocks, as far as it was read
    };
    using block_name = std::pair<std::uint64_t, std::size_t>; // file, and place among its blocks
    struct kept_block {
        block_name name;
        decoded_block block;
    };

    result<known_file*> know(std::uint64_t file);
    result<const decoded_block*> block_of(std::uint64_t file, known_file& known,
                                          std::uint64_t ordinal);
    result<const decoded_block*> read(std::uint64_t file, known_file& known, std::size_t place);
    // Whether the reader at hand gives that block next.
    result<bool> go_to(const block_name& name, known_file& known);

    const settings& options_;
    fate_feed& feed_;
    const queue_survey& queue_;
    std::map<std::uint64_t, known_file> files_;
    // What was read last goes on: in a compressed file no other place is near.
    std::unique_ptr<file_reader> reader_;
    block_name next_ = {};         // that it gives
    std::list<kept_block> blocks_; // the one that was used last first
    std::map<block_name, std::list<kept_block>::iterator> places_;
};

} // namespace hubspool
