// What a producer does wrong, as far as its directories show it: tmp/, and new/ and bulk/, into
// which it renames what is finished.
//
// Takes what inotify(7) tells, in its order. A fault is told once a file. Pure.
#pragma once

#include "spool/arrivals/left_alone_names.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hubspool {

class producer_conduct {
public:
    enum class place : std::uint8_t { tmp, live, bulk };
    enum class act : std::uint8_t {
        made,      // a name is there that no rename has brought: a new file, or a link
        written,   // its bytes changed
        moved_in,  // by a rename
        moved_out, // by a rename, of hubspool or the producer
        deleted,
    };
    struct event {
        place where = place::live;
        act what = act::made;
        std::string name;
        // Where one has looked: what speaks against reading it, and when it was moved (0: unknown).
        std::string obstacle = {};
        std::int64_t ctime_ns = 0;
    };
    struct fault {
        bool is_harmless = false; // nothing is lost by it
        std::string file;         // new/NAME
        std::string words;        // what is wrong, and what to do
    };

    // `tick_ns`: how far apart the file system's stamps are.
    producer_conduct(left_alone_names left_alone, std::int64_t tick_ns)
        : left_alone_(std::move(left_alone)), tick_ns_(tick_ns) {}

    // What the producer did wrong with it.
    std::vector<fault> take(const event& seen);

    // That came into new/ and bulk/, and those of them that a fault does harm to. Names that are
    // left alone are no files.
    std::size_t files() const { return files_; }
    std::size_t faulty_files() const { return faulty_; }
    // That came into tmp/, and lie there still.
    std::size_t unfinished_files() const;

    static std::string_view directory(place where);

private:
    // Files that are known at a time; of further ones only the rename is looked at.
    static constexpr std::size_t stories_max = 100'000;
    struct story {
        bool is_renamed = false;                   // into the directory; else it was made there
        bool is_written = false;                   // in the directory
        bool is_warned = false, is_faulty = false; // a fault without and with harm was told
    };
    struct arrival {
        std::string name;
        std::int64_t ctime_ns = 0;
    };
    using file = std::pair<place, std::string>;

    void come(const event& seen, std::vector<fault>& out);
    void look_at_order(const event& seen, std::vector<fault>& out);
    void change(const event& seen, std::vector<fault>& out);
    void tell(const event& seen, bool harmless, std::string words, std::vector<fault>& out);

    left_alone_names left_alone_;
    std::int64_t tick_ns_;
    std::map<file, story> stories_;
    std::map<place, arrival> newest_; // that came last
    std::size_t files_ = 0, faulty_ = 0;
};

} // namespace hubspool
