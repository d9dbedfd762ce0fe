#include "state/ledger/ledger_reader.hpp"
#include "state/ledger/ledger_survey.hpp"
#include "state/ledger_fixture.hpp"

#include <fmt/format.h>

namespace hubspool {
namespace {

class ledger_reader_test : public ledger_fixture {
protected:
    std::map<std::tuple<std::string, field_kind, std::string>, order_key> read(std::size_t held) {
        std::map<std::tuple<std::string, field_kind, std::string>, order_key> found;
        auto reader = ledger_reader::open(where(), held);
        EXPECT_TRUE(works(reader));
        std::vector<std::string> ids;
        for (int i = 0; i < 41; ++i) ids.push_back(std::to_string(i));
        const auto answer = reader->ask(ids);
        EXPECT_TRUE(works(answer));
        EXPECT_EQ(answer->entries.size(), ids.size());
        for (std::size_t i = 0; i < ids.size(); ++i)
            EXPECT_EQ(answer->entries[i].object_id, ids[i]);
        for (const ledger_entry& entry : answer->entries)
            for (const ledger_field& f : entry.fields)
                if (f.acknowledged != order_key{})
                    found[{entry.object_id, f.field.kind, f.field.name}] = f.acknowledged;
        return found;
    }
    std::map<std::tuple<std::string, field_kind, std::string>, order_key> acknowledged_keys() {
        std::map<std::tuple<std::string, field_kind, std::string>, order_key> all;
        for (const auto& [name, key] : expected) {
            const auto& [id, kind, field, doubt] = name;
            if (!doubt) all[{id, kind, field}] = key;
        }
        return all;
    }
};

// Whether the rows behind the file are held, or are too many objects for that.
TEST_F(ledger_reader_test, says_what_was_acknowledged_by_the_file_and_the_rows_behind_it) {
    for (int round = 0; round < 4; ++round) {
        commit_at_random(30);
        EXPECT_EQ(read(1000), acknowledged_keys());
        EXPECT_EQ(read(3), acknowledged_keys());
        EXPECT_EQ(read(0), acknowledged_keys());
        expect_as_expected(); // the ledger takes the rows in
    }
}

// What died may have been applied before: then a value says nothing, whichever row came first.
TEST_F(ledger_reader_test, tells_the_same_keys_doubts_and_values_as_the_ledger) {
    std::vector<std::string> ids;
    for (int i = 0; i < 41; ++i) ids.push_back(std::to_string(i));
    const auto lines_of = [](const std::vector<ledger_entry>& entries) {
        std::set<std::string> lines;
        for (const ledger_entry& entry : entries)
            for (const ledger_field& f : entry.fields)
                lines.insert(fmt::format("{} {} {}: {} {} {}, doubt {} {} {}, value {} at {}",
                                         entry.object_id, static_cast<int>(f.field.kind),
                                         f.field.name, f.acknowledged.as_of, f.acknowledged.number,
                                         f.acknowledged.ordinal, f.doubt.as_of, f.doubt.number,
                                         f.doubt.ordinal, f.value.hash, f.value.at));
        return lines;
    };
    for (int round = 0; round < 6; ++round) {
        commit_at_random(30);
        std::vector<std::set<std::string>> read;
        for (const std::size_t held : {1000U, 3U, 0U}) {
            auto reader = ledger_reader::open(where(), held);
            ASSERT_TRUE(works(reader));
            read.push_back(lines_of(value_of(reader->ask(ids)).entries));
        }
        std::vector<ledger_entry> shown;
        for (const std::string& id : ids) shown.push_back(value_of(view_ledger(where(), id)).entry);
        const auto known_by_ledger = lines_of(looked_up(ids)); // which takes the rows in
        for (const auto& lines : read) EXPECT_EQ(lines, known_by_ledger);
        EXPECT_EQ(lines_of(shown), known_by_ledger);
    }
}

} // namespace
} // namespace hubspool
