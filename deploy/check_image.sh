#!/bin/bash
# Goes through deploy/Dockerfile where there is no Docker engine: runs its steps in Debian 12 trees made
# with debootstrap, then runs the program in the last stage, as its user, on the sample tracks.
#
#   MODELS=musicnn deploy/check_image.sh     as root; about 1 GB under /var/tmp meanwhile; MODELS is the build argument
#
# Understands what this Dockerfile uses and stops at anything else.
set -euo pipefail
cd "$(dirname "$0")/.."

die() {
  echo "check_image.sh: $*" >&2
  exit 1
}

((EUID == 0)) || die "needs root, for debootstrap and chroot"
deploy/install.sh image
mirror=${DEBIAN_MIRROR:-http://deb.debian.org}
work=$(mktemp -d /var/tmp/aura-image.XXXXXX)
trap 'rm -rf --one-file-system "$work"' EXIT

# As debian:12-slim: the minimal system with Debian's updates, without documentation, translations and what apt
# would keep.
make_base() {
  echo "== debootstrap"
  debootstrap --variant=minbase bookworm "$work/base" "$mirror/debian" >"$work/debootstrap.log" 2>&1 ||
    { tail "$work/debootstrap.log"; die "debootstrap failed"; }
  printf 'deb %s main\n' "$mirror/debian bookworm" "$mirror/debian bookworm-updates" \
    "$mirror/debian-security bookworm-security" >"$work/base/etc/apt/sources.list"
  printf 'path-exclude /usr/share/%s/*\n' doc info locale man >"$work/base/etc/dpkg/dpkg.cfg.d/slim"
  printf '%s\n' 'APT::Keep-Downloaded-Packages "false";' 'Dir::Cache::pkgcache "";' 'Dir::Cache::srcpkgcache "";' \
    >"$work/base/etc/apt/apt.conf.d/slim"
  rm -rf "$work"/base/usr/share/{doc,info,locale,man}/* "$work"/base/var/cache/apt/* "$work"/base/var/lib/apt/lists/*
  cp /etc/resolv.conf "$work/base/etc/"
}

# Whether .dockerignore, a list of what is let through, lets `$1` through.
in_context() {
  local path=$1
  while [[ $path != . ]]; do
    if grep -qxF "!$path" .dockerignore; then return 0; fi
    path=$(dirname "$path")
  done
  return 1
}

copy() {
  local from=. sources=() target source
  if [[ $1 == --from=* ]]; then
    from=$work/${1#--from=}
    shift
  fi
  sources=("${@:1:$#-1}")
  target=${*: -1}
  [[ $target == /* ]] || target=$directory/$target
  target=$root$target
  for source in "${sources[@]}"; do
    [[ $from != . ]] || in_context "$source" || die ".dockerignore keeps $source out"
    source=$from/$source
    if [[ -d $source ]]; then
      mkdir -p "$target"
      cp -r "$source/." "$target"
    else
      [[ $target == */ ]] || die "end the target of COPY with a slash: ${*: -1}"
      mkdir -p "$target"
      cp "$source" "$target"
    fi
  done
}

# With a /proc in a mount namespace of its own, which goes away by itself.
inside() {
  # shellcheck disable=SC2016
  unshare --mount sh -c 'mount -t proc proc "$0/proc" && exec chroot "$@"' "$root" --userspec="$user" "$root" \
    env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin MODELS="${MODELS-}" sh -c "cd '$directory' && $1"
}

make_base
sed -e ':join; /\\$/{N; s/\\\n//; b join}' -e '/^#/d; /^$/d' deploy/Dockerfile >"$work/steps"
root=
while read -r instruction arguments; do
  echo "== $instruction $arguments"
  read -ra words <<<"$arguments"
  case $instruction in
    FROM)
      [[ ${words[0]} == debian:12-slim ]] || die "can't start from ${words[0]}"
      root=$work/${words[2]:-final}
      cp -a "$work/base" "$root"
      directory=/
      user=root
      ;;
    WORKDIR)
      directory=${words[0]}
      mkdir -p "$root$directory"
      ;;
    COPY) copy "${words[@]}" ;;
    RUN) inside "$arguments" </dev/null ;;
    USER) user=${words[0]} ;;
    ARG | STOPSIGNAL | HEALTHCHECK | ENTRYPOINT | CMD) ;;
    *) die "can't do $instruction" ;;
  esac
done <"$work/steps"

echo "== as $user in the last stage"
[[ $user != root ]] || die "the image runs as root"
size=$(du -sm "$root" | cut -f 1)
inside 'aura --version && aura models'
mkdir "$root/music"
cp tests/data/music/*.* "$root/music"
# shellcheck disable=SC2016
inside 'for f in /music/*.mp3 /music/*.ogg /music/*.opus /music/*.m4a /music/*.flac /music/*.wav; do aura analyze --json "$f" >/dev/null && echo "analysed $f" || exit; done'
echo "The image's file system holds $size MB."
