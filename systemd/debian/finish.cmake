# What Debian wants of the files of a package, before CPack packs them: changelogs, copyright, packed pages,
# and times that do not tell when it was built.
set(root ${CPACK_TEMPORARY_INSTALL_DIRECTORY})
set(doc ${root}/usr/share/doc/hubspool)
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC) # of SOURCE_DATE_EPOCH

function(run)
    execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

configure_file(${CPACK_HUBSPOOL_SOURCE}/systemd/debian/copyright ${doc}/copyright COPYONLY)
configure_file(${CPACK_HUBSPOOL_SOURCE}/CHANGELOG.md ${doc}/changelog COPYONLY)
configure_file(${CPACK_HUBSPOOL_SOURCE}/systemd/debian/lintian-overrides
    ${root}/usr/share/lintian/overrides/hubspool COPYONLY)
file(WRITE ${doc}/changelog.Debian "hubspool (${CPACK_HUBSPOOL_VERSION}) unstable; urgency=medium

  * Packaged from its repository; the changelog beside this one says what
    changed.

 -- ${CPACK_DEBIAN_PACKAGE_MAINTAINER}  ${date}
")
file(GLOB packed ${doc}/changelog ${doc}/changelog.Debian ${root}/usr/share/man/man*/*)
run(gzip -9n ${packed})
run(chmod -R u=rwX,go=rX ${root})
run(find ${root} -exec touch -h -d @$ENV{SOURCE_DATE_EPOCH} {} +)
