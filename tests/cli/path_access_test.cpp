#include "cli/check/path_access.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace hubspool {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class path_access_test : public ::testing::Test {
protected:
    path_access_test() {
        std::filesystem::create_directories(dir_.path() / "closed" / "inner");
        file_ = dir_.file("closed/inner/hubspool.yaml");
        std::ofstream(file_) << "queue:\n";
    }
    ~path_access_test() override { ::chmod(closed().c_str(), 0700); }
    std::string closed() const { return dir_.file("closed"); }

    temp_dir dir_;
    std::string file_;
};

TEST_F(path_access_test, file_that_can_be_read_is_no_trouble) {
    EXPECT_EQ(why_not_readable(file_), std::nullopt);
    EXPECT_EQ(unsearchable_above(file_), "");
}

TEST_F(path_access_test, missing_file_is_told_without_a_remedy_for_rights) {
    const auto why = why_not_readable(dir_.file("none.yaml"));
    ASSERT_TRUE(why);
    EXPECT_THAT(*why, AllOf(HasSubstr("none.yaml: No such file"), Not(HasSubstr("chmod"))));
}

TEST_F(path_access_test, first_directory_that_cannot_be_passed_is_named) {
    EXPECT_EQ(unsearchable_above(dir_.file("none/inner/file")), dir_.file("none"));
    EXPECT_EQ(unsearchable_above(dir_.file("none")), "") << "itself is not above";
    EXPECT_EQ(unsearchable_above(dir_.file("closed/../none/file")), dir_.file("none"));
}

// Nothing is closed to root, so it becomes somebody else meanwhile.
class without_rights {
public:
    explicit without_rights(const std::filesystem::path& theirs) {
        if (::geteuid() != 0) return;
        for (const auto& each : std::filesystem::recursive_directory_iterator(theirs))
            EXPECT_EQ(::chown(each.path().c_str(), nobody, nobody), 0);
        EXPECT_EQ(::chown(theirs.c_str(), nobody, nobody), 0);
        was_root_ = ::seteuid(nobody) == 0;
    }
    ~without_rights() {
        if (!was_root_) return;
        EXPECT_EQ(::seteuid(0), 0);
    }
    without_rights(const without_rights&) = delete;
    without_rights& operator=(const without_rights&) = delete;

private:
    static constexpr uid_t nobody = 65534;
    bool was_root_ = false;
};

TEST_F(path_access_test, for_lack_of_rights_the_directory_or_the_file_is_to_be_mended) {
    const without_rights meanwhile(dir_.path());
    ::chmod(file_.c_str(), 0200);
    EXPECT_THAT(why_not_readable(file_).value_or(""), HasSubstr("sudo chmod 0644 " + file_));
    ::chmod(closed().c_str(), 0600);
    EXPECT_EQ(unsearchable_above(file_), closed());
    EXPECT_THAT(why_not_readable(file_).value_or(""), HasSubstr("sudo chmod o+x " + closed()));
}

} // namespace
} // namespace hubspool
