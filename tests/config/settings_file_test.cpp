#include "config/settings_yaml.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace hubspool {
namespace {

using ::testing::HasSubstr;

std::string only_error_of_file(const std::string& path) {
    const auto errors = load_settings(path).errors;
    EXPECT_EQ(errors.size(), 1U);
    return errors.empty() ? "" : errors[0].message;
}

TEST(settings_file, file_is_read) {
    const temp_dir dir;
    const std::string path = dir.file("h.yaml");
    std::ofstream(path) << "batch:\n  max_inputs: 7\n";
    const auto loaded = load_settings(path);
    EXPECT_TRUE(loaded.errors.empty());
    EXPECT_EQ(loaded.values.batch.max_inputs, 7U);
}

TEST(settings_file, errors_carry_the_files_path) {
    const temp_dir dir;
    const std::string path = dir.file("h.yaml");
    std::ofstream(path) << "batch:\n  max_inputs: 700\n";
    EXPECT_THAT(only_error_of_file(path), HasSubstr(path + ":2:15: batch.max_inputs"));
}

TEST(settings_file, missing_file_is_an_error_and_not_all_defaults) {
    EXPECT_THAT(only_error_of_file("/nonexistent/h.yaml"),
                HasSubstr("/nonexistent/h.yaml: cannot be read: No such file"));
}

TEST(settings_file, fifo_and_directory_are_refused_without_waiting) {
    const temp_dir dir;
    ASSERT_EQ(::mkfifo(dir.file("fifo").c_str(), 0600), 0);
    EXPECT_THAT(only_error_of_file(dir.file("fifo")), HasSubstr("is not a regular file"));
    EXPECT_THAT(only_error_of_file(dir.path().string()), HasSubstr("is not a regular file"));
}

TEST(settings_file, huge_file_is_refused) {
    const temp_dir dir;
    const std::string path = dir.file("h.yaml");
    std::ofstream(path).close();
    std::filesystem::resize_file(path, 64ULL << 20);
    EXPECT_THAT(only_error_of_file(path), HasSubstr("is larger than 1MiB"));
}

} // namespace
} // namespace hubspool
