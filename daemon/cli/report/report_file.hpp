// The file that a report goes into: its old content stays until the new one is whole.
//
// Opened before anything is done, and before root becomes somebody else, who may not make files
// there: then, and where the name is no regular file, it is written in place.
#pragma once

#include "base/result.hpp"
#include "os/owned_descriptor.hpp"

#include <string>
#include <string_view>

namespace hubspool {

class report_file {
public:
    // Made when it is not there.
    // `option`: that named it, for messages.
    static result<report_file> open(const std::string& path, std::string option = "--report");

    result<void> write(std::string_view content);
    const std::string& path() const { return path_; }

private:
    report_file(std::string path, std::string option, owned_descriptor target)
        : path_(std::move(path)), option_(std::move(option)), target_(std::move(target)) {}
    // True: written. False: it may not be done so.
    result<bool> replace(std::string_view content);
    failure failed() const;

    std::string path_; // without links
    std::string option_;
    owned_descriptor target_;
};

} // namespace hubspool
