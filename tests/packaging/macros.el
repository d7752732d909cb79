# SPDX-License-Identifier: LGPL-2.1-or-later
# What Red Hat's redhat-rpm-config, systemd-rpm-macros and meson define; Debian's rpm has none of it.
%dist .el9
%_docdir_fmt %%{NAME}
%_sharedstatedir /var/lib
%_unitdir %{_prefix}/lib/systemd/system
%_presetdir %{_prefix}/lib/systemd/system-preset
%_sysusersdir %{_prefix}/lib/sysusers.d
%_tmpfilesdir %{_prefix}/lib/tmpfiles.d
%_libexecdir %{_prefix}/libexec
%_libdir %{_prefix}/lib64
%debug_package %{nil}
%systemd_requires Requires(post): systemd \
Requires(preun): systemd \
Requires(postun): systemd \
%{nil}
%systemd_post() if [ $1 -eq 1 ] && [ -x /usr/bin/systemctl ]; then systemctl --no-reload preset %{?*} || : ; fi \
%{nil}
%systemd_preun() if [ $1 -eq 0 ] && [ -x /usr/bin/systemctl ]; then systemctl --no-reload disable --now --no-warn %{?*} || : ; fi \
%{nil}
%systemd_postun_with_restart() if [ $1 -ge 1 ] && [ -d /run/systemd/system ]; then systemctl try-restart %{?*} || : ; fi \
%{nil}
%meson meson setup --prefix=%{_prefix} --libexecdir=%{_libexecdir} --libdir=%{_libdir} --bindir=%{_bindir} --datadir=%{_datadir} \\\
    --mandir=%{_mandir} --sysconfdir=%{_sysconfdir} --wrap-mode=nodownload --auto-features=enabled --buildtype=plain \\\
    -Dc_args='-O2 -g -fstack-protector-strong' _rpmbuild
%meson_build ninja -C _rpmbuild %{?_smp_mflags}
%meson_install DESTDIR=%{buildroot} meson install -C _rpmbuild --no-rebuild --quiet
%meson_test meson test -C _rpmbuild --print-errorlogs
