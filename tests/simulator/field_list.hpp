// The fields of one object and their values, kept small: a test may write a million objects.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace hubspool::simulator {

struct field_name {
    std::string text;
    bool custom = false;
};

// The names of all objects' fields, each once.
class field_names {
public:
    // Stays where it is.
    const field_name& named(std::string_view text, bool custom);

private:
    struct view {
        std::string_view text;
        bool custom;
    };
    struct in_order {
        using is_transparent = void;
        template <class A, class B>
        bool operator()(const A& a, const B& b) const {
            if (a.custom != b.custom) return b.custom;
            return std::string_view(a.text) < std::string_view(b.text);
        }
    };

    std::set<field_name, in_order> names_;
};

class field_list {
public:
    // Where a field begins; behind the last one: none.
    using place = std::size_t;

    // The field of that name. Looked for from `from` on, and then before it.
    place find(place from, std::string_view text, bool custom) const;
    bool has(place at) const { return at < bytes_.size(); }
    place after(place at) const { return at + sizeof(head) + head_at(at).value_bytes; }
    const field_name& name(place at) const { return *head_at(at).name; }
    std::string_view value(place at) const; // JSON text
    template <class Visit>
    void for_each(Visit visit) const { // in the order of first writing
        for (place at = 0; has(at); at = after(at)) visit(name(at), value(at));
    }
    std::size_t count() const;
    void set_value(place at, std::string_view value);
    // `name` outlives this, and is not in it yet.
    place append(const field_name& name, std::string_view value);

private:
    struct head { // its value follows
        const field_name* name;
        std::size_t value_bytes;
    };
    head head_at(place at) const;

    std::string bytes_; // all of it in one piece of memory
};

} // namespace hubspool::simulator
