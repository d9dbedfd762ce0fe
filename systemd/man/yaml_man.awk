# Makes hubspool.yaml(5) of the commented configuration: its comments are the page's text, so the two cannot
# drift apart.
#
#   awk -f yaml_man.awk config/hubspool.yaml >hubspool.yaml.5

# As text of a page: no line that begins as a request, no escape, no hyphen that would be a dash.
function plain(text) {
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    if (text ~ /^[.']/) text = "\\&" text
    return text
}

function take_comment(  text) {
    text = comment
    comment = ""
    return text
}

# The sections that a line of this indentation lies in.
function leave_to(indent) {
    depth = int(indent / 4)
}

function prefix(  path, i) {
    path = ""
    for (i = 0; i < depth; ++i) path = path section[i] "."
    return path
}

BEGIN {
    print ".Dd December 1, 2026"
    print ".Dt HUBSPOOL.YAML 5"
    print ".Os"
    print ".Sh NAME"
    print ".Nm hubspool.yaml"
    print ".Nd configuration of hubspool"
    print ".Sh SYNOPSIS"
    print ".Pa /etc/hubspool/hubspool.yaml"
    print ".Sh DESCRIPTION"
    print "The file is YAML: sections, and in them keys with their values."
    print ".Xr hubspool 1"
    print "reads another one with"
    print ".Fl c"
    print "or"
    print ".Fl i ."
    print ".Pp"
}

/^#/ && !begun {
    sub(/^# ?/, "")
    print $0 == "" ? ".Pp" : plain($0)
    next
}
/^$/ && !begun { begun = 1; print ".Sh KEYS"; next }
/^ *#/ {
    sub(/^ *# ?/, "")
    comment = comment plain($0) "\n"
    next
}
/^ *[a-z_]+: *$/ {
    match($0, /^ */)
    leave_to(RLENGTH)
    name = $1
    sub(/:$/, "", name)
    section[depth] = name
    if (is_list) print ".El"
    printf ".Ss %s%s\n", prefix(), name
    printf "%s", take_comment()
    print ".Bl -tag -width Ds"
    is_list = 1
    next
}
/^ *[a-z_]+: / {
    match($0, /^ */)
    # Back from an inner section.
    if (int(RLENGTH / 4) < depth + 1 && RLENGTH / 4 < listed) {
        print ".El"
        leave_to(RLENGTH)
        printf ".Ss %s, further keys\n", substr(prefix(), 1, length(prefix()) - 1)
        print ".Bl -tag -width Ds"
    }
    leave_to(RLENGTH)
    listed = depth
    name = $1
    sub(/:$/, "", name)
    value = $0
    sub(/^ *[a-z_]+: /, "", value)
    printf ".It Sy %s%s\n", prefix(), name
    printf "%s", take_comment()
    if (value == "\"\"")
        print "Default: empty."
    else {
        value = plain(value)
        gsub(/"/, "\\(dq", value)
        printf "Default:\n.Li \"%s\"\n", value
    }
}
END {
    if (is_list) print ".El"
    print ".Sh SEE ALSO"
    print ".Xr hubspool 1 ,"
    print ".Xr hubspool 8"
}
