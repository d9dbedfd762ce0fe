# The Debian package, which scripts/package makes: what CPack is told.
set(HUBSPOOL_PACKAGE_VERSION "${PROJECT_VERSION}-1~local" CACHE STRING "version of the Debian package")
set(HUBSPOOL_PACKAGE_MAINTAINER "nobody <nobody@localhost>" CACHE STRING "who makes the Debian package")
set(parts ${CMAKE_CURRENT_BINARY_DIR}/debian)
set(version ${HUBSPOOL_PACKAGE_VERSION})
foreach(script preinst postinst prerm postrm)
    configure_file(${CMAKE_CURRENT_SOURCE_DIR}/debian/${script} ${parts}/${script} @ONLY)
endforeach()
file(WRITE ${parts}/conffiles "/etc/hubspool/hubspool.yaml\n")

# With a directory before it /etc is that of the package, too.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_GENERATOR DEB)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_SOURCE_DIR}/debian/finish.cmake)
set(CPACK_HUBSPOOL_SOURCE ${CMAKE_SOURCE_DIR})
set(CPACK_HUBSPOOL_VERSION ${version})

set(CPACK_PACKAGE_NAME hubspool)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_VERSION ${version})
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "${HUBSPOOL_PACKAGE_MAINTAINER}")
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
string(JOIN ", " CPACK_DEBIAN_PACKAGE_DEPENDS
    "ca-certificates" "tzdata" "init-system-helpers (>= 1.65)"
    "systemd | systemd-standalone-sysusers" "systemd | systemd-standalone-tmpfiles")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS systemd)
# An account may have a zone of an old name, such as US/Eastern. On Debian 12 tzdata has them.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "tzdata-legacy, bash-completion")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "deliver queued event changes to HubSpot")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"hubspool watches a local queue directory for change records of marketing
events, merges them per event, and sends the newest values to HubSpot within
the limits of its API. Nothing is lost or goes backwards over crashes,
outages and restarts; every record has a recorded fate.
.
It runs as a service, as a nightly delivery, or by hand.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${parts}/conffiles ${parts}/preinst ${parts}/postinst ${parts}/prerm ${parts}/postrm)
include(CPack)
