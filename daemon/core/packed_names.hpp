// A list of names in one piece of memory: a settled batch holds some hundreds, and is handed from
// one thread to another.
#pragma once

#include "core/varint.hpp"

#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>

namespace hubspool {

class packed_names {
public:
    using value_type = std::string_view;

    packed_names() = default;
    packed_names(std::initializer_list<std::string_view> names) {
        for (const std::string_view name : names) add(name);
    }

    void add(std::string_view name) {
        put_string(coded_, name);
        ++size_;
    }
    std::size_t size() const { return size_; }

    class const_iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = std::string_view;
        using difference_type = std::ptrdiff_t;
        using pointer = const std::string_view*;
        using reference = std::string_view;

        explicit const_iterator(std::string_view rest) : rest_(rest) {}
        std::string_view operator*() const {
            std::string_view rest = rest_;
            return get_string(rest);
        }
        const_iterator& operator++() {
            get_string(rest_);
            return *this;
        }
        friend bool operator==(const const_iterator& a, const const_iterator& b) {
            return a.rest_.size() == b.rest_.size();
        }

    private:
        std::string_view rest_;
    };
    const_iterator begin() const { return const_iterator(coded_); }
    const_iterator end() const { return const_iterator({}); }

    friend bool operator==(const packed_names&, const packed_names&) = default;

private:
    std::string coded_;
    std::size_t size_ = 0;
};

} // namespace hubspool
