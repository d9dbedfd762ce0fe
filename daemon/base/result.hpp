// What a call that can fail in operation gives back: the value, or a sentence for a person.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace hubspool {

// `code` is an errno value where there is one (so that ENOSPC can be told from EIO), else 0.
// `message` says what happened, to which file or host, and what to do about it.
struct failure {
    std::string message;
    int code = 0;
};

template <class T>
class [[nodiscard]] result {
public:
    result(T value) : data_(std::move(value)) {}
    result(failure f) : data_(std::move(f)) {}

    explicit operator bool() const { return data_.index() == 0; }
    T& operator*() { return std::get<0>(data_); }
    const T& operator*() const { return std::get<0>(data_); }
    T* operator->() { return &std::get<0>(data_); }
    const T* operator->() const { return &std::get<0>(data_); }
    const failure& error() const { return std::get<1>(data_); }

private:
    std::variant<T, failure> data_;
};

template <>
class [[nodiscard]] result<void> {
public:
    result() = default;
    result(failure f) : failure_(std::move(f)), failed_(true) {}

    explicit operator bool() const { return !failed_; }
    const failure& error() const { return failure_; }

private:
    failure failure_;
    bool failed_ = false;
};

} // namespace hubspool
