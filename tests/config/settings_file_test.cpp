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

TEST(settings_file, file_of_a_mebibyte_is_read_and_one_of_a_byte_more_is_not) {
    const temp_dir dir;
    const std::string path = dir.file("h.yaml");
    const std::string keys = "batch:\n  max_inputs: 7\n#";
    std::ofstream(path) << keys << std::string((1U << 20) - keys.size(), 'x');
    EXPECT_EQ(load_settings(path).values.batch.max_inputs, 7U);
    std::ofstream(path, std::ios::app) << 'x';
    EXPECT_EQ(only_error_of_file(path), path + ": is larger than 1MiB: this is no configuration");
}

TEST(settings_file, link_to_a_file_is_read) {
    const temp_dir dir;
    std::ofstream(dir.file("h.yaml")) << "batch:\n  max_inputs: 7\n";
    std::filesystem::create_symlink("h.yaml", dir.file("link"));
    EXPECT_EQ(load_settings(dir.file("link")).values.batch.max_inputs, 7U);
}

TEST(settings_file, link_to_nothing_is_told_as_a_file_that_is_not_there) {
    const temp_dir dir;
    std::filesystem::create_symlink("nowhere", dir.file("link"));
    EXPECT_THAT(
        only_error_of_file(dir.file("link")),
        HasSubstr("cannot be read: No such file or directory; name the file with -c, or its "
                  "instance with -i"));
}

TEST(settings_file, name_with_a_file_in_the_place_of_a_directory_is_told) {
    const temp_dir dir;
    std::ofstream(dir.file("plain")) << "x";
    EXPECT_THAT(only_error_of_file(dir.file("plain/h.yaml")), HasSubstr("cannot be read: "));
}

TEST(settings_file, file_that_is_refused_leaves_all_defaults) {
    EXPECT_EQ(to_yaml(load_settings("/nonexistent/h.yaml").values), to_yaml(settings{}));
}

} // namespace
} // namespace hubspool
