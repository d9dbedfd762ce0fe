// The records that an answer settled, with their fates.
//
// A batch has a hundred objects, an object often a hundred records, and a number of batches wait
// for their commit: so a record takes some three bytes instead of 24. An object's records come in
// the order of their file, and each is coded against the one before. Kept in the order of adding.
// A value. Pure.
#pragma once

#include "core/books/fate.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <string>

namespace hubspool {

// One record's final fate.
struct settled_record {
    std::uint64_t file = 0;
    std::uint64_t ordinal = 0;
    hubspool::fate fate = fate::delivered;
    friend bool operator==(const settled_record&, const settled_record&) = default;
};

// Records by their fates.
struct fate_counts {
    std::uint64_t delivered = 0, superseded = 0, dead = 0;
    std::uint64_t overtaken = 0; // of the superseded ones
    std::uint64_t unchanged = 0;
    std::uint64_t settled() const { return delivered + superseded + unchanged + dead; }
    void add(fate what) {
        switch (what) {
        case fate::delivered: ++delivered; break;
        case fate::superseded: ++superseded; break;
        case fate::dead: ++dead; break;
        case fate::overtaken: ++superseded, ++overtaken; break;
        case fate::unchanged: ++unchanged; break;
        }
    }
    fate_counts& operator+=(const fate_counts& other) {
        delivered += other.delivered;
        superseded += other.superseded;
        dead += other.dead;
        overtaken += other.overtaken;
        unchanged += other.unchanged;
        return *this;
    }
    friend bool operator==(const fate_counts&, const fate_counts&) = default;
};

class settled_records {
public:
    settled_records() = default;
    settled_records(std::initializer_list<settled_record> records) {
        for (const settled_record& record : records) add(record);
    }

    void reserve(std::size_t records) { coded_.reserve(records * usual_bytes); }
    void add(const settled_record& record);

    std::size_t size() const { return counts_.settled(); }
    bool empty() const { return coded_.empty(); }
    const fate_counts& counts() const { return counts_; }
    std::uint64_t newest_file() const { return newest_file_; } // 0: none
    // Bytes it holds beside itself.
    std::size_t bytes_apart() const { return coded_.capacity(); }

    // One after the other; they must not change meanwhile.
    class iterator {
    public:
        iterator(const char* at, const char* end) : next_(at), end_(end) { ++*this; }
        const settled_record& operator*() const { return record_; }
        const settled_record* operator->() const { return &record_; }
        iterator& operator++();
        friend bool operator==(const iterator& at, std::default_sentinel_t) {
            return at.next_ == nullptr;
        }

    private:
        const char* next_; // behind the record; nothing: past the last one
        const char* end_;
        settled_record record_;
    };
    iterator begin() const { return {coded_.data(), coded_.data() + coded_.size()}; }
    std::default_sentinel_t end() const { return {}; }

private:
    static constexpr std::size_t usual_bytes = 4;

    std::string coded_;
    settled_record last_;
    fate_counts counts_;
    std::uint64_t newest_file_ = 0;
};

} // namespace hubspool
