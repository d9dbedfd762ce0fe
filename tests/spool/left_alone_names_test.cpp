#include "spool/arrivals/left_alone_names.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

TEST(left_alone_names, scenario_61_of_uploads_under_way_are_left_alone) {
    const left_alone_names names;
    for (const char* name :
         {".a", "a.tmp", "a.TMP", "a.json.part", "a.json.filepart", "a.partial",
          "a.json.crdownload", "a.swp", "a.json~", "~$a.xlsx", "#a.json#", "a.inprogress", "a.!ut",
          "a.!qB", "a.uploading", "a.writing", "a.lock", "a.json._COPYING_", "_temporary"}) {
        EXPECT_TRUE(names.contain(name)) << name;
    }
}

TEST(left_alone_names, of_markers_and_sums_are_left_alone) {
    const left_alone_names names;
    for (const char* name :
         {"_SUCCESS", "_metadata", "_committed_123", "_started_123", "_spark_metadata",
          ".part-0.json.crc", "a.json.crc", "a.json.md5", "a.json.sha256", "SHA256SUMS.asc"}) {
        EXPECT_TRUE(names.contain(name)) << name;
    }
}

TEST(left_alone_names, of_finished_files_are_not_left_alone) {
    const left_alone_names names;
    for (const char* name :
         {"a", "a.json", "tmp", "part", "a.tmp.json", "a.parts", "part-00000", "_success_stories",
          "SUCCESS", "my_metadata", "a~b", "#a", "a.md", "a.done", "a.ready", "lock", "-", "~"}) {
        EXPECT_FALSE(names.contain(name)) << name;
    }
}

TEST(left_alone_names, of_the_list_match_themselves) {
    for (const std::string_view pattern : left_alone_names::own()) {
        std::string name(pattern);
        for (char& c : name)
            if (c == '*') c = 'x';
        EXPECT_TRUE(left_alone_names().contain(name)) << pattern;
    }
}

TEST(left_alone_names, configured_are_added_and_match_whole_names) {
    const left_alone_names names({"*.bak", "old-??.[0-9]", "exact"});
    for (const char* name : {"a.bak", "old-ab.7", "exact", "a.tmp"})
        EXPECT_TRUE(names.contain(name)) << name;
    for (const char* name : {"a.BAK", "a.bak2", "old-abc.7", "old-ab.x", "exactly", "a.json"})
        EXPECT_FALSE(names.contain(name)) << name;
}

} // namespace
} // namespace hubspool
